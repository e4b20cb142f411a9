"""What an expression about a document can see: its fields, its parent's and the clock, as the browser sees them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from crm_platform.documents.document import Document

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


def expression_scope(ctx: Context, doc: Document, parent: Document | None = None) -> dict[str, Any]:
    """Plain data for `Expression.evaluate`: `doc`, `parent` and `now`, all times in the site's time zone."""
    own = _local(ctx, doc.as_dict())
    own |= {"__islocal": int(doc.is_new), "doctype": doc.doctype}
    scope: dict[str, Any] = {"doc": own, "now": localised(ctx, ctx.now())}
    if parent is not None:
        scope["parent"] = _local(ctx, parent.as_dict())
    return scope


def _local(ctx: Context, values: dict[str, Any]) -> dict[str, Any]:
    """The same dict with every time in the site's zone and without one, as a form shows it."""
    for key, value in values.items():
        if isinstance(value, datetime):
            values[key] = localised(ctx, value)
        elif isinstance(value, list):
            values[key] = [_local(ctx, row) for row in value]
    return values


def localised(ctx: Context, value: Any) -> Any:
    """One value as an expression sees it: a time in the site's zone, without one."""
    return value.astimezone(ctx.runtime.zone).replace(tzinfo=None) if isinstance(value, datetime) else value
