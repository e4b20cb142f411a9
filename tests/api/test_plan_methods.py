"""Drafts over REST: previewed with risk and rows, applied as one plan, told by the history, taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from support.api_site import ADMIN_PASSWORD, DESK_USER, PASSWORD, Api, Client

METHOD = "/api/method/crm.plan."
TIER = {
    "doctype": "Custom Field",
    "dt": "Customer",
    "fieldname": "tier",
    "fieldtype": "Select",
    "label": "等级",
    "options": "A\nB",
    "default": "B",
    "reqd": 1,
}
ROLE = {"doctype": "Role", "name": "定价员", "role_name": "定价员", "desk_access": 1}


@pytest.fixture
def manager(api: Api) -> Iterator[Client]:
    """The site is shared by the module: what a test has applied is taken back, all of it by one call."""
    client = api.client()
    client.post("/api/method/login", json={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
    before = {plan["plan"] for plan in call(client, "history", limit=500)}
    yield client
    applied = [plan["plan"] for plan in call(client, "history", limit=500) if not plan["rolled_back_at"]]
    new = set(applied) - before
    if new:
        assert {one["plan"] for one in call(client, "rollback", plan=min(new))["taken"]} == new


def call(client: Client, method: str, **arguments: Any) -> Any:
    answer = client.post(METHOD + method, json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def refused(client: Client, method: str, **arguments: Any) -> tuple[int, str]:
    answer = client.post(METHOD + method, json=arguments)
    return answer.status_code, answer.json()["exc_type"]


def fields(client: Client) -> set[str]:
    meta = client.get("/api/method/crm.desk.meta", params={"doctype": "Customer"}).json()["message"]
    return set(re.findall(r'"fieldname": ?"(\w+)"', json.dumps(meta)))


def test_a_draft_is_previewed_applied_and_taken_back(manager: Client) -> None:
    made = manager.post("/api/resource/Customer", json={"customer_name": "上海贸易", "customer_type": "Company"})
    customer = "/api/resource/Customer/" + made.json()["data"]["name"]
    found = call(manager, "preview", definitions=[TIER, ROLE])
    assert [(step["action"], step["fieldname"], step["risk"]) for step in found["steps"]] == [
        ("add column", "tier", "backfill")
    ]
    assert found["steps"][0]["rows"] >= 1
    assert found["steps"][0]["basis"] == "estimate"
    assert found["records"] == [{"doctype": "Role", "name": "定价员", "is_new": True}]
    assert "tier" not in fields(manager), "a preview changes nothing"

    plan = call(manager, "apply", definitions=[TIER, ROLE], title="等级")["plan"]
    assert "tier" in fields(manager)
    assert manager.get(customer).json()["data"]["tier"] == "B", "documents that were there have the default"
    assert manager.get("/api/resource/Role/定价员").status_code == 200
    newest = call(manager, "history", limit=1)[0]
    assert (newest["plan"], newest["title"], newest["origin"], newest["user"]) == (
        plan,
        "等级",
        "api",
        "Administrator",
    )
    told = call(manager, "get", plan=plan)
    assert {(one["doctype"], one["name"], one["before"]) for one in told["definitions"]} == {
        ("Custom Field", "Customer-tier", None),
        ("Role", "定价员", None),
    }
    assert any(change["fieldname"] == "tier" for change in told["changes"])

    manager.put(customer, json={"tier": "A"})
    taken = [{"plan": plan, "title": "等级", "kept": []}]
    assert call(manager, "rollback", plan=plan) == {"taken": taken, "job": None}
    assert "tier" not in fields(manager)
    assert manager.get("/api/resource/Role/定价员").status_code == 404
    assert call(manager, "history", limit=1)[0]["rolled_back_by"] == "Administrator"
    assert refused(manager, "rollback", plan=plan) == (417, "ValidationError")
    call(manager, "apply", definitions=[TIER])
    assert manager.get(customer).json()["data"]["tier"] == "A", "the value that was written waits for the field"


def test_a_measured_preview_leaves_nothing(manager: Client) -> None:
    grade = {**TIER, "fieldname": "grade", "search_index": 1}
    found = call(manager, "preview", definitions=[grade], measured=True)
    assert [(step["action"], step["basis"]) for step in found["steps"]] == [
        ("add column", "copy"),
        ("add index", "copy"),
    ]
    assert "grade" not in fields(manager)


def test_a_definition_is_taken_away_with_what_belongs_to_it(manager: Client) -> None:
    setter = {
        "doctype": "Property Setter",
        "doctype_or_field": "DocField",
        "doc_type": "Customer",
        "field_name": "tier",
        "property": "label",
        "property_type": "Data",
        "value": "Tier",
    }
    call(manager, "apply", definitions=[TIER, setter])
    plan = call(manager, "apply", definitions=[], removed=[["Custom Field", "Customer-tier"]])["plan"]
    assert "tier" not in fields(manager)
    told = call(manager, "get", plan=plan)["definitions"]
    assert {one["doctype"] for one in told} == {"Custom Field", "Property Setter"}
    call(manager, "rollback", plan=plan)
    assert "tier" in fields(manager)


def test_a_record_is_taken_away_and_comes_back(manager: Client) -> None:
    key = ["Role", "定价员"]
    made = call(manager, "apply", definitions=[ROLE])["plan"]
    found = call(manager, "preview", definitions=[], removed=[key])
    assert (found["removed"], found["steps"]) == ([{"doctype": key[0], "name": key[1]}], [])
    gone = call(manager, "apply", definitions=[], removed=[key])["plan"]
    assert gone > made
    assert manager.get("/api/resource/Role/定价员").status_code == 404
    assert call(manager, "rollback", plan=gone)["taken"][0]["kept"] == []
    assert manager.get("/api/resource/Role/定价员").json()["data"]["desk_access"] == 1


def test_what_was_deleted_is_brought_back_by_who_may(api: Api, manager: Client) -> None:
    manager.post("/api/resource/Industry", json={"industry": "造船"})
    manager.delete("/api/resource/Industry/造船")
    asked = {"filters": '{"deleted_name": "造船"}'}
    copy = manager.get("/api/resource/Deleted Document", params=asked).json()["data"][0]["name"]
    clerk = api.client()
    clerk.post("/api/method/login", json={"usr": DESK_USER, "pwd": PASSWORD})
    restore = "/api/method/crm.deleted.restore"
    assert clerk.post(restore, json={"name": copy}).status_code in (403, 404)
    told = manager.post(restore, json={"name": copy}).json()["message"]
    assert (told["doctype"], told["name"]) == ("Industry", "造船")
    assert manager.get("/api/resource/Industry/造船").status_code == 200
    assert manager.post(restore, json={"name": copy}).status_code == 417, "it is back already"


def test_an_own_deletion_is_taken_back_within_the_hour(api: Api, manager: Client) -> None:
    clerk = api.client()
    clerk.post("/api/method/login", json={"usr": DESK_USER, "pwd": PASSWORD})
    undo, asked = "/api/method/crm.deleted.undo", {"doctype": "Industry", "name": "造船"}
    manager.post("/api/resource/Industry", json={"industry": "造船"})
    manager.delete("/api/resource/Industry/造船")
    assert clerk.post(undo, json=asked).status_code == 404, "somebody else deleted it"
    told = manager.post(undo, json=asked).json()["message"]
    assert (told["doctype"], told["name"]) == ("Industry", "造船")
    assert manager.get("/api/resource/Industry/造船").status_code == 200
    assert manager.post(undo, json=asked).status_code == 404, "it is back already"


def test_what_is_lost_must_be_accepted(manager: Client) -> None:
    call(manager, "apply", definitions=[TIER])
    number = {**TIER, "fieldtype": "Int", "options": "", "default": ""}
    assert refused(manager, "apply", definitions=[number]) == (417, "ValidationError")
    assert call(manager, "apply", definitions=[number], accept_lossy=True)["plan"]


@pytest.mark.parametrize(
    ("definitions", "removed"),
    [
        ([{**TIER, "fieldtype": "Mond"}], []),
        (["text"], []),
        ([{"doctype": "Custom Field"}], []),
        ([TIER, {"doctype": "Role", "name": "x", "role_name": ["y"]}], []),
        ([], [["Custom Field", "Customer-none"]]),
        ([], [["DocType", "Customer"]]),
        ([], [["User", "Guest"]]),
        ([], ["DocType"]),
        ([], [[1, {}]]),
    ],
)
def test_a_faulty_draft_is_refused_whole(manager: Client, definitions: list[Any], removed: list[Any]) -> None:
    before = call(manager, "history")
    answer = manager.post(METHOD + "apply", json={"definitions": definitions, "removed": removed})
    assert answer.status_code in (404, 417), answer.text
    assert "tier" not in fields(manager)
    assert call(manager, "history") == before


def test_a_preview_tells_the_problems(manager: Client) -> None:
    found = call(manager, "preview", definitions=[{**TIER, "fieldtype": "Mond"}])
    assert found["steps"] == []
    problem = next(problem for problem in found["problems"] if problem["level"] == "error")
    assert problem["message"] and problem["remedy"]


def test_only_managers_change_definitions(api: Api) -> None:
    client = api.client()
    client.post("/api/method/login", json={"usr": DESK_USER, "pwd": PASSWORD})
    for method, arguments in (
        ("preview", {"definitions": [TIER]}),
        ("apply", {"definitions": [TIER]}),
        ("history", {}),
        ("get", {"plan": 1}),
        ("rollback", {"plan": 1}),
    ):
        assert refused(client, method, **arguments) == (403, "PermissionError"), method
    assert api.client().post(METHOD + "apply", json={"definitions": [TIER]}).status_code in (401, 403)
