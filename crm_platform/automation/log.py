"""The run log: one Automation Log for each time that a rule was set off, and how it is cleared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crm_platform.automation.rule import Rule
from crm_platform.database.conditions import EVERYTHING, Compare
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.naming import random_name
from crm_platform.documents.saving import write_as_is

LOG = "Automation Log"
KEPT = timedelta(days=30)
MOST = 100_000
"""Entries that are kept at most; the oldest go first."""

BATCH = 1000
LONGEST = 10_000
"""Characters of a text in the log."""


@dataclass(frozen=True)
class Entry:
    """What the log tells of one run, besides the rule."""

    doctype: str
    name: str
    event: str
    result: str
    reason: str = ""
    done: Iterable[str] = ()
    error: str = ""
    seconds: float = 0.0


def write(ctx: Context, rule: Rule, entry: Entry) -> str:
    """Write an entry and return its name; without events and rights, since it is no document of anybody."""
    values = {
        "name": random_name(),
        "rule_type": rule.record,
        "rule": rule.name,
        "revision": rule.revision,
        "pack": rule.pack or None,
        "event": entry.event,
        "result": entry.result,
        "document_type": entry.doctype,
        "document_name": entry.name,
        "user": ctx.user,
        "reason": entry.reason[:LONGEST] or None,
        "causes": "\n".join(ctx.causes)[:LONGEST] or None,
        **_outcome(entry.done, entry.error, entry.seconds),
    }
    write_as_is(ctx, [Document(ctx.definitions[LOG], ctx.definitions, values)])
    return str(values["name"])


def is_queued(ctx: Context, name: str) -> bool:
    """Whether the run of an entry has not been done yet; the entry is locked until the end of the transaction."""
    row = ctx.connection.get_row(ctx.definitions[LOG], name, for_update=True)
    return row is not None and row["result"] == "Queued"


def complete(
    ctx: Context, name: str, result: str, *, done: Iterable[str] = (), error: str = "", seconds: float = 0.0
) -> None:
    """Tell in an entry that was queued how its run ended; what was done before the commit stays in front."""
    meta = ctx.definitions[LOG]
    row = ctx.connection.get_row(meta, name)
    if row is None:
        return
    first = [row["done"]] if row["done"] else []
    values = {"result": result, **_outcome([*first, *done], error, seconds)}
    ctx.connection.update_row(meta, name, values)


def _outcome(done: Iterable[str], error: str, seconds: float) -> dict[str, Any]:
    told = "\n".join(done)[:LONGEST]
    return {"done": told or None, "error": error[:LONGEST] or None, "duration": round(seconds * 1000, 3)}


def clear(ctx: Context) -> int:
    """Remove what is older than KEPT or beyond MOST; returns how many entries went."""
    removed = 0
    while old := _too_old(ctx) or _too_many(ctx):
        removed += ctx.connection.delete_rows(ctx.definitions[LOG], {"name": tuple(row["name"] for row in old)})
    return removed


def _too_old(ctx: Context) -> list[dict[str, Any]]:
    return _oldest(ctx, Compare(("creation",), "<", ctx.now() - KEPT), BATCH)


def _too_many(ctx: Context) -> list[dict[str, Any]]:
    count = ctx.connection.count(Query(ctx.definitions[LOG]))
    return _oldest(ctx, EVERYTHING, min(count - MOST, BATCH)) if count > MOST else []


def _oldest(ctx: Context, where: Any, limit: int) -> list[dict[str, Any]]:
    order = (Order(("creation",)), Order(("name",)))
    return ctx.connection.select(
        Query(ctx.definitions[LOG], (Column(("name",), "name"),), where, order_by=order, limit=limit)
    )
