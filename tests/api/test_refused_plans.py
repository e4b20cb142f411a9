"""What an administrator gets wrong in the studio is refused with its place and a remedy before anything changes."""

from __future__ import annotations

from typing import Any

import pytest

from support.api_site import FULL, Api, Client

METHOD = "/api/method/crm.plan."
RENTAL: dict[str, Any] = {
    "doctype": "DocType",
    "name": "Rental",
    "module": "CRM",
    "custom": 1,
    "permissions": [{"role": "System Manager", **FULL}],
}
TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "名称"}
DAYS = {"fieldname": "days", "fieldtype": "Data", "label": "天数"}
STATUS = {"fieldname": "status", "fieldtype": "Data", "label": "状态"}
GIVE_BACK = {"state": "租出", "action": "归还", "next_state": "已还", "allowed": "System Manager"}
WORKFLOW: dict[str, Any] = {
    "doctype": "Workflow",
    "name": "租赁",
    "workflow_name": "租赁",
    "document_type": "Rental",
    "is_active": 1,
    "states": [{"state": state, "doc_status": "0", "allow_edit": "System Manager"} for state in ("租出", "已还")],
    "transitions": [GIVE_BACK],
}
START = [
    {"doctype": "Workflow State", "name": "租出", "workflow_state_name": "租出"},
    {"doctype": "Workflow State", "name": "已还", "workflow_state_name": "已还"},
    {"doctype": "Workflow Action Master", "name": "归还", "workflow_action_name": "归还"},
    {**RENTAL, "fields": [TITLE, DAYS, STATUS]},
    WORKFLOW,
]


def rental(*fields: dict[str, Any]) -> dict[str, Any]:
    return {**RENTAL, "fields": [TITLE, DAYS, STATUS, *fields]}


def computed(name: str, formula: str) -> dict[str, Any]:
    return {"fieldname": name, "fieldtype": "Int", "label": name, "formula": formula}


def with_condition(condition: str) -> dict[str, Any]:
    return {**WORKFLOW, "transitions": [{**GIVE_BACK, "condition": condition}]}


def shown_when(condition: str) -> dict[str, Any]:
    return rental({"fieldname": "note", "fieldtype": "Data", "label": "备注", "depends_on": condition})


def paper(html: str) -> dict[str, Any]:
    return {"doctype": "Print Format", "name": "租单", "doc_type": "Rental", "html": html}


RULE = {
    "doctype": "Automation Rule",
    "name": "环",
    "rule_name": "环",
    "run_as": "System",
    "document_type": "Rental",
    "trigger": "Changed",
    "watched_fields": "status",
    "actions": [{"action": "Set Fields", "field_values": '{"status": "新"}'}],
}

LOSS = "Correct it, or accept that to apply the plan."
MISTAKES: tuple[tuple[str, dict[str, Any], str, str, str], ...] = (
    (
        "circular formula",
        rental(computed("a", "doc.b + 1"), computed("b", "doc.a + 1")),
        "a",
        "a is computed in a circle: Rental.a → Rental.b → Rental.a.",
        "Let one of these fields be entered instead of computed.",
    ),
    (
        "a type that loses data",
        {**RENTAL, "fields": [TITLE, {**DAYS, "fieldtype": "Int"}, STATUS]},
        "",
        "has a value that does not fit",
        LOSS,
    ),
    ("a condition that is no expression", shown_when("eval:doc.title = '甲'"), "note", "column 16", "Use =="),
    (
        "a field that is not there",
        shown_when("eval:doc.titel == '甲'"),
        "note",
        "reads the field titel",
        "Correct the name",
    ),
    (
        "of a transition",
        with_condition("doc.titel == '甲'"),
        "titel",
        "归还 from 租出 reads the field titel",
        "Correct the name",
    ),
    (
        "of a transition, unreadable",
        with_condition("doc.title ="),
        "",
        "归还 from 租出 is beyond",
        "Correct the condition.",
    ),
    (
        "a state in use",
        {**WORKFLOW, "states": WORKFLOW["states"][1:], "transitions": []},
        "",
        "the state 租出 goes, but 1 documents of Rental are in it",
        "Say in the state mapping to which state",
    ),
    ("a rule that sets itself off", RULE, "field_values", "sets status, which sets it off", "Watch another field"),
    (
        "a template that calls itself",
        paper("{% macro 表() %}{{ 表() }}{% endmacro %}"),
        "html",
        "line 1 would never end: 表 → 表",
        "Let it call other macros only.",
    ),
    (
        "a template that counts",
        paper("<p>\n{% for n in range(1000000000) %}{{ n }}{% endfor %}"),
        "html",
        "range in line 2",
        "Templates repeat rows of their document.",
    ),
)
"""What it is, the definition, the field that the answer names, the fault and the remedy that it tells."""


