"""What stands above everything else about a document: its fields and tables with Frappe's DocField.in_preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.metadata.model import DocType, Field

MOST = 20
"""Rows that are shown of a table."""


def facts(ctx: Context, meta: DocType, shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields that have a value, which 0 is not, each with its value. `shown` is what the caller may read."""
    return [
        {**column(ctx, field), "value": shown[field.fieldname]}
        for field in _chosen(meta)
        if field.has_column and shown.get(field.fieldname) not in (None, "", 0)
    ]


def tables(ctx: Context, meta: DocType, shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tables that have rows, as sections: what their grids show."""
    return [
        _section(ctx, field, ctx.definitions[field.options], shown[field.fieldname])
        for field in _chosen(meta)
        if field.is_table and shown.get(field.fieldname)
    ]


def column(ctx: Context, field: Field) -> dict[str, str]:
    """A field as the interface heads and formats it."""
    return {
        "fieldname": field.fieldname,
        "label": ctx._(field.label),
        "fieldtype": field.fieldtype,
        "options": field.options,
    }


def _chosen(meta: DocType) -> list[Field]:
    return [field for field in meta.fields if field.properties.get("in_preview") and not field.hidden]


def _section(ctx: Context, field: Field, row: DocType, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    columns = [one for one in row.data_fields if one.in_list_view and not one.hidden and one.fieldname in rows[0]]
    return {
        "doctype": row.name,
        "label": ctx._(field.label),
        "field": "",
        "group": "",
        "count": len(rows),
        "more": 0,
        "can_create": 0,
        "listed": 0,
        "filters": [],
        "values": {},
        "columns": [column(ctx, one) for one in columns],
        "rows": rows[:MOST],
    }
