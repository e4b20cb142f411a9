"""A definition under work in the studio, as far as its computed fields are concerned: what reads what, and rings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.errors import ExpressionError
from crm_platform.metadata.computed import circle
from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.metadata.model import Definitions, DocType, Field


def with_fields(ctx: Context, doctype: str, rows: Sequence[Any]) -> Definitions:
    """The definitions with the fields of one DocType, live or not, as `rows` (DocFields) have them."""
    fields = tuple(_field(row) for row in rows if isinstance(row, dict) and str(row.get("fieldtype")) in FIELD_KINDS)
    meta = replace(ctx.definitions.get(doctype) or DocType(doctype), fields=fields)
    return replace(ctx.definitions, doctypes={**ctx.definitions.doctypes, doctype: meta})


def _field(row: Mapping[str, Any]) -> Field:
    """As much of a field as its value depends on."""
    return Field(
        str(row.get("fieldname") or ""),
        str(row["fieldtype"]),
        options=str(row.get("options") or ""),
        is_virtual=bool(row.get("is_virtual")),
        properties=row,
    )


def ring_fault(ctx: Context, doctype: str, rows: Sequence[Any], fieldname: str) -> ExpressionError | None:
    """What is wrong when a computed field depends on itself, with the ring spelled out."""
    ring = circle(with_fields(ctx, doctype, rows), (doctype, fieldname))
    if not ring:
        return None
    spelled = " → ".join(name if owner == doctype else f"{owner}.{name}" for owner, name in ring)
    return ExpressionError(
        "{field} would depend on itself: {circle}. Take one of them out.", field=fieldname, circle=spelled
    )
