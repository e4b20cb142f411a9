"""crm.desk.titles: links show titles of documents that the caller may read, and translated names."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.database.conditions import EVERYTHING
from support.api_site import FULL, LIMITED_USER, Api, create
from support.sabotage import always, defended_by, yes

FIRM = {
    "name": "Title Firm",
    "module": "Core",
    "custom": 1,
    "autoname": "TF-.###",
    "title_field": "firm",
    "show_title_field_in_link": 1,
    "fields": [
        {"fieldname": "firm", "label": "Firm", "fieldtype": "Data", "reqd": 1},
        {"fieldname": "town", "label": "Town", "fieldtype": "Data"},
    ],
    "permissions": [{"role": "System Manager", **FULL}],
}


@pytest.fixture(scope="module")
def names(api: Api) -> list[str]:
    create(api.admin, "DocType", FIRM)
    return [create(api.admin, "Title Firm", {"firm": firm})["name"] for firm in ("上海公司", "Acme")]


def titles(api: Api, wanted: dict[str, list[str]], user: str = "Administrator", **query: str) -> dict[str, Any]:
    answer = api.client(user).post("/api/method/crm.desk.titles", json={"wanted": wanted}, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["message"]
    return found


def test_links_show_titles(api: Api, names: list[str]) -> None:
    found = titles(api, {"Title Firm": [*names, "TF-999"], "Nothing": ["x"], "Tag": ["y"]})
    assert found == {"Title Firm": {names[0]: "上海公司", names[1]: "Acme"}, "Nothing": {}, "Tag": {}}


def test_names_of_translated_doctypes_come_in_the_readers_language(api: Api) -> None:
    assert titles(api, {"Country": ["China"]}, _lang="zh")["Country"] == {"China": "中国"}


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_B02_no_title_of_what_may_not_be_read(api: Api, names: list[str]) -> None:
    assert titles(api, {"Title Firm": names}, user=LIMITED_USER) == {"Title Firm": {}}


def test_too_many_at_once_are_refused(api: Api) -> None:
    answer = api.admin.post("/api/method/crm.desk.titles", json={"wanted": {"Tag": [str(n) for n in range(501)]}})
    assert answer.status_code == 417
    assert "500" in answer.json()["exception"]


@pytest.mark.parametrize("wanted", ["x", {"Tag": "y"}, [["Tag"]], None])
def test_another_shape_is_refused(api: Api, wanted: Any) -> None:
    assert api.admin.post("/api/method/crm.desk.titles", json={"wanted": wanted}).status_code == 417


def test_suggestions_carry_the_title_as_label(api: Api, names: list[str]) -> None:
    (found,) = api.admin.post(
        "/api/method/frappe.desk.search.search_link", json={"doctype": "Title Firm", "txt": "上海"}
    ).json()["message"]
    assert found == {"value": names[0], "label": "上海公司", "description": names[0]}
