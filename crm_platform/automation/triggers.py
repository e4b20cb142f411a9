"""What sets a rule off while a document is saved: a table from the trigger's name to a test of the change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crm_platform.automation.rule import Trigger
from crm_platform.documents.coerce import Refused, coerce
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.metadata.model import Field

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2
KEPT_BY_THE_SYSTEM = frozenset({"modified", "modified_by"})


def created(ctx: Context, trigger: Trigger, doc: Document) -> bool:  # noqa: ARG001 one signature for all
    return doc.is_new


def saved(ctx: Context, trigger: Trigger, doc: Document) -> bool:  # noqa: ARG001 one signature for all
    return True


def changed(ctx: Context, trigger: Trigger, doc: Document) -> bool:
    """A stored document with another value in a watched field, or anywhere when none is watched."""
    before = doc.before
    if before is None:
        return False
    old, new = before.as_dict(), doc.as_dict()
    watched = trigger.watched or tuple(name for name in new if name not in KEPT_BY_THE_SYSTEM)
    moved = [name for name in watched if old.get(name) != new.get(name)]
    if not moved:
        return False
    ends = ((trigger.from_value, old), (trigger.to_value, new))
    return all(not text or _is(ctx, doc, moved[0], values[moved[0]], text) for text, values in ends)


def _is(ctx: Context, doc: Document, fieldname: str, value: Any, text: str) -> bool:
    """Whether `value` is what `text` stands for in this field."""
    field = doc.meta.field(fieldname)
    return bool(value == (text if field is None else _wanted(ctx, field, text)))


def _wanted(ctx: Context, field: Field, text: str) -> Any:
    try:
        return coerce(text, field, ctx.runtime.zone)
    except Refused:
        return text


def submitted(ctx: Context, trigger: Trigger, doc: Document) -> bool:  # noqa: ARG001 one signature for all
    return _moved_to(doc, SUBMITTED)


def cancelled(ctx: Context, trigger: Trigger, doc: Document) -> bool:  # noqa: ARG001 one signature for all
    return _moved_to(doc, CANCELLED)


def _moved_to(doc: Document, status: int) -> bool:
    before = doc.before["docstatus"] if doc.before is not None else DRAFT
    return bool(doc.get("docstatus", DRAFT) == status != before)


def entered_state(ctx: Context, trigger: Trigger, doc: Document) -> bool:
    """A workflow took the document into the trigger's state; a new one is in the first state."""
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is None or not workflow.states:
        return False
    first = workflow.states[0].state
    before = doc.before.get(workflow.state_field, first) if doc.before is not None else None
    return bool(doc.get(workflow.state_field, first) == trigger.state != before)


HAPPENED: Mapping[str, Callable[[Context, Trigger, Document], bool]] = {
    "Created": created,
    "Saved": saved,
    "Changed": changed,
    "Submitted": submitted,
    "Cancelled": cancelled,
    "Workflow State": entered_state,
}
"""Automation Rule.trigger → whether it is this save; "Saved" is Frappe's Notification event Save."""
