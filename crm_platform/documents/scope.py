"""What an expression about a document can see: its fields, its parent's, the clock and the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm_platform.documents.document import Document

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


def expression_scope(ctx: Context, doc: Document, parent: Document | None = None) -> dict[str, Any]:
    """Plain data for `Expression.evaluate`: fields by name, `doc`, `parent`, today and now in the site's time zone."""
    values: dict[str, Any] = {**doc.as_dict(), "__islocal": int(doc.is_new), "doctype": doc.doctype}
    scope: dict[str, Any] = {
        "doc": values,
        "user": ctx.user,
        "now": ctx.now().astimezone(ctx.runtime.zone).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "today": ctx.today(),
    }
    if parent is not None:
        scope["parent"] = parent.as_dict()
    return scope
