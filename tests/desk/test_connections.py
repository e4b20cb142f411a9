"""crm.desk.connections: what points to a document, counted and offered as far as the caller may see it."""

from __future__ import annotations

from typing import Any

import pytest

from support.api_site import DESK_USER, FULL, Api, create
from support.sabotage import defended_by, yes

OPEN = [{"role": "System Manager", **FULL}, {"role": "Bench Role", "read": 1}]
FIRM = {
    "name": "Tie Firm",
    "module": "Core",
    "custom": 1,
    "autoname": "hash",
    "fields": [{"fieldname": "firm", "label": "Firm", "fieldtype": "Data"}],
    "permissions": OPEN,
}
LINKS = [{"link_doctype": "Tie Visit", "link_fieldname": "firm", "group": "Field work"}]
ROW = {
    "name": "Tie Row",
    "module": "Core",
    "custom": 1,
    "istable": 1,
    "fields": [{"fieldname": "firm", "label": "Firm", "fieldtype": "Link", "options": "Tie Firm"}],
}
VISIT = {
    "name": "Tie Visit",
    "module": "Core",
    "custom": 1,
    "autoname": "hash",
    "fields": [
        {"fieldname": "firm", "label": "Visited", "fieldtype": "Link", "options": "Tie Firm"},
        {"fieldname": "billed", "label": "Billed", "fieldtype": "Link", "options": "Tie Firm", "permlevel": 1},
        {"fieldname": "others", "label": "Others", "fieldtype": "Table", "options": "Tie Row"},
    ],
    "permissions": [*OPEN, {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1}],
}
SECRET = {**VISIT, "name": "Tie Secret", "fields": VISIT["fields"][:1], "permissions": OPEN[:1]}


@pytest.fixture(scope="module")
def firm(api: Api) -> str:
    for definition in (FIRM, ROW, VISIT, SECRET):
        create(api.admin, "DocType", definition)
    api.admin.put("/api/resource/DocType/Tie Firm", json={"links": LINKS}).raise_for_status()
    firm, other = (str(create(api.admin, "Tie Firm", {"firm": name})["name"]) for name in ("上海公司", "Acme"))
    for values in ({"firm": firm}, {"firm": firm, "billed": other}, {"firm": other, "others": [{"firm": firm}]}):
        create(api.admin, "Tie Visit", values)
    create(api.admin, "Tie Secret", {"firm": firm})
    return firm


def connections(api: Api, firm: str, user: str = "Administrator") -> dict[tuple[str, str], dict[str, Any]]:
    answer = api.client(user).get("/api/method/crm.desk.connections", params={"doctype": "Tie Firm", "name": firm})
    assert answer.status_code == 200, answer.text
    return {(entry["doctype"], entry["filters"][0][0]): entry for entry in answer.json()["message"]}


def test_every_link_that_points_here_is_counted(api: Api, firm: str) -> None:
    found = connections(api, firm)
    assert {way: entry["count"] for way, entry in found.items()} == {
        ("Tie Visit", "firm"): 2,
        ("Tie Visit", "billed"): 0,
        ("Tie Visit", "others.firm"): 1,
        ("Tie Secret", "firm"): 1,
    }
    visit = found["Tie Visit", "firm"]
    assert (visit["group"], visit["field"], visit["can_create"], visit["more"]) == ("Field work", "Visited", 1, 0)


def test_a_new_document_starts_with_the_link(api: Api, firm: str) -> None:
    found = connections(api, firm)
    assert found["Tie Visit", "firm"]["values"] == {"firm": firm}
    assert found["Tie Visit", "others.firm"]["values"] == {"others": [{"firm": firm}]}


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_B02_no_count_of_what_may_not_be_read(api: Api, firm: str) -> None:
    found = connections(api, firm, DESK_USER)
    assert set(found) == {("Tie Visit", "firm"), ("Tie Visit", "others.firm")}
    assert not any(entry["can_create"] for entry in found.values())


def test_many_are_not_counted_to_the_end(api: Api) -> None:
    crowd = str(create(api.admin, "Tie Firm", {"firm": "Crowd"})["name"])
    docs = [{"doctype": "Tie Secret", "firm": crowd} for _ in range(101)]
    api.admin.post("/api/method/frappe.client.insert_many", json={"docs": docs}).raise_for_status()
    counted = connections(api, crowd)["Tie Secret", "firm"]
    assert (counted["count"], counted["more"]) == (99, 1)


def test_of_a_document_that_is_not_there_nothing_is_told(api: Api) -> None:
    answer = api.admin.get("/api/method/crm.desk.connections", params={"doctype": "Tie Firm", "name": "nobody"})
    assert answer.status_code == 404
