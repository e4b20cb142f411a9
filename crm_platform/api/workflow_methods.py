"""frappe.model.workflow.*: what may be done next with a document, and doing it."""

from __future__ import annotations

from typing import Any

from crm_platform.api.client_changes import doctype_in, name_in
from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.wire import to_wire
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow.applying import apply, bulk
from crm_platform.workflow.transitions import open_transitions, workflow_of

Row = dict[str, Any]


def get_transitions(ctx: Context, doc: dict[str, Any]) -> list[Row]:
    """The open transitions as rows of the Workflow; the stored document counts, not the sent one."""
    doctype = doctype_in(doc)
    stored = ctx.store.get(doctype, name_in(doc))
    workflow = workflow_of(ctx, doctype)
    return [transition_row(workflow, transition) for transition in open_transitions(ctx, stored)]


def apply_workflow(ctx: Context, doc: dict[str, Any], action: str) -> Row:
    """Take an action; answers the document in its new state."""
    return to_wire(ctx, apply(ctx, doctype_in(doc), name_in(doc), action))


def bulk_approval(ctx: Context, doctype: str, docnames: list[Any], action: str) -> None:
    """Take an action on many documents, on all or on none."""
    bulk(ctx, doctype, [str(name) for name in docnames], action)


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
    ApiMethod("frappe.model.workflow.get_transitions", get_transitions),
    ApiMethod("frappe.model.workflow.apply_workflow", apply_workflow, writes=True),
    ApiMethod("frappe.model.workflow.bulk_workflow_approval", bulk_approval, writes=True),
)
