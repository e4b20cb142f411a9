"""A document as plain values for a template: what the caller may not read is empty, secrets never are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.wire import hidden_fields
from crm_platform.metadata.model import Definitions, DocType, Field
from crm_platform.printing.cleaning import clean_text
from crm_platform.printing.snapshot import FieldInfo

SECRETS = frozenset({"Password"})


def printed_values(ctx: Context, doc: Document, levels: frozenset[int]) -> dict[str, Any]:
    """Values by fieldname, every field of the DocType among them, so that a template may name each one."""
    values = _row(ctx, doc, levels)
    for table in doc.meta.table_fields:
        open_to_caller = not table.permlevel or table.permlevel in levels
        values[table.fieldname] = [_row(ctx, row, levels) for row in doc[table.fieldname]] if open_to_caller else []
    return values


def _row(ctx: Context, doc: Document, levels: frozenset[int]) -> dict[str, Any]:
    meta = doc.meta
    hidden = hidden_fields(meta, levels)
    values: dict[str, Any] = dict.fromkeys((*meta.columns, *meta.by_name))
    for name in meta.columns:
        field = meta.field(name)
        if name not in hidden and (field is None or field.fieldtype not in SECRETS):
            values[name] = _plain(ctx, field, doc[name])
    values["doctype"] = meta.name
    return values


def _plain(ctx: Context, field: Field | None, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(ctx.runtime.zone).replace(tzinfo=None)
    if field is not None and field.kind.html and value:
        return clean_text(value)
    return value


def field_infos(definitions: Definitions, meta: DocType) -> dict[str, Mapping[str, FieldInfo]]:
    """How to show the fields of a DocType and of its child rows."""
    kinds = {meta.name, *(table.options for table in meta.table_fields)}
    return {kind: _infos(definitions, definitions[kind]) for kind in sorted(kinds)}


def _infos(definitions: Definitions, meta: DocType) -> dict[str, FieldInfo]:
    return {
        field.fieldname: FieldInfo(
            field.label,
            "Data" if field.is_masked else field.fieldtype,
            _options(field),
            field.precision,
            _translated(definitions, field),
        )
        for field in meta.by_name.values()
    }


def _options(field: Field) -> str:
    """What decides the currency of an amount: Frappe writes "currency" or "Company:company:default_currency"."""
    return field.options.rpartition(":")[2] if field.fieldtype == "Currency" else ""


def _translated(definitions: Definitions, field: Field) -> bool:
    target = definitions.get(field.options) if field.fieldtype == "Link" else None
    return field.fieldtype == "Select" or bool(target is not None and target.properties.get("translated_doctype"))
