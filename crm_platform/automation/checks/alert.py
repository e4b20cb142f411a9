"""Checks of a Notification (Frappe): its event, the fields that it names, its conditions and recipients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crm_platform.automation.alerts import people_of
from crm_platform.automation.checks.faults import (
    at,
    check,
    condition_faults,
    field_faults,
    value_faults,
)
from crm_platform.automation.checks.rule import DATES
from crm_platform.automation.checks.targets import settable_faults
from crm_platform.automation.rule import Action
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError
from crm_platform.metadata.model import DocType

NAMED_FIELD: Mapping[str, tuple[str, frozenset[str] | None]] = {
    "Days After": ("date_changed", DATES),
    "Days Before": ("date_changed", DATES),
    "Value Change": ("value_changed", None),
}
"""Notification.event → the property that names a field, and the types that the field may have."""


def check_alert(ctx: Context, doc: Document) -> None:
    """Refuse a Notification that could never work. Raises ValidationError with all faults."""
    check(ctx, doc, _faults)


def _faults(ctx: Context, meta: DocType, doc: Document) -> Iterator[FieldError]:
    """Everything that is wrong with a Notification. Events that nothing brings here are kept without effect."""
    yield from condition_faults(meta, doc.get("condition"), FieldError("condition", ""))
    named = NAMED_FIELD.get(str(doc.get("event")))
    if named is not None:
        fieldname, types = named
        yield from field_faults(meta, str(doc.get(fieldname, "")), FieldError(fieldname, ""), types)
    yield from _property_faults(ctx, meta, doc)
    for index, row in enumerate(doc["recipients"], start=1):
        yield from _recipient_faults(meta, row, index)


def _property_faults(ctx: Context, meta: DocType, doc: Document) -> Iterator[FieldError]:
    name, place = str(doc.get("set_property_after_alert", "")), FieldError("set_property_after_alert", "")
    if not name:
        return
    faults = list(settable_faults(ctx, meta, name, place))
    yield from faults or value_faults(
        ctx, meta.by_name[name], doc.get("property_value"), FieldError("property_value", "")
    )


def _recipient_faults(meta: DocType, row: Document, index: int) -> Iterator[FieldError]:
    place = FieldError("receiver_by_document_field", "", table="recipients", row=index)
    action = Action("Notify", people_of(row))
    for name in action.lines("user_fields"):
        yield from field_faults(meta, name, place)
    yield from condition_faults(meta, row.get("condition"), at(place, ""), "document")
