"""frappe.model.workflow.*: what may be done next with a document, and doing it."""

from __future__ import annotations

from typing import Any

from crm_platform.api.client_changes import doctype_in, name_in
from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.wire import to_wire
from crm_platform.errors import ValidationError
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow.applying import Seen, apply, bulk
from crm_platform.workflow.approvals import describe
from crm_platform.workflow.content import version_seen
from crm_platform.workflow.transitions import open_transitions, state_of, verdicts, workflow_of
from crm_platform.workflow.waiting import waiting_for

Row = dict[str, Any]
MOST_WAITING = 200


def get_transitions(ctx: Context, doc: dict[str, Any]) -> list[Row]:
    """The open transitions as rows of the Workflow; the stored document counts, not the sent one."""
    doctype = doctype_in(doc)
    stored = ctx.store.get(doctype, name_in(doc))
    workflow = workflow_of(ctx, doctype)
    return [transition_row(workflow, transition) for transition in open_transitions(ctx, stored)]


def actions(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
    """Every action from the document's state: whether it is open to the caller or why not, and its approvals.

    `seen` is the mark of this version, to be sent with an approval.
    """
    doc = ctx.store.get(doctype, name)
    workflow = workflow_of(ctx, doctype)
    found = [
        {
            "action": verdict.transition.action,
            "next_state": verdict.transition.next_state,
            "is_open": int(not verdict.reason),
            "reason": verdict.reason,
            "approvals": _approvals(ctx, doc, workflow, verdict.transition),
        }
        for verdict in verdicts(ctx, doc)
    ]
    return {"state": state_of(workflow, doc), "seen": version_seen(ctx.definitions, workflow, doc), "actions": found}


def _approvals(ctx: Context, doc: Document, workflow: Workflow, transition: Transition) -> list[Row]:
    return describe(ctx, doc, workflow, transition) if workflow.needs_approvals(transition) else []


def apply_workflow(ctx: Context, doc: dict[str, Any], action: str, seen: str = "") -> Row:
    """Take an action; answers the document in its new state.

    Where the action needs approvals, `seen` (from crm.workflow.actions) or the document's `modified` says which version
    is approved.
    """
    return to_wire(ctx, apply(ctx, doctype_in(doc), name_in(doc), action, Seen(seen, doc.get("modified"))))


def waiting(ctx: Context, limit: int = 50) -> list[Row]:
    """Documents that wait for an approval of the caller."""
    found = waiting_for(ctx, min(max(limit, 0), MOST_WAITING))
    return [
        {"doctype": doc.doctype, "name": doc["name"], "title": _title(doc), "action": row.action, "state": row.state}
        for doc, row in found
    ]


def _title(doc: Document) -> str:
    return str(doc.get(doc.meta.title_field) or doc["name"]) if doc.meta.title_field else str(doc["name"])


def bulk_approval(ctx: Context, doctype: str, docnames: list[Any], action: str) -> None:
    """Take an action on many documents, on all or on none.

    `docnames` are names or, where the action needs approvals, objects that say which version the caller saw:
    {"name": …, "seen": …} or {"name": …, "modified": …}.
    """
    bulk(ctx, doctype, [_named(one) for one in docnames], action)


def _named(one: Any) -> tuple[str, Seen]:
    if isinstance(one, dict) and isinstance(one.get("name"), str) and one.keys() <= {"name", "seen", "modified"}:
        return one["name"], Seen(str(one.get("seen") or ""), one.get("modified"))
    if isinstance(one, str | int):
        return str(one), Seen()
    raise ValidationError('docnames must be a JSON list of names, or of objects with "name" and "modified".')


def transition_row(workflow: Workflow, transition: Transition) -> Row:
    """A transition with the keys of Frappe's Workflow Transition."""
    return {
        **transition.properties,
        "state": transition.state,
        "action": transition.action,
        "next_state": transition.next_state,
        "allowed": transition.allowed,
        "allow_self_approval": int(transition.allow_self_approval),
        "condition": transition.condition or None,
        "parent": workflow.name,
        "parentfield": "transitions",
        "parenttype": "Workflow",
        "doctype": "Workflow Transition",
    }


METHODS = (
    ApiMethod("crm.workflow.actions", actions),
    ApiMethod("crm.workflow.waiting", waiting),
    ApiMethod("frappe.model.workflow.get_transitions", get_transitions),
    ApiMethod("frappe.model.workflow.apply_workflow", apply_workflow, writes=True),
    ApiMethod("frappe.model.workflow.bulk_workflow_approval", bulk_approval, writes=True),
)
