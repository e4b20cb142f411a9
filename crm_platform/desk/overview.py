"""crm.desk.overview: everything about a document in one answer, as far as the caller may read it."""

from __future__ import annotations

from typing import Any

from crm_platform.desk.connections import CAP, connections
from crm_platform.documents.context import Context
from crm_platform.documents.wire import plain
from crm_platform.metadata.model import DocType

MAILS = "Communication"
ROWS = 5
"""Rows of a section; the list behind it has the others."""
COLUMNS = 4


def overview(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
    """The title of a document, and its connections that lead anywhere, each with its newest rows.

    What a section shows is what the DocType's list shows. A pack adds a section with a Link field, or with a row of
    Frappe's DocType Link. Raises DoesNotExistError, PermissionError.
    """
    doc = ctx.store.get(doctype, name)
    ways = [*(way for way in connections(ctx, doctype, name) if way["doctype"] != MAILS), _mails(ctx, doctype, name)]
    sections = [_section(ctx, way) for way in ways if way["count"]]
    return {"title": str(doc.get(doc.meta.title_field) or name), "sections": sections}


def _section(ctx: Context, way: dict[str, Any]) -> dict[str, Any]:
    meta = ctx.definitions[way["doctype"]]
    columns = _columns(ctx, meta, {path for path, *_ in way["filters"]})
    listed = int(ctx.policy.allows(meta, "read"))
    return {**way, "columns": columns, "rows": _rows(ctx, way, columns), "listed": listed}


def _mails(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
    """Mails belong to a document as its comments do: who may read it may read them, with no right to list all mails."""
    filters = [
        ["reference_doctype", "=", doctype],
        ["reference_name", "=", name],
        ["communication_type", "=", "Communication"],
    ]
    counted = ctx.store.count(MAILS, filters=filters, cap=CAP + 1)
    return {
        "doctype": MAILS,
        "label": ctx._(MAILS),
        "field": "",
        "group": "",
        "count": min(counted, CAP),
        "more": int(counted > CAP),
        "can_create": 0,
        "filters": filters,
        "values": {},
    }


def _columns(ctx: Context, doctype: DocType, known: set[str]) -> list[dict[str, str]]:
    """The title, then the first fields of the list that the caller may read and does not know already."""
    levels = ctx.policy.levels(doctype, "read") | {0}
    shown = [f for f in doctype.data_fields if f.permlevel in levels and not f.hidden and f.fieldname not in known]
    title = [f for f in shown if f.fieldname == doctype.title_field]
    rest = [f for f in shown if f.in_list_view and f not in title]
    chosen = [*title, *rest][:COLUMNS]
    return [
        {"fieldname": f.fieldname, "label": ctx._(f.label), "fieldtype": f.fieldtype, "options": f.options}
        for f in chosen
    ]


def _rows(ctx: Context, way: dict[str, Any], columns: list[dict[str, str]]) -> list[dict[str, Any]]:
    fields = ["name", *(column["fieldname"] for column in columns)]
    rows = ctx.store.list(way["doctype"], fields=fields, filters=way["filters"], order_by="modified desc", limit=ROWS)
    zone = ctx.runtime.zone
    return [{name: plain(value, zone) for name, value in row.items()} for row in rows]
