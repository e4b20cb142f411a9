"""frappe.model.workflow.*: what may be done next with a document, and doing it."""

from __future__ import annotations

from typing import Any

from crm_platform.api.client_changes import doctype_in, name_in
from crm_platform.api.methods import ApiMethod
from crm_platform.api.services import WorkflowService
from crm_platform.documents.context import Context
from crm_platform.documents.wire import to_wire
from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.metadata.model import Transition, Workflow

MAX_DOCUMENTS = 500
"""Frappe's limit of a bulk action."""

Row = dict[str, Any]


class WorkflowMethods:
    """The methods, bound to the workflow room."""

    def __init__(self, service: WorkflowService) -> None:
        self.service = service

    def table(self) -> tuple[ApiMethod, ...]:
        return (
            ApiMethod("frappe.model.workflow.get_transitions", self.get_transitions),
            ApiMethod("frappe.model.workflow.apply_workflow", self.apply_workflow, writes=True),
            ApiMethod("frappe.model.workflow.bulk_workflow_approval", self.bulk_approval, writes=True),
        )

    def get_transitions(self, ctx: Context, doc: dict[str, Any]) -> list[Row]:
        """The open transitions as rows of the Workflow; the stored document counts, not the sent one."""
        doctype = doctype_in(doc)
        stored = ctx.store.get(doctype, name_in(doc))
        workflow = ctx.definitions.workflows.get(doctype)
        if workflow is None:
            raise DoesNotExistError("{doctype} has no active workflow", doctype=doctype)
        return [transition_row(workflow, transition) for transition in self.service.transitions(ctx, stored)]

    def apply_workflow(self, ctx: Context, doc: dict[str, Any], action: str) -> Row:
        """Take an action; answers the document in its new state."""
        return to_wire(ctx, self.service.apply(ctx, doctype_in(doc), name_in(doc), action))

    def bulk_approval(self, ctx: Context, doctype: str, docnames: list[Any], action: str) -> None:
        """Take an action on many documents, on all or on none."""
        if len(docnames) > MAX_DOCUMENTS:
            raise ValidationError("A workflow action takes at most {limit} documents at once.", limit=MAX_DOCUMENTS)
        for name in docnames:
            self.service.apply(ctx, doctype, str(name), action)


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
