"""Seeing what a masked field holds: asked for by name and with a reason, and written down every time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.masking import may_unmask
from crm_platform.documents.wire import plain
from crm_platform.errors import FieldError, PermissionError, ValidationError
from crm_platform.metadata.masking import Masked, plain_of
from crm_platform.metadata.model import Field

EVENT = "Unmasked"
SHORTEST_REASON = 3


def unmask(ctx: Context, doctype: str, name: str, fields: Iterable[str], reason: str) -> dict[str, Any]:
    """The values of masked fields of one document: `field`, or `table.field` for a list of those of all rows.

    Raises DoesNotExistError, PermissionError without the right `mask` at the field's level, ValidationError for a field
    that is not masked or when no reason is given.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        fault = FieldError("reason", "Say why.")
        raise ValidationError("Give the reason for which you need to see this. It is written down.", errors=[fault])
    doc = ctx.store.get(doctype, name)
    asked = list(dict.fromkeys(fields))
    values = {wanted: _values(ctx, doc, wanted) for wanted in asked}
    ctx.audit(EVENT, doctype, str(doc["name"]), fields=asked, reason=reason.strip())
    return values


def _values(ctx: Context, doc: Document, wanted: str) -> Any:
    first, _, inner = wanted.partition(".")
    table = doc.meta.field(first)
    if inner and table is not None and table.is_table:
        _check_level(ctx, doc, table)
        field = _masked(ctx.definitions[table.options].field(inner), wanted)
        _check(ctx, doc, field)
        return [_opened(ctx, row, field) for row in doc[first]]
    field = _masked(doc.meta.field(wanted), wanted)
    _check(ctx, doc, field)
    return _opened(ctx, doc, field)


def _masked(field: Field | None, wanted: str) -> Field:
    if field is None or not field.is_masked:
        raise ValidationError(
            "{field} is no masked field.", field=wanted, errors=[FieldError(wanted, "There is nothing to unmask.")]
        )
    return field


def _check_level(ctx: Context, doc: Document, table: Field) -> None:
    if table.permlevel not in ctx.policy.levels(doc.meta, "read", doc) | {0}:
        raise _denied(table)


def _check(ctx: Context, doc: Document, field: Field) -> None:
    if not may_unmask(ctx, doc, field):
        raise _denied(field)


def _denied(field: Field) -> PermissionError:
    return PermissionError(
        "You may not see what {label} holds. Ask for the right to unmask it.",
        label=field.label or field.fieldname,
        errors=[FieldError(field.fieldname, "Stays masked.", "PermissionError")],
    )


def _opened(ctx: Context, holder: Document, field: Field) -> Any:
    value = holder[field.fieldname]
    if isinstance(value, Masked) and value.stored:
        raise ValidationError(
            "The value of {label} cannot be opened with this site's keys. Restore secret.key from a backup.",
            label=field.label or field.fieldname,
        )
    return plain(plain_of(value), ctx.runtime.zone)
