"""Workflows that cannot work or that one person can finish alone: each is told with its place and a remedy, by
`crm-platform check`, by a plan and by the studio; sound ones are silent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from crm_platform.cli.main import app
from crm_platform.desk.studio_workflows import check as check_in_studio
from crm_platform.documents import drafts
from crm_platform.documents.drafts import Draft
from crm_platform.metadata.records import Definition
from crm_platform.testing import TestSite

Body = dict[str, Any]
Told = set[tuple[str, str]]
"""What is told: the check, and the place inside the workflow."""

RIGHTS = {"read": 1, "write": 1, "create": 1, "submit": 1, "cancel": 1}
CLERK, CHIEF = "Sales User", "Sales Manager"
THREE = {"Draft": 0, "审批中": 0, "Approved": 1}
TWO_EYES = {"allow_self_approval": 0}
ALONE = [("Draft", "Send", "审批中", CLERK), ("审批中", "Approve", "Approved", CHIEF)]
APART = [ALONE[0], (*ALONE[1], TWO_EYES)]


def tier(role: str = CHIEF, approvals: int = 1, **more: Any) -> Body:
    return {"state": "审批中", "action": "Approve", "role": role, "approvals": approvals, **more}


class Case(NamedTuple):
    title: str
    states: dict[str, int]
    steps: Iterable[tuple[Any, ...]]
    told: Told
    tiers: Iterable[Body] = ()
    submittable: int = 1
    rights: dict[str, Body] = {CLERK: RIGHTS, CHIEF: RIGHTS}


def unsound(title: str, states: dict[str, int], steps: Iterable[Any], *told: tuple[str, str], **more: Any) -> Case:
    return Case(title, states, steps, set(told), **more)


UNSOUND = [
    unsound("no way to a state", {**THREE, "已归档": 1}, APART, ("D805", "states[3]")),
    unsound(
        "a state behind a condition that never holds",
        THREE,
        [*APART[:1], (*ALONE[1], {**TWO_EYES, "condition": "1 > 2"})],
        ("D805", "states[2]"),
        ("D806", "states[1]"),
        ("D827", "transitions[1]"),
    ),
    unsound(
        "states that lead to each other only",
        {**THREE, "A": 0, "B": 0},
        [*APART, ("A", "On", "B", CLERK), ("B", "Back", "A", CLERK)],
        *(("D805", "states[3]"), ("D805", "states[4]"), ("D806", "states[3]"), ("D806", "states[4]")),
    ),
    unsound(
        "a draft without a way out",
        {**THREE, "退回": 0},
        [*APART, ("审批中", "Reject", "退回", CHIEF)],
        ("D806", "states[3]"),
    ),
    unsound(
        "drafts that go round for ever",
        {**THREE, "改": 0, "查": 0},
        [*APART, ("审批中", "Return", "改", CHIEF), ("改", "Ask", "查", CLERK), ("查", "Return", "改", CHIEF)],
        *(("D806", "states[3]"), ("D806", "states[4]")),
    ),
    unsound(
        "a role without any right",
        THREE,
        APART,
        ("D817", "transitions[1]"),
        rights={CLERK: RIGHTS},
    ),
    unsound(
        "a role that may write but not submit",
        THREE,
        APART,
        ("D817", "transitions[1]"),
        rights={CLERK: RIGHTS, CHIEF: {"read": 1, "write": 1}},
    ),
    unsound(
        "a role that may submit but not see",
        THREE,
        APART,
        ("D817", "transitions[1]"),
        rights={CLERK: RIGHTS, CHIEF: {"write": 1, "submit": 1}},
    ),
    unsound(
        "approvers who see their own documents only",
        THREE,
        APART,
        ("D817", "transitions[1]"),
        rights={CLERK: RIGHTS, CHIEF: {**RIGHTS, "if_owner": 1}},
    ),
    unsound(
        "an escalation to a role without rights",
        THREE,
        APART,
        ("D817", "transitions[1]"),
        tiers=[tier(escalate_after=4, escalate_to="System Manager")],
    ),
    unsound("a role that is not there", THREE, [APART[0], (*ALONE[1][:3], "处长", TWO_EYES)], ("D810", ""), rights={}),
    unsound(
        "a tier of a role that is not there",
        THREE,
        APART,
        ("D822", "approval_tiers[0]"),
        tiers=[tier("处长")],
        rights={},
    ),
    unsound("an escalation to nobody", THREE, APART, ("D829", "approval_tiers[0]"), tiers=[tier(escalate_after=4)]),
    unsound(
        "a tier of an action that is not there",
        THREE,
        APART,
        ("D819", "approval_tiers[0]"),
        tiers=[{**tier(), "action": "批准"}],
    ),
    unsound("two roles that one person may have", THREE, ALONE, ("D828", "states[2]")),
    unsound(
        "three roles in turn, not submittable",
        {"起草": 0, "初审": 0, "复审": 0, "生效": 0},
        [("起草", "送审", "初审", CLERK), ("初审", "通过", "复审", CHIEF), ("复审", "批准", "生效", "System Manager")],
        ("D828", "states[3]"),
        submittable=0,
        rights={},
    ),
    unsound(
        "a way past the approvals",
        THREE,
        [*APART, ("Draft", "Approve at once", "Approved", CLERK)],
        ("D818", "states[2]"),
    ),
    unsound(
        "another end past the approvals",
        {**THREE, "Booked": 1},
        [*APART, ("Draft", "Book", "Booked", CLERK)],
        ("D818", "states[3]"),
    ),
    unsound("one approval, of the maker perhaps", THREE, ALONE, ("D818", "states[2]"), tiers=[tier()]),
    unsound(
        "tiers that count for some documents only",
        THREE,
        ALONE,
        ("D818", "states[2]"),
        tiers=[tier(approvals=2, condition="doc.amount > 1000")],
    ),
]

SOUND = [
    Case("a second person approves", THREE, APART, set()),
    Case("two approvals", THREE, [ALONE[0], (*ALONE[1], {"approvals_required": 2})], set()),
    Case("two tiers in order", THREE, ALONE, set(), [tier(), tier("System Manager", tier=2)], rights={}),
    Case(
        "tiers for all amounts",
        THREE,
        ALONE,
        set(),
        [tier(approvals=2, condition="doc.amount <= 1000"), tier(approvals=3, condition="doc.amount > 1000")],
    ),
    Case(
        "a threshold below which nobody is asked",
        {**THREE, "Issued": 1},
        [*APART, ("Draft", "Issue", "Issued", CLERK, {"condition": "doc.amount < 100"})],
        set(),
    ),
    Case("one role does it all", {"Draft": 0, "Done": 1}, [("Draft", "Finish", "Done", CLERK)], set()),
    Case(
        "rejected and sent again",
        {**THREE, "退回": 0},
        [*APART, ("审批中", "Reject", "退回", CHIEF), ("退回", "Send", "审批中", CLERK)],
        set(),
    ),
    Case(
        "cancelled in the end",
        {**THREE, "Cancelled": 2},
        [*APART, ("Approved", "Cancel", "Cancelled", CHIEF)],
        set(),
    ),
    Case(
        "round and round, never submitted",
        {"Open": 0, "处理中": 0, "Closed": 0},
        [
            ("Open", "Start", "处理中", CLERK),
            ("处理中", "Close", "Closed", CLERK),
            ("Closed", "Reopen", "Open", CHIEF),
        ],
        set(),
        submittable=0,
    ),
    Case(
        "escalation to another role",
        THREE,
        APART,
        set(),
        [tier(escalate_after=8, escalate_to="System Manager")],
        rights={CLERK: RIGHTS, CHIEF: RIGHTS, "System Manager": RIGHTS},
    ),
]

CASES = [*UNSOUND, *SOUND]


def bodies(number: int, case: Case) -> tuple[Body, Body]:
    """The DocType of a case and its workflow."""
    states = [{"state": state, "doc_status": str(status), "allow_edit": CLERK} for state, status in case.states.items()]
    keys = ("state", "action", "next_state", "allowed")
    steps = [{**dict(zip(keys, step, strict=False)), **(step[4] if len(step) > 4 else {})} for step in case.steps]
    doctype = {
        "doctype": "DocType",
        "name": f"Paper {number}",
        "module": "Core",
        "custom": 1,
        "is_submittable": case.submittable,
        "fields": [
            {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
            {"fieldname": "workflow_state", "fieldtype": "Link", "label": "State", "options": "Workflow State"},
        ],
        "permissions": [{"role": role, **rights} for role, rights in case.rights.items()],
    }
    workflow = {
        "doctype": "Workflow",
        "name": case.title,
        "workflow_name": case.title,
        "document_type": doctype["name"],
        "is_active": 1,
        "workflow_state_field": "workflow_state",
        "states": states,
        "transitions": steps,
        "approval_tiers": list(case.tiers),
    }
    return doctype, workflow


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Body]:
    """What `crm-platform check` says of all of them."""
    folder = tmp_path_factory.mktemp("papers")
    for number, case in enumerate(CASES):
        for body in bodies(number, case):
            (folder / f"{number} {body['doctype']}.json").write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    found: list[Body] = json.loads(CliRunner().invoke(app, ["check", str(folder), "--json"]).stdout)
    return found


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=[case.title for case in CASES])
def test_check_tells_the_place_and_what_to_do(told: list[Body], number: int, case: Case) -> None:
    about = [one for one in told if Path(one["file"]).name == f"{number} Workflow.json"]
    assert {(one["id"], one["key"]) for one in about} == case.told
    for one in about:
        assert case.title in one["message"]
        assert one["remedy"].endswith(".")
        assert one["line"]


@pytest.fixture
def bureau(sqlite_site: TestSite) -> TestSite:
    """Chiefs who have left, one chief with two accounts, and a role that is disabled."""
    for role in ("科长", "局长", "Old Chief"):
        sqlite_site.insert("Role", role_name=role, disabled=int(role == "Old Chief"))
    sqlite_site.update("User", sqlite_site.user("left@example.com", "科长"), enabled=0)
    wang = sqlite_site.user("wang@example.com", "局长", "Old Chief")
    sqlite_site.update("User", sqlite_site.user("wang2@example.com", "局长"), same_person_as=wang)
    return sqlite_site


def approved_by(role: str, approvals: int) -> tuple[Body, Body]:
    steps = [ALONE[0], ("审批中", "Approve", "Approved", role, {**TWO_EYES, "approvals_required": approvals})]
    return bodies(1, Case("Bureau", THREE, steps, set(), rights={}))


STAFFED: dict[tuple[str, int], set[str]] = {
    ("科长", 1): {"D830"},
    ("局长", 2): {"D831"},
    ("Old Chief", 1): {"D832"},
    ("Nobody", 1): {"D832"},
    ("局长", 1): set(),
    ("Sales Manager", 2): set(),
}
"""(role, approvals) → what is told."""


def told_of(site: TestSite, role: str, approvals: int) -> set[str]:
    draft = Draft([Definition(body["doctype"], body["name"], body) for body in approved_by(role, approvals)])
    found = site.write(lambda ctx: drafts.preview(ctx, draft)).problems
    return {one.id for one in found if one.params.get("role") == role}


def test_a_plan_sees_who_is_there(bureau: TestSite) -> None:
    assert {asked: told_of(bureau, *asked) for asked in STAFFED} == STAFFED


def test_the_studio_sees_it_too(bureau: TestSite) -> None:
    state = {"fieldname": "workflow_state", "fieldtype": "Data", "label": "State"}
    bureau.doctype("Paper 1", state, is_submittable=1)
    _, workflow = approved_by("局长", 2)
    shown = bureau.write(lambda ctx: check_in_studio(ctx, workflow))
    assert ("D831", "审批中") in {(one["id"], one["state"]) for one in shown}
    assert all(one["remedy"] for one in shown)