@pytest.fixture(scope="module")
def manager(api: Api) -> Client:
    """A site with rentals that are in use."""
    call(api.admin, "apply", definitions=START)
    assert api.admin.post("/api/resource/Rental", json={"title": "甲", "days": "很多"}).status_code == 200
    return api.admin


def call(client: Client, method: str, **arguments: Any) -> Any:
    answer = client.post(METHOD + method, json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def everything(client: Client) -> list[Any]:
    """What a refusal must leave as it is: the definitions, their history, the documents."""
    rows = client.get("/api/resource/Rental", params={"fields": '["*"]'}).json()["data"]
    meta = client.get("/api/method/crm.desk.meta", params={"doctype": "Rental"}).json()["message"]
    return [rows, meta, call(client, "history"), client.get("/api/resource/Print Format/租单").status_code]


each_mistake = pytest.mark.parametrize(
    ("definition", "field", "fault", "remedy"), [pytest.param(*rest, id=name) for name, *rest in MISTAKES]
)


@each_mistake
def test_a_mistake_is_refused_with_place_and_remedy_before_anything_changes(
    manager: Client, definition: dict[str, Any], field: str, fault: str, remedy: str
) -> None:
    before = everything(manager)
    others = {"doctype": "Role", "name": "租赁员", "role_name": "租赁员"}
    answer = manager.post(METHOD + "apply", json={"definitions": [others, definition]})
    assert answer.status_code == 417, answer.text
    said = answer.json()
    assert fault in said["exception"]
    assert remedy in said["exception"]
    assert not field or field in {error["field"] for error in said["errors"]}
    assert everything(manager) == before
    assert manager.get("/api/resource/Role/租赁员").status_code == 404, "all or nothing"


@each_mistake
def test_a_mistake_shows_in_the_preview_with_place_and_remedy(
    manager: Client, definition: dict[str, Any], field: str, fault: str, remedy: str
) -> None:
    before = everything(manager)
    found = call(manager, "preview", definitions=[definition])
    assert everything(manager) == before
    if remedy == LOSS:
        assert [step["risk"] for step in found["steps"]] == ["lossy"]
        (lost,) = found["problems"]
        assert (lost["level"], lost["fieldname"]) == ("warning", "days")
        assert "values of days that do not fit would be lost" in lost["message"]
        assert "Correct these documents first" in lost["remedy"]
        return
    faults = [one for one in found["problems"] if one["level"] == "error"]
    told = " ".join(f"{one['message']} {one['remedy']}" for one in faults)
    assert fault in told
    assert remedy in told
    assert not field or field in {part for one in faults for part in (one["fieldname"], one["key"])}


def test_a_preview_judges_records_by_the_definitions_that_come_with_them(manager: Client) -> None:
    lent = rental({"fieldname": "lent", "fieldtype": "Date", "label": "租期"})
    shown = paper("<p>{{ doc.lent }}</p>")
    assert call(manager, "preview", definitions=[lent, shown])["problems"] == []
    assert manager.get("/api/resource/Print Format/租单").status_code == 404


def test_a_condition_that_was_there_before_does_not_hold_up_another_change(manager: Client) -> None:
    field = {"doctype": "Custom Field", "dt": "Rental", "fieldname": "old", "fieldtype": "Data", "label": "旧"}
    made = manager.post("/api/resource/Custom Field", json={**field, "depends_on": "eval:doc.weg == 1"})
    assert made.status_code == 200, made.text
    plan = call(manager, "apply", definitions=[{**field, "fieldname": "neu", "label": "新"}])["plan"]
    call(manager, "rollback", plan=plan)
    again = manager.post(METHOD + "apply", json={"definitions": [{**field, "depends_on": "eval:doc.fort == 1"}]})
    assert (again.status_code, "reads the field fort" in again.json()["exception"]) == (417, True)
