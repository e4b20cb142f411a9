"""Colleagues by name: enough to assign, share and mention, and nothing else of their accounts."""

from __future__ import annotations

from typing import Any

import pytest

from support.api_site import DESK_USER, LIMITED_USER, Api
from support.sabotage import defended_by, yes

METHOD = "/api/method/frappe.desk.search.get_names_for_mentions"


@pytest.fixture(scope="module")
def colleague(api: Api) -> str:
    api.make_user("wang.fang@example.com", "Bench Role")
    body = {"first_name": "王芳"}
    assert api.admin.put("/api/resource/User/wang.fang@example.com", json=body).status_code == 200
    return "wang.fang@example.com"


def people(api: Api, user: str, term: str = "") -> list[dict[str, Any]]:
    answer = api.client(user).get(METHOD, params={"search_term": term})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json().get("message") or []
    return found


def test_who_works_in_the_desk_finds_colleagues_by_name_and_address(api: Api, colleague: str) -> None:
    assert people(api, DESK_USER, "王芳") == [{"id": colleague, "value": "王芳"}]
    assert people(api, DESK_USER, "wang.fang") == [{"id": colleague, "value": "王芳"}]
    assert LIMITED_USER not in {one["id"] for one in people(api, DESK_USER)}
    assert people(api, DESK_USER, "nobody like this") == []


def test_links_to_colleagues_show_their_names(api: Api, colleague: str) -> None:
    body = {"wanted": {"User": [colleague, LIMITED_USER]}}
    shown = api.client(DESK_USER).post("/api/method/crm.desk.titles", json=body).json()["message"]
    assert shown == {"User": {colleague: "王芳"}}


def test_a_disabled_account_is_no_colleague(api: Api) -> None:
    api.make_user("gone@example.com", "Bench Role")
    assert api.admin.put("/api/resource/User/gone@example.com", json={"enabled": 0}).status_code == 200
    assert people(api, DESK_USER, "gone@") == []


@defended_by("crm_platform.desk.people:_is_colleague", replace_with=yes)
def test_B12_customers_of_the_portal_learn_of_nobody(api: Api, colleague: str) -> None:
    assert people(api, LIMITED_USER, "wang") == []
    body = {"wanted": {"User": [colleague]}}
    assert api.client(LIMITED_USER).post("/api/method/crm.desk.titles", json=body).json()["message"] == {"User": {}}
    assert api.guest.get(METHOD).status_code == 403


def test_the_accounts_stay_closed(api: Api, colleague: str) -> None:
    assert api.client(DESK_USER).get(f"/api/resource/User/{colleague}").status_code in {403, 404}
