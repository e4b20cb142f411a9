"""crm.desk.rights: what a form may offer on one document is what the server does when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Client

from support.api_site import FULL, Api, create

OWNER, COLLEAGUE, READER = "owner@rights.example.com", "colleague@rights.example.com", "reader@rights.example.com"
OWN = dict.fromkeys(("read", "write", "create", "delete", "submit", "cancel", "amend", "if_owner"), 1)
PAPER = {
    "name": "Desk Paper",
    "module": "Core",
    "custom": 1,
    "autoname": "hash",
    "is_submittable": 1,
    "fields": [
        {"fieldname": "title", "label": "Title", "fieldtype": "Data"},
        {"fieldname": "later", "label": "Later", "fieldtype": "Data", "allow_on_submit": 1},
        {"fieldname": "margin", "label": "Margin", "fieldtype": "Data", "permlevel": 1},
    ],
    "permissions": [
        {"role": "System Manager", **FULL, **OWN, "if_owner": 0},
        {"role": "Paper Author", **OWN},
        {"role": "Paper Author", "permlevel": 1, "read": 1, "write": 1, "if_owner": 1},
        {"role": "Paper Reader", "read": 1},
    ],
}
STEPS = {
    "name": "Desk Stage",
    "module": "Core",
    "custom": 1,
    "autoname": "hash",
    "fields": [
        {"fieldname": "title", "label": "Title", "fieldtype": "Data"},
        {"fieldname": "stage", "label": "Stage", "fieldtype": "Data"},
    ],
    "permissions": [{"role": "System Manager", **FULL}, {"role": "Paper Author", "read": 1, "write": 1}],
}


@pytest.fixture(scope="module", autouse=True)
def papers(api: Api) -> Iterator[None]:
    for role in ("Paper Author", "Paper Reader"):
        create(api.admin, "Role", {"role_name": role})
    for definition in (PAPER, STEPS):
        create(api.admin, "DocType", definition)
    for user in (OWNER, COLLEAGUE):
        api.make_user(user, "Paper Author", "Paper Reader")
    api.make_user(READER, "Paper Reader")
    yield


@pytest.fixture
def paper(api: Api) -> str:
    return str(create(api.client(OWNER), "Desk Paper", {"title": "合同"})["name"])


def rights(api: Api, name: str, user: str, doctype: str = "Desk Paper", language: str = "en") -> dict[str, Any]:
    asked = {"doctype": doctype, "name": name, "_lang": language}
    answer = api.client(user).get("/api/method/crm.desk.rights", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["message"]
    return found


def tried(client: Client, name: str, values: dict[str, Any], doctype: str = "Desk Paper") -> int:
    return client.put(f"/api/resource/{doctype}/{name}", json=values).status_code


def test_the_owner_may_what_a_colleague_may_not_and_is_told(api: Api, paper: str) -> None:
    mine, theirs = rights(api, paper, OWNER), rights(api, paper, COLLEAGUE)
    assert (mine["permissions"]["write"], mine["permissions"]["delete"], mine["closed"]) == (1, 1, {})
    assert (theirs["permissions"]["read"], theirs["permissions"]["write"], theirs["permissions"]["delete"]) == (1, 0, 0)
    assert "that the user owns" in theirs["closed"]["write"]
    assert set(theirs["closed"]) == {"write", "submit", "cancel", "amend", "delete"}
    assert tried(api.client(COLLEAGUE), paper, {"title": "x"}) == 403
    assert tried(api.client(OWNER), paper, {"title": "y"}) == 200


def test_a_level_of_the_own_documents_is_open_there(api: Api, paper: str) -> None:
    assert rights(api, paper, OWNER)["writable_levels"] == [0, 1]
    assert rights(api, paper, COLLEAGUE)["readable_levels"] == [0]


def test_a_document_shared_for_writing_is_open_and_the_others_are_not(api: Api, paper: str) -> None:
    other = str(create(api.client(OWNER), "Desk Paper", {"title": "报价"})["name"])
    shared = {"doctype": "Desk Paper", "name": paper, "user": READER, "read": 1, "write": 1}
    assert "write" not in rights(api, paper, READER)["closed"], "who has a right nowhere is told nothing"
    api.admin.post("/api/method/frappe.share.add", json=shared).raise_for_status()
    assert rights(api, paper, READER)["permissions"]["write"] == 1
    assert tried(api.client(READER), paper, {"title": "x"}) == 200
    closed = rights(api, other, READER)
    assert (closed["permissions"]["write"], tried(api.client(READER), other, {"title": "x"})) == (0, 403)
    assert "shared with the user for" in closed["closed"]["write"]
    assert "delete" not in closed["closed"]


def test_a_user_permission_leaves_nothing_to_tell(api: Api, paper: str) -> None:
    other = str(create(api.client(OWNER), "Desk Paper", {"title": "另一个"})["name"])
    pinned = {"user": OWNER, "allow": "Desk Paper", "for_value": paper, "apply_to_all_doctypes": 1}
    made = create(api.admin, "User Permission", pinned)
    try:
        answer = api.client(OWNER).get("/api/method/crm.desk.rights", params={"doctype": "Desk Paper", "name": other})
        assert (answer.status_code, answer.json()["exc_type"]) == (404, "DoesNotExistError")
        assert rights(api, paper, OWNER)["permissions"]["write"] == 1
    finally:
        api.admin.delete(f"/api/resource/User Permission/{made['name']}").raise_for_status()


def test_the_status_closes_and_says_what_to_do(api: Api, paper: str) -> None:
    owner = api.client(OWNER)
    assert rights(api, paper, OWNER)["permissions"]["submit"] == 1
    assert tried(owner, paper, {"docstatus": 1}) == 200
    submitted = rights(api, paper, OWNER)
    assert set(submitted["closed"]) == {"delete"}
    assert "Cancel it first." in submitted["closed"]["delete"]
    assert "取消" in rights(api, paper, OWNER, language="zh")["closed"]["delete"]
    assert owner.delete(f"/api/resource/Desk Paper/{paper}").status_code == 417
    assert tried(owner, paper, {"later": "x"}) == 200
    assert tried(owner, paper, {"docstatus": 2}) == 200
    cancelled = rights(api, paper, OWNER)
    assert set(cancelled["closed"]) == {"write"}
    assert "Amend it instead." in cancelled["closed"]["write"]
    assert tried(owner, paper, {"later": "y"}) == 417
    assert cancelled["permissions"]["amend"] == 1


def test_a_state_that_one_role_edits_is_closed_to_others(api: Api) -> None:
    for state in ("Desk Draft", "Desk Checked"):
        create(api.admin, "Workflow State", {"workflow_state_name": state})
    create(api.admin, "Workflow Action Master", {"workflow_action_name": "Desk Check"})
    name = str(create(api.admin, "Desk Stage", {"title": "一"})["name"])
    states = [
        {"state": "Desk Draft", "doc_status": "0", "allow_edit": "Paper Author"},
        {"state": "Desk Checked", "doc_status": "0", "allow_edit": "System Manager"},
    ]
    steps = [{"state": "Desk Draft", "action": "Desk Check", "next_state": "Desk Checked", "allowed": "Paper Author"}]
    about = {"document_type": "Desk Stage", "workflow_state_field": "stage", "is_active": 1}
    create(api.admin, "Workflow", {"workflow_name": "Desk Stages", **about, "states": states, "transitions": steps})
    assert rights(api, name, OWNER, "Desk Stage")["closed"] == {}
    assert tried(api.client(OWNER), name, {"title": "二"}, "Desk Stage") == 200
    moved = {"doc": {"doctype": "Desk Stage", "name": name}, "action": "Desk Check"}
    api.client(OWNER).post("/api/method/frappe.model.workflow.apply_workflow", json=moved).raise_for_status()
    closed = rights(api, name, OWNER, "Desk Stage")["closed"]["write"]
    assert closed == f"In the state Desk Checked only System Manager may edit Desk Stage {name}."
    assert tried(api.client(OWNER), name, {"title": "三"}, "Desk Stage") == 403
    assert rights(api, name, "Administrator", "Desk Stage")["closed"] == {}


def test_rights_are_told_of_readable_documents_only(api: Api, paper: str) -> None:
    answer = api.client("desk@example.com").get(
        "/api/method/crm.desk.rights", params={"doctype": "Desk Paper", "name": paper}
    )
    assert answer.status_code == 403
    assert "合同" not in answer.text


def test_a_single_that_nobody_saved_has_rights(api: Api) -> None:
    found = rights(api, "System Settings", "Administrator", "System Settings")
    assert (found["permissions"]["write"], found["closed"]) == (1, {})
