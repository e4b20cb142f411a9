"""Persons leave the journals of imports and merges when they are erased, and everybody does when their time is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import EVERYTHING, Compare, Condition
from crm_platform.database.query import Column, Query
from crm_platform.documents.erased import Erased, Name
from crm_platform.transfer import journal as imports
from crm_platform.transfer.log import DOCTYPE as DATA_IMPORT
from crm_platform.transfer.merging import journal as merges

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

ERASED = "Erased"


KEPT = timedelta(days=90)
"""How long an import and a merge can be taken back: journals hold values that the site may have given up since."""


def forget(ctx: Context, documents: Collection[Name], identities: Collection[str]) -> None:
    """Take erased documents, and everything that mentions them, out of the journals of this room.

    `identities` are addresses and numbers of the person. Reads every journal: an erasure is rare.
    """
    erased = Erased(frozenset(documents), frozenset(identities))
    for data_import in _rows(ctx, DATA_IMPORT, "name"):
        _forget_import(ctx, data_import["name"], erased)
    for log in _rows(ctx, merges.LOG, "name", "merged"):
        _forget_merge(ctx, log, erased)
    for doctype, name in documents:
        if doctype == merges.LOG:
            ctx.connection.remove(merges.MERGE_CONTENT, {"log": name})


def expire(ctx: Context) -> int:
    """Remove the journals whose time is over; answers how many parts there were."""
    old = Compare(("modified",), "<", ctx.now() - KEPT)
    removed = 0
    for row in _rows(ctx, DATA_IMPORT, "name", where=old):
        removed += ctx.connection.remove(imports.IMPORT_PART, {"data_import": row["name"]})
    for row in _rows(ctx, merges.LOG, "name", where=old):
        removed += ctx.connection.remove(merges.MERGE_CONTENT, {"log": row["name"]})
    return removed


def _rows(ctx: Context, doctype: str, *columns: str, where: Condition = EVERYTHING) -> list[dict[str, Any]]:
    query = Query(ctx.definitions[doctype], tuple(Column((name,), name) for name in columns), where)
    return ctx.connection.select(query)


def _forget_import(ctx: Context, data_import: str, erased: Erased) -> None:
    for part in imports.parts(ctx, data_import):
        changes = imports.read(ctx, data_import, part)
        left = [change for change in changes if not erased.is_in([change.name, change.before])]
        if len(left) < len(changes):
            imports.replace(ctx, data_import, part, left)


def _forget_merge(ctx: Context, log: dict[str, Any], erased: Erased) -> None:
    """A merge that names the person is sealed for good; its log keeps the names of others."""
    journal = merges.read(ctx, log["name"])
    if journal is not None and erased.is_in(asdict(journal)):
        ctx.connection.remove(merges.MERGE_CONTENT, {"log": log["name"]})
    merged = (log["merged"] or "").split("\n")
    left = [ERASED if erased.is_in(name) else name for name in merged]
    if left != merged:
        ctx.connection.update_row(ctx.definitions[merges.LOG], log["name"], {"merged": "\n".join(left)})
