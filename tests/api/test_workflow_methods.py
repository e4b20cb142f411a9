"""frappe.model.workflow.*: open transitions, taking one, many at once (contract §11)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from crm_platform.workflow.transitions import workflow_of
from support.api_site import FULL, Api, create
from support.sabotage import defended_by, nothing

BASE = "/api/method/frappe.model.workflow."


@pytest.fixture(scope="module")
def doctype(api: Api) -> str:
    """A DocType whose documents go from Bench Draft to Approved, which only a System Manager may do."""
    fields = [
        {"fieldname": "title", "label": "Title", "fieldtype": "Data", "reqd": 1},
        {"fieldname": "amount", "label": "Amount", "fieldtype": "Int"},
    ]
    rights = [{"role": "System Manager", **FULL}, {"role": "Bench Role", "read": 1, "write": 1}]
    definition = {"name": "Bench Request", "module": "Core", "custom": 1, "autoname": "BR-.###", "fields": fields}
    create(api.admin, "DocType", {**definition, "permissions": rights})
    for state in ("Bench Draft", "已批准", "已驳回"):
        create(api.admin, "Workflow State", {"workflow_state_name": state})
    for action in ("批准", "驳回"):
        create(api.admin, "Workflow Action Master", {"workflow_action_name": action})
    transition = {"state": "Bench Draft", "action": "批准", "next_state": "已批准", "allowed": "System Manager"}
    workflow = {
        "workflow_name": "Bench Approval",
        "document_type": "Bench Request",
        "is_active": 1,
        "workflow_state_field": "workflow_state",
        "states": [
            {"state": "Bench Draft", "doc_status": "0", "allow_edit": "System Manager"},
            {"state": "已批准", "doc_status": "0", "allow_edit": "System Manager"},
            {"state": "已驳回", "doc_status": "0", "allow_edit": "System Manager"},
        ],
        "transitions": [
            {**transition, "allow_self_approval": 1, "condition": "doc.amount < 100"},
            {**transition, "action": "驳回", "next_state": "已驳回", "allow_self_approval": 1},
        ],
    }
    create(api.admin, "Workflow", workflow)
    return "Bench Request"


def new(api: Api, doctype: str, amount: int = 5) -> dict[str, Any]:
    return create(api.admin, doctype, {"title": "申请", "amount": amount})


def test_a_new_document_starts_in_the_first_state(api: Api, doctype: str) -> None:
    assert new(api, doctype)["workflow_state"] == "Bench Draft"


def test_transitions_are_those_that_role_and_condition_open(api: Api, doctype: str) -> None:
    doc = new(api, doctype)
    row, rejecting = api.admin.post(BASE + "get_transitions", json={"doc": doc}).json()["message"]
    assert rejecting["action"] == "驳回"
    assert {key: row[key] for key in ("action", "next_state", "allowed", "doctype", "parent")} == {
        "action": "批准",
        "next_state": "已批准",
        "allowed": "System Manager",
        "doctype": "Workflow Transition",
        "parent": "Bench Approval",
    }
    as_text = api.admin.get(BASE + "get_transitions", params={"doc": orjson.dumps(doc).decode()})
    assert as_text.json()["message"] == [row, rejecting]
    assert api.desk.post(BASE + "get_transitions", json={"doc": doc}).json() == {"message": []}
    dear = new(api, doctype, amount=500)
    left = api.admin.post(BASE + "get_transitions", json={"doc": dear}).json()["message"]
    assert [each["action"] for each in left] == ["驳回"]


def test_an_action_moves_the_stored_document(api: Api, doctype: str) -> None:
    doc = new(api, doctype)
    answer = api.admin.post(BASE + "apply_workflow", json={"doc": {**doc, "title": "stale"}, "action": "批准"})
    moved = answer.json()["message"]
    assert (moved["workflow_state"], moved["title"]) == ("已批准", "申请")
    again = api.admin.post(BASE + "apply_workflow", json={"doc": doc, "action": "批准"})
    assert (again.status_code, again.json()["exc_type"]) == (417, "WorkflowTransitionError")
    assert again.json()["exception"].startswith("frappe.model.workflow.WorkflowTransitionError")


@defended_by("crm_platform.documents.guards:_check_workflow_state", replace_with=nothing)
def test_C11_the_state_is_not_written_past_the_action(api: Api, doctype: str) -> None:
    doc = new(api, doctype)
    answer = api.admin.put(f"/api/resource/{doctype}/{doc['name']}", json={"workflow_state": "已批准"})
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "WorkflowPermissionError")


def test_an_action_that_is_not_open_to_the_role_is_refused(api: Api, doctype: str) -> None:
    doc = new(api, doctype)
    answer = api.desk.post(BASE + "apply_workflow", json={"doc": doc, "action": "批准"})
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "WorkflowTransitionError")


def test_many_documents_move_together_or_not_at_all(api: Api, doctype: str) -> None:
    good, other, dear = (new(api, doctype, amount)["name"] for amount in (1, 2, 500))

    def approve(*names: str) -> int:
        sent = {"doctype": doctype, "docnames": orjson.dumps(names).decode(), "action": "批准"}
        return api.admin.post(BASE + "bulk_workflow_approval", json=sent).status_code

    def state(name: str) -> str:
        return str(api.admin.get(f"/api/resource/{doctype}/{name}").json()["data"]["workflow_state"])

    assert (approve(good, dear), state(good)) == (417, "Bench Draft")
    assert (approve(good, other), state(good), state(other)) == (200, "已批准", "已批准")


AT_ONCE = 60
ANY_STEP = lambda ctx, doc, action: next(  # noqa: E731 the defence taken away: any action fits any state
    row for row in workflow_of(ctx, doc.doctype).transitions if row.action == action
)


def history(api: Api, doctype: str, name: str) -> list[str]:
    """The comments that the steps of a document left."""
    about = {"reference_doctype": doctype, "reference_name": name, "comment_type": "Workflow"}
    query = {"doctype": "Comment", "fields": ["content"], "filters": about}
    rows = api.admin.post("/api/method/frappe.client.get_list", json=query).json()["message"]
    return [row["content"] for row in rows]


@defended_by("crm_platform.workflow.applying:_open_row", replace_with=ANY_STEP)
def test_X08_I07_of_many_who_take_one_action_at_once_one_has_effect(api: Api, doctype: str) -> None:
    doc = new(api, doctype)
    sent = {"doc": doc, "action": "批准"}
    answers = api.admin.gather(*[("POST", BASE + "apply_workflow", sent)] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] + [417] * (AT_ONCE - 1)
    refused = {answer.json()["exc_type"] for answer in answers if answer.status_code == 417}
    assert refused <= {"WorkflowTransitionError", "TimestampMismatchError"}
    assert history(api, doctype, doc["name"]) == ["已批准"]


@defended_by("crm_platform.workflow.applying:_open_row", replace_with=ANY_STEP)
def test_X09_of_two_actions_at_once_one_wins(api: Api, doctype: str) -> None:
    for _ in range(5):
        doc = new(api, doctype)
        requests = [("POST", BASE + "apply_workflow", {"doc": doc, "action": action}) for action in ("批准", "驳回")]
        answers = api.admin.gather(*requests)
        assert sorted(answer.status_code for answer in answers) == [200, 417]
        (won,) = (answer.json()["message"]["workflow_state"] for answer in answers if answer.status_code == 200)
        state = api.admin.get(f"/api/resource/{doctype}/{doc['name']}").json()["data"]["workflow_state"]
        assert (state, history(api, doctype, doc["name"])) == (won, [won])


def test_a_doctype_without_a_workflow_is_not_found(api: Api) -> None:
    doc = create(api.admin, "Bench Customer", {"customer_name": "x"})
    assert api.admin.post(BASE + "get_transitions", json={"doc": doc}).status_code == 404


@pytest.fixture(scope="module")
def approved_by_two(api: Api) -> str:
    """A DocType whose documents need two approvals."""
    fields = [{"fieldname": "title", "label": "Title", "fieldtype": "Data", "reqd": 1}]
    rights = [{"role": "System Manager", **FULL}, {"role": "Bench Role", "read": 1, "write": 1}]
    definition = {"name": "Bench Purchase", "module": "Core", "custom": 1, "autoname": "BP-.###", "fields": fields}
    create(api.admin, "DocType", {**definition, "title_field": "title", "permissions": rights})
    for state in ("待审批", "Bought"):
        create(api.admin, "Workflow State", {"workflow_state_name": state})
    create(api.admin, "Workflow Action Master", {"workflow_action_name": "Buy"})
    workflow = {
        "workflow_name": "Bench Buying",
        "document_type": "Bench Purchase",
        "is_active": 1,
        "states": [{"state": state, "doc_status": "0", "allow_edit": "All"} for state in ("待审批", "Bought")],
        "transitions": [
            {"state": "待审批", "action": "Buy", "next_state": "Bought", "allowed": "All", "approvals_required": 2}
        ],
    }
    create(api.admin, "Workflow", workflow)
    return "Bench Purchase"


def actions(api: Api, doctype: str, name: str, client: Any = None) -> dict[str, Any]:
    answer = (client or api.admin).get("/api/method/crm.workflow.actions", params={"doctype": doctype, "name": name})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["message"]
    return found


def test_an_approval_carries_the_mark_of_the_version(api: Api, approved_by_two: str) -> None:
    name = create(api.admin, approved_by_two, {"title": "泵"})["name"]
    shown = actions(api, approved_by_two, name)
    assert shown["state"] == "待审批"
    (action,) = shown["actions"]
    assert (action["action"], action["is_open"], action["approvals"][0]["needed"]) == ("Buy", 1, 2)
    doc = {"doctype": approved_by_two, "name": name}
    blind = api.admin.post(BASE + "apply_workflow", json={"doc": doc, "action": "Buy"})
    assert (blind.status_code, blind.json()["exc_type"]) == (417, "ValidationError")
    given = api.admin.post(BASE + "apply_workflow", json={"doc": doc, "action": "Buy", "seen": shown["seen"]})
    assert given.json()["message"]["workflow_state"] == "待审批"
    (action,) = actions(api, approved_by_two, name)["actions"]
    assert (action["is_open"], action["reason"]) == (0, "You have approved this already.")
    assert action["approvals"][0]["given"] == [{"user": "Administrator", "on_behalf_of": ""}]
    waiting = api.desk.get("/api/method/crm.workflow.waiting").json()["message"]
    assert {"doctype": approved_by_two, "name": name, "title": "泵", "action": "Buy", "state": "待审批"} in waiting
    assert api.desk.get("/api/method/crm.workflow.waiting?limit=-1").json()["message"] == []
    stale = {**doc, "modified": "2020-01-01 00:00:00.000000"}
    refused = api.desk.post(BASE + "apply_workflow", json={"doc": stale, "action": "Buy"})
    assert (refused.status_code, refused.json()["exc_type"]) == (417, "TimestampMismatchError")
    whole = api.desk.get(f"/api/resource/{approved_by_two}/{name}").json()["data"]
    moved = api.desk.post(BASE + "apply_workflow", json={"doc": whole, "action": "Buy"})
    assert moved.json()["message"]["workflow_state"] == "Bought"


@defended_by("crm_platform.workflow.applying:check_seen", replace_with=nothing)
def test_C13_of_many_documents_each_is_approved_in_the_version_that_was_seen(api: Api, approved_by_two: str) -> None:
    docs = [create(api.admin, approved_by_two, {"title": title}) for title in ("泵", "阀")]
    seen = [{"name": doc["name"], "modified": doc["modified"]} for doc in docs]
    marked = [{"name": doc["name"], "seen": actions(api, approved_by_two, doc["name"])["seen"]} for doc in docs]

    def approve(client: Any, documents: list[Any]) -> tuple[int, str]:
        sent = {"doctype": approved_by_two, "docnames": documents, "action": "Buy"}
        answer = client.post(BASE + "bulk_workflow_approval", json=sent)
        return answer.status_code, answer.json().get("exc_type", "")

    def given(doc: dict[str, Any]) -> int:
        (action,) = actions(api, approved_by_two, doc["name"])["actions"]
        return len(action["approvals"][0]["given"])

    assert approve(api.admin, [doc["name"] for doc in docs]) == (417, "ValidationError")
    assert approve(api.admin, [{"name": docs[0]["name"], "title": "x"}]) == (417, "ValidationError")
    changed = api.desk.put(f"/api/resource/{approved_by_two}/{docs[1]['name']}", json={"title": "大阀"})
    assert changed.status_code == 200
    for stale in (seen, marked):
        assert approve(api.admin, stale) == (417, "TimestampMismatchError")
        assert [given(doc) for doc in docs] == [0, 0], "all or none"
    seen[1]["modified"] = changed.json()["data"]["modified"]
    assert approve(api.admin, seen) == (200, "")
    assert [given(doc) for doc in docs] == [1, 1]


def test_actions_are_told_to_who_may_read_the_document_only(api: Api, approved_by_two: str) -> None:
    name = create(api.admin, approved_by_two, {"title": "泵"})["name"]
    query = {"doctype": approved_by_two, "name": name}
    answer = api.limited.get("/api/method/crm.workflow.actions", params=query)
    assert answer.status_code == 403
    assert "泵" not in api.limited.get("/api/method/crm.workflow.waiting").text
