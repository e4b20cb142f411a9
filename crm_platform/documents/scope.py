"""What an expression about a document can see: its fields, its parent's and the clock, as the browser sees them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crm_platform.documents.document import Document
from crm_platform.metadata.model import DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


@lru_cache(maxsize=4096)
def _times(meta: DocType) -> tuple[str, ...]:
    """The columns that may hold a time."""
    return tuple(name for name, storage in meta.columns.items() if storage == "datetime")


def expression_scope(ctx: Context, doc: Document, parent: Document | None = None) -> dict[str, Any]:
    """Plain data for `Expression.evaluate`: `doc`, `parent` and `now`, all times in the site's time zone."""
    own = _seen(ctx, doc)
    own |= {"__islocal": int(doc.is_new), "doctype": doc.doctype}
    scope: dict[str, Any] = {"doc": own, "now": localised(ctx, ctx.now())}
    if parent is not None:
        scope["parent"] = _seen(ctx, parent)
    return scope


def _seen(ctx: Context, doc: Document) -> dict[str, Any]:
    """The values of a document and its rows, every time in the site's zone and without one, as a form shows it."""
    values = doc.columns()
    for name in _times(doc.meta):
        if values[name] is not None:
            values[name] = _local(values[name], ctx.runtime.zone)
    for table in doc.meta.table_fields:
        values[table.fieldname] = [_seen(ctx, row) for row in doc[table.fieldname]]
    return values


def localised(ctx: Context, value: Any) -> Any:
    """One value as an expression sees it: a time in the site's zone, without one."""
    return _local(value, ctx.runtime.zone) if isinstance(value, datetime) else value


@lru_cache(maxsize=1024)
def _local(value: datetime, zone: ZoneInfo) -> datetime:
    """Kept, as documents that are written together have the same times."""
    return value.astimezone(zone).replace(tzinfo=None)
