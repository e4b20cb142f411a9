"""Documents and rows as Frappe's REST API shows them: key order, site time zone, numbers, left-out fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crm_platform.documents.document import Document
from crm_platform.metadata.model import DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

SECRET = "*" * 10
"""Shown in place of a stored Password."""


def show_datetime(zone: ZoneInfo, value: datetime) -> str:
    return value.astimezone(zone).isoformat(" ", "microseconds")[:26]


def show_time(value: time) -> str:
    return value.isoformat()


def plain(value: Any, zone: ZoneInfo) -> Any:
    """One Python value as JSON shows it, whatever its field."""
    show = _SHOW.get(type(value))
    return value if show is None else show(value, zone)


_SHOW: dict[type, Callable[[Any, ZoneInfo], Any]] = {
    datetime: lambda value, zone: show_datetime(zone, value),
    date: lambda value, _: value.isoformat(),
    time: lambda value, _: value.isoformat(),
    Decimal: lambda value, _: float(value),
}


Show = Callable[[Any], Any]


def formatters(meta: DocType, zone: ZoneInfo) -> dict[str, Show]:
    """Only the columns whose Python value JSON does not show as it is."""
    by_storage: dict[str, Show] = {
        "datetime": partial(show_datetime, zone),
        "date": date.isoformat,
        "time": show_time,
        "decimal": float,
    }
    masked = {field.fieldname for field in meta.masked_fields}
    shows = {
        name: by_storage[storage]
        for name, storage in meta.columns.items()
        if storage in by_storage and name not in masked
    }
    passwords = {field.fieldname: _show_secret for field in meta.fields if field.fieldtype == "Password"}
    numbers: dict[str, Show] = {"name": _show_number} if meta.autoname == "autoincrement" else {}
    return {**shows, **passwords, **numbers}


def _show_secret(value: Any) -> Any:
    return SECRET if value else value


def _show_number(name: str) -> str | int:
    return int(name) if name.isdigit() else name


def open_columns(meta: DocType, zone: ZoneInfo, levels: frozenset[int]) -> tuple[tuple[str, Show | None], ...]:
    """The columns that may be read, in Frappe's order, each with what makes JSON of its value (None: nothing to do)."""
    hidden, shows = hidden_fields(meta, levels), formatters(meta, zone)
    return tuple((column, shows.get(column)) for column in meta.columns if column not in hidden)


def hidden_fields(meta: DocType, levels: frozenset[int]) -> frozenset[str]:
    """Fields whose level the caller may not read."""
    return frozenset(f.fieldname for f in meta.fields if f.fieldname and f.permlevel and f.permlevel not in levels)


def to_wire(ctx: Context, doc: Document, *, nulls: bool = False, unsaved: Iterable[Document] = ()) -> dict[str, Any]:
    """The document as a JSON object in Frappe's key order.

    `nulls` keeps missing values (frappe.client.*), else they are left out (/api/resource). Rows in `unsaved` carry
    Frappe's `__unsaved` mark of a create answer. Fields that the caller may not read are left out.
    """
    levels = ctx.policy.levels(doc.meta, "read", doc)
    marked = {id(row) for row in unsaved}
    result = _values(ctx, doc, doc.meta, levels, nulls=nulls)
    result["doctype"] = doc.doctype
    for field in doc.meta.table_fields:
        if field.permlevel and field.permlevel not in levels:
            continue
        rows = []
        for row in doc[field.fieldname]:
            shown = _values(ctx, row, row.meta, levels, nulls=nulls)
            shown["doctype"] = row.doctype
            if id(row) in marked:
                shown["__unsaved"] = 1
            rows.append(shown)
        result[field.fieldname] = rows
    return result


def _values(ctx: Context, doc: Document, meta: DocType, levels: frozenset[int], *, nulls: bool) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for column, show in ctx.runtime.open_columns(meta, levels):
        value = doc[column]
        if value is None:
            if nulls:
                result[column] = None
        else:
            result[column] = show(value) if show else value
    return result


def rows_to_wire(ctx: Context, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List rows as JSON objects; nulls stay."""
    zone, shows = ctx.runtime.zone, _SHOW.get
    return [
        {key: show(value, zone) if (show := shows(type(value))) else value for key, value in row.items()}
        for row in rows
    ]
