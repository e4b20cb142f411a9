"""Takes a workflow action: one conditional UPDATE of the state, the docstatus move, the history."""

from __future__ import annotations

from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.naming import random_name
from crm_platform.documents.saving import write_as_is
from crm_platform.errors import FieldError, PermissionError, ValidationError, WorkflowTransitionError
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow.transitions import open_transitions, state_of, state_row, verdicts, workflow_of

BULK_LIMIT = 500
"""Documents per bulk action (Frappe)."""


def apply(ctx: Context, doctype: str, name: str, action: str) -> Document:
    """Take `action` on the stored document, whatever the caller's copy says, and return it in its new state.

    Raises WorkflowTransitionError when the action is not open to the caller in the present state, also when somebody
    else was faster; DoesNotExistError, ValidationError as any save.
    """
    doc = ctx.store.get(doctype, name, for_update=True)
    workflow = workflow_of(ctx, doctype)
    row = _open_row(ctx, doc, action)
    state = state_of(workflow, doc)
    target = state_row(workflow, row.next_state)
    values: dict[str, Any] = {workflow.state_field: row.next_state}
    if target is not None:
        values["docstatus"] = target.doc_status
        if target.update_field:
            values[target.update_field] = target.update_value
    expected = {workflow.state_field: doc[workflow.state_field]}
    saved = ctx.store.transition(doctype, name, values, expected=expected)
    _remember(ctx, doc, row, state)
    return saved


def _open_row(ctx: Context, doc: Document, action: str) -> Transition:
    for row in open_transitions(ctx, doc):
        if row.action == action:
            return row
    reasons = [verdict.reason for verdict in verdicts(ctx, doc) if verdict.transition.action == action]
    template = "Not a valid Workflow Action: {action}. {reason}"
    reason = reasons[0] if reasons else ctx._("It does not lead on from the present state.")
    fault = FieldError("action", template, "WorkflowTransitionError", params={"action": action, "reason": reason})
    raise WorkflowTransitionError(template, errors=[fault], action=action, reason=reason)


def _remember(ctx: Context, doc: Document, row: Transition, state: str) -> None:
    """A Comment of type Workflow and a closed Workflow Action, as Frappe writes them."""
    reference = {"reference_doctype": doc.doctype, "reference_name": doc["name"]}
    history = (
        ("Comment", {"comment_type": "Workflow", "content": row.next_state, "comment_email": ctx.user}),
        (
            "Workflow Action",
            {"status": "Completed", "workflow_state": state, "completed_by": ctx.user, "user": ctx.user},
        ),
    )
    for doctype, values in history:
        meta = ctx.definitions.get(doctype)
        if meta is not None:
            known = {key: value for key, value in {**reference, **values}.items() if key in meta.columns}
            write_as_is(ctx, [Document(meta, ctx.definitions, {**known, "name": random_name()})])


def bulk(ctx: Context, doctype: str, names: list[str], action: str) -> None:
    """Take one action on many documents: all or none."""
    if len(names) > BULK_LIMIT:
        raise ValidationError("At most {limit} documents at once.", limit=BULK_LIMIT)
    for name in names:
        apply(ctx, doctype, name, action)


def start(ctx: Context, doc: Document) -> None:
    """A new document begins in the first state of its workflow."""
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is not None and workflow.states and doc.is_new and not doc.get(workflow.state_field):
        doc[workflow.state_field] = workflow.states[0].state


def check_editor(ctx: Context, doc: Document) -> None:
    """In a state that names a role under "Only Allow Edit For", only that role edits the document."""
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is None or doc.before is None or _moves(workflow, doc):
        return
    row = state_row(workflow, state_of(workflow, doc))
    if row is not None and row.allow_edit and row.allow_edit not in ctx.roles and "Administrator" not in ctx.roles:
        raise PermissionError(
            "In the state {state} only {role} may edit {doctype} {name}.",
            state=row.state,
            role=row.allow_edit,
            doctype=doc.doctype,
            name=doc["name"],
        )


def _moves(workflow: Workflow, doc: Document) -> bool:
    return doc.has_changed(workflow.state_field) or doc.has_changed("docstatus")


LISTENERS = [
    Listener("core", "*", "before_validate", start),
    Listener("core", "*", "before_validate", check_editor),
]
