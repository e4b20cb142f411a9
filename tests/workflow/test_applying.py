"""Taking a workflow action: what it writes, who may not, and that of two people one wins."""

from __future__ import annotations

import pytest

from crm_platform.documents.document import Document
from crm_platform.errors import CRMError, TimestampMismatchError, WorkflowTransitionError
from crm_platform.testing import TestSite
from crm_platform.workflow import applying
from crm_platform.workflow.transitions import workflow_of
from support.sabotage import defended_by

ALL = dict.fromkeys(("read", "write", "create", "submit", "cancel"), 1)
FIELDS = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "outcome", "fieldtype": "Data", "label": "Outcome", "read_only": 1},
    {
        "fieldname": "workflow_state",
        "fieldtype": "Link",
        "options": "Workflow State",
        "label": "State",
        "read_only": 1,
    },
)


@pytest.fixture
def claims(site: TestSite) -> TestSite:
    """Claims that go from New to 已批准, which submits them; who made one does not approve it."""
    site.role("Clerk")
    rights = [{"role": "Clerk", **ALL}]
    site.doctype("Claim", *FIELDS, is_submittable=1, autoname="CL-.###", permissions=rights)
    for state in ("New Claim", "已批准"):
        site.insert("Workflow State", workflow_state_name=state)
    site.insert("Workflow Action Master", workflow_action_name="批准")
    approved = {"state": "已批准", "doc_status": "1", "update_field": "outcome", "update_value": "同意"}
    site.insert(
        "Workflow",
        workflow_name="Claim Flow",
        document_type="Claim",
        is_active=1,
        states=[{"state": "New Claim", "doc_status": "0", "allow_edit": "Clerk"}, {**approved, "allow_edit": "Clerk"}],
        transitions=[
            {
                "state": "New Claim",
                "action": "批准",
                "next_state": "已批准",
                "allowed": "Clerk",
                "allow_self_approval": 0,
            }
        ],
    )
    return site


def take(site: TestSite, name: str, user: str) -> Document:
    return site.write(lambda ctx: applying.apply(ctx, "Claim", name, "批准"), user)


def test_an_action_moves_state_and_docstatus_sets_its_field_and_is_remembered(claims: TestSite) -> None:
    name = claims.insert("Claim", claims.user("li@example.com", "Clerk"), title="退货").name
    boss = claims.user("wang@example.com", "Clerk")
    moved = take(claims, name, boss)
    assert (moved.workflow_state, moved.docstatus, moved.outcome) == ("已批准", 1, "同意")
    about = {"reference_doctype": "Claim", "reference_name": name}
    fields = ("comment_type", "content", "comment_email")
    told = claims.read(lambda ctx: ctx.store.list("Comment", fields=fields, filters=about))
    assert [tuple(row.values()) for row in told] == [("Workflow", "已批准", boss)]
    fields = ("status", "workflow_state", "completed_by")
    done = claims.read(lambda ctx: ctx.store.list("Workflow Action", fields=fields, filters=about))
    assert [tuple(row.values()) for row in done] == [("Completed", "New Claim", boss)]


@pytest.mark.parametrize("sent", [None, "", "New Claim"])
def test_a_form_may_send_the_first_state_of_a_field_that_only_the_workflow_sets(
    claims: TestSite, sent: str | None
) -> None:
    clerk = claims.user("li@example.com", "Clerk")
    assert claims.insert("Claim", clerk, title="退货", workflow_state=sent).workflow_state == "New Claim"
    with pytest.raises(CRMError, match="transition not allowed"):
        claims.insert("Claim", clerk, title="退货", workflow_state="已批准")


def test_who_made_a_document_does_not_approve_it(claims: TestSite) -> None:
    clerk = claims.user("li@example.com", "Clerk")
    name = claims.insert("Claim", clerk, title="退货").name
    with pytest.raises(WorkflowTransitionError, match="may not approve it"):
        take(claims, name, clerk)
    assert claims.get("Claim", name).workflow_state == "New Claim"


@defended_by(
    "crm_platform.workflow.applying:_open_row",
    replace_with=lambda ctx, doc, _: workflow_of(ctx, doc.doctype).transitions[0],
)
def test_I07_of_two_people_one_wins(claims: TestSite) -> None:
    name = claims.insert("Claim", claims.user("li@example.com", "Clerk"), title="退货").name
    take(claims, name, claims.user("wang@example.com", "Clerk"))
    with pytest.raises(CRMError):
        take(claims, name, claims.user("zhao@example.com", "Clerk"))
    history = {"reference_doctype": "Claim", "reference_name": name}
    assert claims.read(lambda ctx: ctx.store.count("Workflow Action", filters=history)) == 1


def test_a_step_insists_on_the_state_it_was_decided_for(claims: TestSite) -> None:
    name = claims.insert("Claim", claims.user("li@example.com", "Clerk"), title="退货").name
    with pytest.raises(TimestampMismatchError):
        claims.system(
            lambda ctx: ctx.store.transition(
                "Claim", name, {"workflow_state": "已批准"}, expected={"workflow_state": "Elsewhere"}
            )
        )
    assert claims.get("Claim", name).workflow_state == "New Claim"
