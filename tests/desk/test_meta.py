"""crm.desk.meta: a definition to draw from, no more of it than the caller may see."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.expressions import loads
from support.api_site import FULL, Api, create

PARTS = {
    "name": "Desk Part",
    "module": "Core",
    "custom": 1,
    "istable": 1,
    "fields": [
        {"fieldname": "kind", "label": "Kind", "fieldtype": "Data"},
        {"fieldname": "size", "label": "Size", "fieldtype": "Int", "depends_on": "eval:doc.kind == '大'"},
    ],
}
WHOLE = {
    "name": "Desk Whole",
    "module": "Core",
    "custom": 1,
    "autoname": "hash",
    "title_field": "title",
    "fields": [
        {"fieldname": "title", "label": "Title", "fieldtype": "Data", "reqd": 1},
        {"fieldname": "status", "label": "Status", "fieldtype": "Select", "options": "Open\nClosed"},
        {
            "fieldname": "reason",
            "label": "Reason",
            "fieldtype": "Data",
            "depends_on": "eval:doc.status == 'Closed'",
            "mandatory_depends_on": "eval:doc.status == 'Closed' && !doc.title",
        },
        {"fieldname": "odd", "label": "Odd", "fieldtype": "Data", "read_only_depends_on": "eval:frappe.whatever()"},
        {
            "fieldname": "cost",
            "label": "Cost",
            "fieldtype": "Currency",
            "permlevel": 1,
            "depends_on": "eval:doc.status == 'Open'",
        },
        {"fieldname": "parts", "label": "Parts", "fieldtype": "Table", "options": "Desk Part"},
    ],
    "permissions": [
        {"role": "System Manager", **FULL},
        {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1},
        {"role": "Bench Role", "read": 1, "write": 1},
    ],
}


@pytest.fixture(scope="module")
def doctype(api: Api) -> str:
    for definition in (PARTS, WHOLE):
        create(api.admin, "DocType", definition)
    return "Desk Whole"


def meta(api: Api, doctype: str, user: str = "Administrator", **query: str) -> dict[str, Any]:
    answer = api.client(user).get("/api/method/crm.desk.meta", params={"doctype": doctype, **query})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()["message"]
    return shown


def test_it_shows_the_definition_and_its_tables(api: Api, doctype: str) -> None:
    shown = meta(api, doctype)
    assert (shown["doctype"]["name"], shown["title_field"]) == ("Desk Whole", "title")
    assert [field["fieldname"] for field in shown["doctype"]["fields"]] == [f["fieldname"] for f in WHOLE["fields"]]
    assert [field["fieldname"] for field in shown["children"]["Desk Part"]["fields"]] == ["kind", "size"]
    assert (shown["workflow"], shown["print_formats"]) == (None, [])


def test_conditions_come_compiled_and_answer_alike(api: Api, doctype: str) -> None:
    expressions = meta(api, doctype)["expressions"]
    assert set(expressions) == {
        "reason.depends_on",
        "reason.mandatory_depends_on",
        "cost.depends_on",
        "Desk Part:size.depends_on",
    }
    (beyond,) = meta(api, doctype, _lang="zh")["beyond"]
    assert (beyond["key"], beyond["text"]) == ("odd.read_only_depends_on", "eval:frappe.whatever()")
    assert "无法理解 .whatever" in beyond["reason"]
    shown = loads(expressions["reason.depends_on"])
    assert (shown.holds({"doc": {"status": "Closed"}}), shown.holds({"doc": {"status": "Open"}})) == (True, False)


def test_fields_above_the_callers_level_are_not_shown(api: Api, doctype: str) -> None:
    full, little = meta(api, doctype), meta(api, doctype, "desk@example.com")
    assert {0, 1} <= set(full["readable_levels"]) & set(full["writable_levels"])
    assert "cost" in str(full["doctype"]["fields"])
    assert (little["readable_levels"], little["writable_levels"]) == ([0], [0])
    assert "cost" not in str(little)
    assert (little["permissions"]["write"], little["permissions"]["delete"]) == (1, 0)


def test_texts_are_translated_and_values_are_not(api: Api) -> None:
    shown = meta(api, "Customer", _lang="zh")
    labels = {field["fieldname"]: field["label"] for field in shown["doctype"]["fields"]}
    assert (shown["doctype"]["name"], shown["doctype"]["label"]) == ("Customer", "客户")
    assert not labels["customer_name"].isascii()


def test_a_state_has_the_style_of_its_workflow_state(api: Api) -> None:
    states = meta(api, "Contract")["workflow"]["states"]
    styles = {row["state"]: row["style"] for row in states}
    assert (styles["Terminated"], styles["Cancelled"]) == ("Danger", "Danger")


def test_a_definition_that_one_may_not_use_is_closed(api: Api, doctype: str) -> None:
    for user, wanted, status in (
        ("limited@example.com", doctype, 403),
        ("desk@example.com", "Bench Order", 403),
        ("Administrator", "Nope", 404),
    ):
        answer = api.client(user).get("/api/method/crm.desk.meta", params={"doctype": wanted})
        assert answer.status_code == status
    assert api.guest.get("/api/method/crm.desk.meta", params={"doctype": doctype}).status_code == 403


def test_a_child_table_without_a_parent_is_known_to_who_makes_one(api: Api) -> None:
    fields = [{"fieldname": "days", "fieldtype": "Int", "label": "天数"}]
    create(api.admin, "DocType", {"name": "Lone Row", "module": "Core", "custom": 1, "istable": 1, "fields": fields})
    asked = {"doctype": "Lone Row"}
    shown = api.admin.get("/api/method/crm.desk.meta", params=asked).json()["message"]["doctype"]
    assert [row["label"] for row in shown["fields"]] == ["天数"]
    assert api.desk.get("/api/method/crm.desk.meta", params=asked).status_code == 403
    assert api.admin.delete("/api/resource/DocType/Lone Row").status_code == 202


def test_links_tell_the_colours_of_the_states_they_lead_to(api: Api) -> None:
    states = [{"title": "Hot", "color": "Red"}, {"title": "冷", "color": "Blue"}]
    stage = {"fieldname": "stage", "label": "Stage", "fieldtype": "Link", "options": "Desk Heat"}
    may_read = {"role": "Bench Role", "read": 1}
    for name, more in (
        (
            "Desk Heat",
            {"states": states, "autoname": "prompt", "fields": [], "permissions": [{"role": "System Manager", **FULL}]},
        ),
        ("Desk Oven", {"fields": [stage], "permissions": [{"role": "System Manager", **FULL}, may_read]}),
    ):
        create(api.admin, "DocType", {"name": name, "module": "Core", "custom": 1, **more})
    assert meta(api, "Desk Oven")["link_states"] == {"Desk Heat": states}
    assert meta(api, "Desk Oven", "desk@example.com")["link_states"] == {}
