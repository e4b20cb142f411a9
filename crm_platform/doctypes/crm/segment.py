"""Segments: who is in one. A live segment is a filter over all documents of a kind, a fixed one a list."""

from __future__ import annotations

import json
from typing import Any

from crm_platform.pack import Context, Document, FieldError, ValidationError, writes

LIVE = "Live"


def check_segment(ctx: Context, doc: Document) -> None:
    """Try the filter before anybody relies on it; nobody is in a list twice."""
    if doc.segment_type == LIVE:
        doc.set("members", [])
        _try_filters(ctx, doc)
        return
    doc.filters = None
    names = [row.member for row in doc.members]
    for index, row in enumerate(doc.members, start=1):
        row.member_doctype = doc.document_type
        if row.member in names[: index - 1]:
            fault = FieldError(
                "member", "{name} is in the list already.", table="members", row=index, params={"name": row.member}
            )
            raise ValidationError("Somebody is in the segment twice. Remove one of the two.", errors=[fault])


def _try_filters(ctx: Context, doc: Document) -> None:
    try:
        ctx.store.count(doc.document_type, filters=conditions(doc), cap=1)
    except ValidationError as error:
        raise ValidationError(
            "The filter of the segment finds nothing: {reason}",
            reason=error,
            errors=[FieldError("filters", error.template, params=error.params)],
        ) from error


def conditions(segment: Document) -> list[Any]:
    """The members of a segment as filters of a list. Raises ValidationError when they are no list."""
    if segment.segment_type != LIVE:
        return [["name", "in", [row.member for row in segment.members]]]
    try:
        found = json.loads(segment.filters or "[]")
    except ValueError:
        found = None
    if not isinstance(found, list) or not found:
        raise ValidationError('Enter at least one condition, as in [["territory", "=", "All Territories"]].')
    return found


def members(ctx: Context, name: str, limit: int = 20, offset: int = 0) -> dict[str, object]:
    """How many documents are in the segment `name`, and a page of their names, as far as the caller may read them."""
    segment = ctx.store.get("Segment", name)
    filters = conditions(segment)
    rows = ctx.store.list(segment.document_type, filters=filters, order_by="name asc", limit=limit, offset=offset)
    count = ctx.store.count(segment.document_type, filters=filters)
    return {"doctype": segment.document_type, "count": count, "members": [row["name"] for row in rows]}


def show(ctx: Context, name: str) -> dict[str, object]:
    """Where the members are seen: a list with filters."""
    segment = ctx.store.get("Segment", name)
    return {"list": segment.document_type, "filters": conditions(segment)}


@writes
def freeze(ctx: Context, name: str) -> dict[str, str]:
    """Make a fixed segment of those who are in the segment `name` today."""
    live = ctx.store.get("Segment", name)
    rows = ctx.store.list(live.document_type, filters=conditions(live), order_by="name asc", limit=None)
    values = {
        "segment_name": f"{live.segment_name} {ctx.today()}",
        "document_type": live.document_type,
        "segment_type": "Fixed",
        "description": live.description,
        "members": [{"member_doctype": live.document_type, "member": row["name"]} for row in rows],
    }
    return {"doctype": "Segment", "name": str(ctx.store.insert(ctx.store.new("Segment", values)).name)}
