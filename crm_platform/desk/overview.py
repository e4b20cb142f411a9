"""crm.desk.overview: everything about a document in one answer, as far as the caller may read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_platform.desk.connections import CAP, connections
from crm_platform.desk.facts import column, facts, tables
from crm_platform.documents.context import Context
from crm_platform.documents.wire import plain, to_wire
from crm_platform.metadata.model import DocType, Field

MAILS = "Communication"
ROWS = 5
"""Rows of a section; the list behind it has the others."""
COLUMNS = 4
CANDIDATES = 8
"""Columns that are looked at, of which those are shown that say something."""


def overview(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
    """The title of a document, and its connections that lead anywhere, each with its newest rows.

    Before them stand its facts and tables, see desk.facts. What a section shows is what the DocType's list shows, in
    the order of that list. A pack adds a section with a Link field, or with a row of Frappe's DocType Link.
    Raises DoesNotExistError, PermissionError.
    """
    doc = ctx.store.get(doctype, name)
    ways = [*(way for way in connections(ctx, doctype, name) if way["doctype"] != MAILS), _mails(ctx, doctype, name)]
    shown = to_wire(ctx, doc, nulls=True)
    sections = [*tables(ctx, doc.meta, shown), *(_section(ctx, shown, way) for way in ways if way["count"])]
    title = str(doc.get(doc.meta.title_field) or name)
    return {"title": title, "facts": facts(ctx, doc.meta, shown), "sections": sections}


def _section(ctx: Context, shown: Mapping[str, Any], way: dict[str, Any]) -> dict[str, Any]:
    meta = ctx.definitions[way["doctype"]]
    candidates = _columns(ctx, meta, {path for path, *_ in way["filters"]})
    rows = _rows(ctx, way, candidates)
    columns = [one for one in candidates if not _is_known(shown, meta.by_name[one["fieldname"]], rows)]
    if columns[:1] != candidates[:1]:
        columns.insert(0, {"fieldname": "name", "label": ctx._("ID"), "fieldtype": "Data", "options": ""})
    return {**way, "columns": columns[:COLUMNS], "rows": rows, "listed": int(ctx.policy.allows(meta, "read"))}


def _is_known(shown: Mapping[str, Any], field: Field, rows: list[dict[str, Any]]) -> bool:
    """Whether every row links to, or has fetched from there, what the document of the page says itself: the customer of
    a customer's product. Equal states of two documents are two facts."""
    own = shown.get(field.fieldname)
    is_of_another = field.fieldtype == "Link" or bool(field.fetch_from)
    return is_of_another and own not in (None, "") and all(row[field.fieldname] == own for row in rows)


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
    chosen = [*title, *rest][:CANDIDATES]
    return [column(ctx, field) for field in chosen]


def _rows(ctx: Context, way: dict[str, Any], columns: list[dict[str, str]]) -> list[dict[str, Any]]:
    fields = ["name", *(column["fieldname"] for column in columns)]
    meta = ctx.definitions[way["doctype"]]
    rows = ctx.store.list(meta.name, fields=fields, filters=way["filters"], order_by=_order(ctx, meta), limit=ROWS)
    zone = ctx.runtime.zone
    return [{name: plain(value, zone) for name, value in row.items()} for row in rows]


def _order(ctx: Context, meta: DocType) -> str:
    """That of the list, unless it tells something that the caller may not read."""
    field = meta.field(meta.sort_field)
    is_open = field is None or (not field.is_masked and field.permlevel in ctx.policy.levels(meta, "read") | {0})
    return f"{meta.sort_field} {meta.sort_order}" if is_open else "modified desc"
