"""Takes a workflow action: one conditional UPDATE of the state, the docstatus move, the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.guards import same_moment
from crm_platform.errors import (
    FieldError,
    PermissionError,
    TimestampMismatchError,
    ValidationError,
    WorkflowTransitionError,
)
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow import approvals
from crm_platform.workflow.content import version_seen
from crm_platform.workflow.fallback import LISTENERS as FALLBACK_LISTENERS
from crm_platform.workflow.history import remember, tell
from crm_platform.workflow.persons import LISTENERS as PERSON_LISTENERS
from crm_platform.workflow.transitions import (
    capacity_for,
    has_workflow,
    open_transitions,
    state_of,
    state_row,
    verdicts,
    workflow_of,
)

BULK_LIMIT = 500
"""Documents per bulk action (Frappe)."""


@dataclass(frozen=True)
class Seen:
    """The version of the document that the caller saw: its mark (content.version_seen) or its `modified`, a time as
    clients send it."""

    mark: str = ""
    modified: Any = None


def apply(ctx: Context, doctype: str, name: str, action: str, seen: Seen | None = None) -> Document:
    """Take `action` on the stored document, whatever the caller's copy says, and return it in its new state.

    An action that needs approvals records one, of the version that was `seen`, and moves the document with the last.
    Raises WorkflowTransitionError when the action is not open to the caller in the present state, also when somebody
    else was faster; TimestampMismatchError when another version was seen; DoesNotExistError, ValidationError as any
    save.
    """
    doc = ctx.store.get(doctype, name, for_update=True)
    workflow = workflow_of(ctx, doctype)
    row = _open_row(ctx, doc, action)
    if workflow.needs_approvals(row):
        check_seen(ctx, workflow, doc, seen)
        if not approvals.approve(ctx, doc, workflow, row):
            tell(ctx, doc, ctx._("{action}: approved, further approvals are needed.", action=action))
            return doc
    else:
        _tell_in_whose_place(ctx, doc, row)
    return _move(ctx, doc, workflow, row)


def _tell_in_whose_place(ctx: Context, doc: Document, row: Transition) -> None:
    capacity = capacity_for(ctx, doc, row)
    if capacity is not None and capacity.on_behalf_of:
        tell(ctx, doc, ctx._("{action} in the place of {user}.", action=row.action, user=capacity.on_behalf_of))


def check_seen(ctx: Context, workflow: Workflow, doc: Document, seen: Seen | None) -> None:
    """Nobody approves what he has not seen."""
    if seen is None or not (seen.mark or seen.modified):
        raise ValidationError("Say which version you approve: send the document with its time of modification.")
    same = (
        seen.mark == version_seen(ctx.definitions, workflow, doc) if seen.mark else same_moment(ctx, seen.modified, doc)
    )
    if not same:
        raise TimestampMismatchError(
            "{doctype} {name} was changed after you opened it. Look at it again before you approve it.",
            doctype=doc.doctype,
            name=doc["name"],
        )


def _move(ctx: Context, doc: Document, workflow: Workflow, row: Transition) -> Document:
    state = state_of(workflow, doc)
    target = state_row(workflow, row.next_state)
    values: dict[str, Any] = {workflow.state_field: row.next_state}
    if target is not None:
        values["docstatus"] = target.doc_status
        if target.update_field:
            values[target.update_field] = target.update_value
    expected = {workflow.state_field: doc[workflow.state_field]}
    saved = ctx.store.transition(doc.doctype, doc["name"], values, expected=expected)
    remember(ctx, doc, state, row.next_state)
    if workflow.has_approvals:
        approvals.close(ctx, doc, state, row.action, ctx._("{action} was done instead.", action=row.action))
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


def bulk(ctx: Context, doctype: str, documents: Sequence[tuple[str, Seen]], action: str) -> None:
    """Take one action on many documents, all or none; each is approved in the version that was seen of it."""
    if len(documents) > BULK_LIMIT:
        raise ValidationError("At most {limit} documents at once.", limit=BULK_LIMIT)
    for name, seen in documents:
        apply(ctx, doctype, name, action, seen)


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
    closed = closed_to_editor(ctx, doc)
    if closed is not None:
        raise closed


def closed_to_editor(ctx: Context, doc: Document) -> PermissionError | None:
    """What an edit by the caller is refused with in the document's state."""
    workflow = ctx.definitions.workflows.get(doc.doctype)
    row = state_row(workflow, state_of(workflow, doc)) if workflow is not None else None
    if row is None or not row.allow_edit or row.allow_edit in ctx.roles or "Administrator" in ctx.roles:
        return None
    return PermissionError(
        "In the state {state} only {role} may edit {doctype} {name}.",
        state=row.state,
        role=row.allow_edit,
        doctype=doc.doctype,
        name=doc["name"],
    )


def _moves(workflow: Workflow, doc: Document) -> bool:
    return doc.has_changed(workflow.state_field) or doc.has_changed("docstatus")


LISTENERS = [
    Listener("core", "*", "before_validate", start, concerns=has_workflow),
    Listener("core", "*", "before_validate", check_editor, concerns=has_workflow),
    *FALLBACK_LISTENERS,
    *PERSON_LISTENERS,
]
