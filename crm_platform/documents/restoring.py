"""Bringing an earlier version of a document back: an ordinary save, under the caller's rights, of what it held then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.coerce import Refused, coerce
from crm_platform.documents.document import Document
from crm_platform.documents.reading import not_found
from crm_platform.documents.wire import plain
from crm_platform.errors import PermissionError, ValidationError
from crm_platform.metadata.computed import is_computed
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

VERSION = "Version"
STANDARD = frozenset({*STANDARD_COLUMNS, *CHILD_COLUMNS})
PLACES = 2
"""Places of an amount that a version keeps."""


@dataclass
class Earlier:
    """What a document held before a version: `values` that differ today, and `left`, fields that stay as they are."""

    values: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def before(ctx: Context, doc: Document, version: str) -> Earlier:
    """What `doc` held before the change that the version of this name tells of: it and all later ones taken back.

    Raises DoesNotExistError for a version that is none of this document's.
    """
    rows = {table.fieldname: [_row_values(ctx, row) for row in doc[table.fieldname]] for table in doc.meta.table_fields}
    touched: dict[str, Any] = {}
    for data in _newer(ctx, doc, version):
        touched.update({change[0]: change[1] for change in data.get("changed", ())})
        for table in _take_back_rows(rows, data):
            touched[table] = rows.get(table)
    return _earlier(ctx, doc, touched)


def values_at(ctx: Context, doc: Document, moment: datetime) -> dict[str, Any]:
    """The fields of `doc` that held something else before `moment`, with what they held; rows of tables are left out.
    Without versions (DocType.track_changes) nothing is known of the past."""
    meta = ctx.definitions[VERSION]
    about = all_of(
        Compare(("ref_doctype",), "=", doc.doctype),
        Compare(("docname",), "=", doc["name"]),
        Compare(("creation",), ">=", moment),
    )
    newest_first = (Order(("creation",), descending=True), Order(("name",), descending=True))
    found: dict[str, Any] = {}
    for row in ctx.connection.select(Query(meta, (Column(("data",), "data"),), about, order_by=newest_first)):
        for name, was, *_ in orjson.loads(row["data"] or "{}").get("changed", ()):
            one = doc.meta.field(name)
            if one is not None and not one.is_masked:
                found[name] = _as_stored(ctx, one, was)
    return found


def _as_stored(ctx: Context, one: Field, value: Any) -> Any:
    try:
        return coerce(_read(one, value), one, ctx.runtime.zone)
    except Refused:
        return None


def restore(ctx: Context, doctype: str, name: str, version: str, modified: str = "") -> tuple[Document, list[str]]:
    """Save the document with what it held before the change that `version` tells of; answers it and what was left.

    Raises DoesNotExistError, PermissionError, ValidationError for a submitted document and whatever a save raises;
    with `modified` TimestampMismatchError when somebody has saved it since.
    """
    doc = ctx.store.get(doctype, name, for_update=True)
    if doc["docstatus"]:
        raise ValidationError("{name} is submitted or cancelled: it keeps what it says. Amend it instead.", name=name)
    if not ctx.policy.allows(doc.meta, "write", doc):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=doctype, action="write")
    found = before(ctx, doc, version)
    if not found.values:
        raise ValidationError("The document holds already what it held then.")
    guard = {"modified": modified} if modified else {}
    return ctx.store.update(doctype, name, {**found.values, **guard}), found.left


def _newer(ctx: Context, doc: Document, version: str) -> Iterator[Mapping[str, Any]]:
    """Version.data from the newest one to this one."""
    meta = ctx.definitions[VERSION]
    where = all_of(Compare(("ref_doctype",), "=", doc.doctype), Compare(("docname",), "=", doc["name"]))
    columns = tuple(Column((name,), name) for name in ("name", "data"))
    order = (Order(("creation",), descending=True), Order(("name",), descending=True))
    for row in ctx.connection.select(Query(meta, columns, where, order_by=order)):
        yield orjson.loads(row["data"] or "{}")
        if row["name"] == version:
            return
    raise not_found(meta, version)


def _row_values(ctx: Context, row: Document) -> dict[str, Any]:
    return {key: plain(value, ctx.runtime.zone) for key, value in row.as_dict().items()}


def _take_back_rows(rows: dict[str, list[dict[str, Any]]], data: Mapping[str, Any]) -> set[str]:
    """Change `rows` to what they were before the version; answers the tables that it touches."""
    touched = set()
    for table, row in data.get("added", ()):
        if table in rows:
            rows[table] = [one for one in rows[table] if one["name"] != row["name"]]
            touched.add(table)
    for table, _, name, changes in data.get("row_changed", ()):
        for one in (one for one in rows.get(table, ()) if one["name"] == name):
            one.update({change[0]: change[1] for change in changes})
            touched.add(table)
    for table, row in data.get("removed", ()):
        if table in rows:
            rows[table].insert(min(max(int(row.get("idx") or 1) - 1, 0), len(rows[table])), dict(row))
            touched.add(table)
    return touched


def _earlier(ctx: Context, doc: Document, touched: Mapping[str, Any]) -> Earlier:
    found = Earlier()
    levels = (ctx.policy.levels(doc.meta, "write", doc) & ctx.policy.levels(doc.meta, "read", doc)) | {0}
    workflow = ctx.definitions.workflows.get(doc.doctype)
    closed = {workflow.state_field} if workflow else set()
    for name, value in touched.items():
        one = doc.meta.field(name)
        if one is None or one.is_absent or is_computed(one) or one.fieldtype == "Button":
            continue
        if name in closed or not _may_come_back(one, levels):
            found.left.append(ctx._(one.label or name) if one.permlevel in levels else ctx._("A field closed to you"))
        elif one.is_table:
            child = ctx.definitions[one.options]
            rows = [_row_of(child, row, levels) for row in value or ()]
            now = [_row_of(child, _row_values(ctx, row), levels) for row in doc[name]]
            if [_content(row) for row in rows] != [_content(row) for row in now]:
                found.values[name] = rows
        elif _read(one, value) != _read(one, plain(doc[name], ctx.runtime.zone)):
            found.values[name] = _read(one, value)
    found.left = list(dict.fromkeys(found.left))
    return found


def _may_come_back(one: Field, levels: frozenset[int]) -> bool:
    """A version shows neither secrets nor more than two places of an amount; read-only fields belong to the system."""
    exact = one.fieldtype != "Currency" or not str(one.properties.get("precision") or "").isdigit()
    exact = exact or int(str(one.properties["precision"])) <= PLACES
    return one.permlevel in levels and not (one.is_masked or one.read_only or one.fieldtype == "Password") and exact


def _read(one: Field, value: Any) -> Any:
    """A value of Version.data as a save takes it: amounts are written there with commas."""
    if one.fieldtype != "Currency" or value is None:
        return value
    try:
        return float(Decimal(str(value).replace(",", "")))
    except InvalidOperation:
        return value


def _row_of(child: DocType, row: Mapping[str, Any], levels: frozenset[int]) -> dict[str, Any]:
    """A row as a save takes it; one that is still there is known by its name."""
    open_fields = (one for one in child.data_fields if one.permlevel in levels and not is_computed(one))
    values = {one.fieldname: _read(one, row.get(one.fieldname)) for one in open_fields if one.fieldname in row}
    return {"name": row["name"], **values}


def _content(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says: one that came back has another name."""
    return {name: value for name, value in row.items() if name != "name"}
