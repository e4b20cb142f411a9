"""Faults of a record under check, and the checks that all kinds of records share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from crm_platform import expressions
from crm_platform.documents.coerce import Refused, coerce
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import ExpressionError, FieldError, ValidationError
from crm_platform.expressions import Subject
from crm_platform.metadata.model import DocType, Field

ALWAYS_THERE = frozenset({"__islocal", "__unsaved", "doctype"})
CLOSED = frozenset(
    {"Automation Log", "Notification Log", "Version", "Deleted Document", "Error Log", "Activity Log", "SLA Clock"}
)
"""What the engine writes itself: a rule about it would set itself off."""


Find = Callable[[Context, DocType, Document], Iterator[FieldError]]
"""Everything that is wrong with a record that is about the documents of a DocType."""


def check(ctx: Context, doc: Document, find: Find) -> None:
    """Refuse a record that could never work; one about a DocType that is not there waits for it.

    Raises ValidationError with all faults.
    """
    meta = ctx.definitions.get(str(doc.get("document_type")))
    if meta is not None:
        refuse((*subject_faults(ctx, doc), *find(ctx, meta, doc)))


def refuse(faults: Iterable[FieldError]) -> None:
    """Raise ValidationError with all faults; its sentence is that of the first."""
    found = list(faults)
    if found:
        error = ValidationError(found[0].template, errors=found)
        error.params.update(found[0].params)
        raise error


def subject_faults(ctx: Context, doc: Document, fieldname: str = "document_type") -> Iterator[FieldError]:
    """A rule is about documents of their own, none that the engine writes about others."""
    meta = ctx.definitions.get(str(doc.get(fieldname)))
    if meta is not None and (meta.istable or meta.is_virtual or meta.issingle or meta.name in CLOSED):
        template = "Rules cannot be about {doctype}: choose a DocType with documents of its own."
        yield FieldError(fieldname, template, params={"doctype": meta.name})


def condition_faults(meta: DocType, text: Any, place: FieldError, about: Subject = "change") -> Iterator[FieldError]:
    """An expression compiles and reads fields that are there; `place` tells where it stands."""
    if not str(text or "").strip():
        return
    try:
        paths = expressions.compile(str(text), about).fields
    except ExpressionError as error:
        yield at(place, "The expression cannot be used: {reason}", reason=error)
        return
    for name in sorted({path.name for path in paths if path.owner != "parent"} - ALWAYS_THERE):
        if name not in meta.columns and meta.field(name) is None:
            yield at(place, "{doctype} has no field {field}.", doctype=meta.name, field=name)


def at(place: FieldError, template: str, **params: Any) -> FieldError:
    """A fault at the same place."""
    return FieldError(place.field, template, table=place.table, row=place.row, params=params)


def field_faults(
    meta: DocType, name: str, place: FieldError, types: frozenset[str] | None = None
) -> Iterator[FieldError]:
    """A field of that name is there, and of one of the types."""
    field = meta.field(name)
    if field is None and name not in meta.columns:
        yield at(place, "{doctype} has no field {field}.", doctype=meta.name, field=name)
    elif types is not None and (field is None or field.fieldtype not in types):
        yield at(place, "{field} must be a field of the type {types}.", field=name, types=", ".join(sorted(types)))


def value_faults(ctx: Context, field: Field, value: Any, place: FieldError) -> Iterator[FieldError]:
    """A value written in the rule fits its field; a link leads to a document that is there."""
    try:
        found = coerce(value, field, ctx.runtime.zone)
    except Refused as refusal:
        yield at(place, refusal.template, label=field.label or field.fieldname, **refusal.params)
        return
    target = ctx.definitions.get(field.options) if field.fieldtype == "Link" else None
    if target is not None and found and not ctx.connection.existing(target, [str(found)]):
        yield at(place, "Could not find {label}: {value}", label=field.label or field.fieldname, value=found)
