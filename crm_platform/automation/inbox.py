"""The notifications of one user: listed with today's rights, marked as read, counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crm_platform.automation.notifying import LOG
from crm_platform.database.conditions import Compare, Condition, all_of
from crm_platform.database.interface import Row
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, PermissionError

MOST = 100
COUNTED = 100
"""A count stops here: more is “99+” to everybody."""

KEPT = timedelta(days=90)
BATCH = 1000

COLUMNS = tuple(
    Column((name,), name)
    for name in (
        *("name", "creation", "type", "read", "subject", "email_content", "from_user", "for_user"),
        *("document_type", "document_name"),
    )
)


def _own(ctx: Context, *more: Condition) -> Condition:
    return all_of(Compare(("for_user",), "=", ctx.user), *more)


UNREAD = Compare(("read",), "=", 0)


def notes(ctx: Context, limit: int = 20, *, unread: bool = False) -> list[Row]:
    """The caller's newest notifications. One about a document that the caller may not read any more tells nothing."""
    newest = (Order(("creation",), descending=True), Order(("name",)))
    where = _own(ctx, UNREAD) if unread else _own(ctx)
    rows = ctx.connection.select(
        Query(ctx.definitions[LOG], COLUMNS, where, order_by=newest, limit=max(1, min(limit, MOST)))
    )
    return [row if _readable(ctx, row) else _closed(ctx, row) for row in rows]


def _readable(ctx: Context, row: Row) -> bool:
    try:
        return ctx.store.exists(str(row["document_type"]), str(row["document_name"]))
    except PermissionError:
        return False


def _closed(ctx: Context, row: Row) -> Row:
    told = {"subject": ctx._("This document is gone, or no longer open to you."), "email_content": None}
    return {**row, **told, "document_type": None, "document_name": None, "from_user": None}


def unread_count(ctx: Context) -> int:
    """How many notifications the caller has not read, counted up to COUNTED."""
    return ctx.connection.count(Query(ctx.definitions[LOG], where=_own(ctx, UNREAD)), cap=COUNTED)


def mark_read(ctx: Context, name: str) -> None:
    """Mark one of the caller's notifications. Raises DoesNotExistError for another's, as for one that is not there."""
    if not ctx.connection.update_row(ctx.definitions[LOG], name, {"read": 1}, where={"for_user": ctx.user}):
        raise DoesNotExistError("{doctype} {name} not found", doctype=LOG, name=name)


def mark_all_read(ctx: Context) -> None:
    """Mark all of the caller's notifications."""
    ctx.connection.update_rows(ctx.definitions[LOG], {"read": 1}, {"for_user": ctx.user, "read": 0})


def own_notes(ctx: Context, action: str) -> Condition:  # noqa: ARG001 the signature of a row filter
    """Everybody reaches the own notifications only."""
    return _own(ctx)


def clear(ctx: Context) -> int:
    """Remove notifications older than KEPT; returns how many went."""
    removed = 0
    while old := _too_old(ctx):
        removed += ctx.connection.delete_rows(ctx.definitions[LOG], {"name": tuple(row["name"] for row in old)})
    return removed


def _too_old(ctx: Context) -> list[dict[str, Any]]:
    where = Compare(("creation",), "<", ctx.now() - KEPT)
    return ctx.connection.select(Query(ctx.definitions[LOG], where=where, limit=BATCH))
