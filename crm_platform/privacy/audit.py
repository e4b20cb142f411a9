"""Writing the audit log: an entry in the transaction of what it tells, sealed into the chain as its last step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from crm_platform.database.append_only import AppendOnly
from crm_platform.database.conditions import Compare
from crm_platform.database.interface import Connection
from crm_platform.database.query import Column, Order, Query
from crm_platform.database.system import SERIES
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.naming import random_name
from crm_platform.metadata.model import DocType
from crm_platform.privacy import chain
from crm_platform.privacy.chain import Check, Damage, Head

DOCTYPE = "Audit Log"
NUMBERS = "Audit Log"
"""The series of the entries' numbers. Taking one waits for whoever took the one before: that makes it one chain."""

PAGE = 1000


def record(ctx: Context, event: str, doctype: str, name: str, details: Mapping[str, Any]) -> None:
    """Write one entry (`documents.runtime.Auditor`). It is there exactly when the transaction is."""
    meta = ctx.definitions.get(DOCTYPE)
    if meta is None:
        return
    now = ctx.now()
    row: dict[str, Any] = {
        **dict.fromkeys(meta.columns),
        "name": random_name(),
        "owner": ADMINISTRATOR,
        "creation": now,
        "modified": now,
        "modified_by": ADMINISTRATOR,
        "docstatus": 0,
        "idx": time.monotonic_ns(),
        "event": event,
        "user": ctx.user,
        "ip_address": ctx.ip or None,
        "reference_doctype": doctype or None,
        "reference_name": name or None,
        "details": orjson.dumps(details, option=orjson.OPT_SORT_KEYS).decode() if details else None,
        "salt": chain.new_salt(),
    }
    row["payload_hash"] = chain.payload_hash(row)
    ctx.connection.insert_rows(meta, [row])
    ctx.connection.before_commit(Sealing(ctx.connection, meta))


@dataclass(frozen=True)
class Sealing:
    """The end of a transaction that wrote entries: they get their numbers and hashes. So the chain is locked between
    this and the COMMIT only, and no deadlock can go through it."""

    connection: Connection
    meta: DocType

    def __call__(self) -> None:
        order = (Order(("creation",)), Order(("idx",)), Order(("name",)))
        rows = self.connection.select(_query(self.meta, Compare(("sequence",), "is", "not set"), order))
        if not rows:
            return
        number = self.connection.next_numbers(NUMBERS, len(rows))
        previous = _hash_at(self.connection, self.meta, number - 1)
        for sequence, row in enumerate(rows, number):
            row |= {"sequence": sequence, "previous_hash": previous}
            previous = chain.entry_hash(row)
            values = {"sequence": sequence, "previous_hash": row["previous_hash"], "entry_hash": previous}
            self.connection.update_row(self.meta, row["name"], values)


def _query(meta: DocType, where: Compare, order: tuple[Order, ...], limit: int | None = None) -> Query:
    columns = tuple(Column((name,), name) for name in meta.columns)
    return Query(meta, columns, where, order_by=order, limit=limit)


def _hash_at(connection: Connection, meta: DocType, sequence: int) -> str:
    if sequence == 0:
        return chain.START
    found = connection.select(_query(meta, Compare(("sequence",), "=", sequence), ()))
    return str(found[0]["entry_hash"]) if found else ""


def pages(ctx: Context) -> Iterator[list[dict[str, Any]]]:
    """All sealed entries in the order of the chain."""
    meta, after = ctx.definitions[DOCTYPE], -(2**63)
    while rows := ctx.connection.select(
        _query(meta, Compare(("sequence",), ">", after), (Order(("sequence",)),), limit=PAGE)
    ):
        yield rows
        after = rows[-1]["sequence"]


def verify(ctx: Context, heads: Mapping[int, str] | None = None) -> tuple[Head, Damage | None]:
    """Look at every entry; returns the newest sound one and the first damage.

    `heads` are hashes by number that were kept elsewhere: with them it is noticed, too, when somebody who can write all
    tables has made a whole new chain, or has cut off its end.
    """
    check = Check(heads or {})
    for rows in pages(ctx):
        damage = check.walk(rows)
        if damage is not None:
            return check.head, damage
    taken = ctx.connection.fetch(SERIES, {"name": NUMBERS})
    return check.head, check.finish(taken[0]["current"] if taken else 0)


def head(ctx: Context) -> Head:
    """The newest entry."""
    meta = ctx.definitions[DOCTYPE]
    newest = ctx.connection.select(
        _query(meta, Compare(("sequence",), "is", "set"), (Order(("sequence",), descending=True),), limit=1)
    )
    return Head(newest[0]["sequence"], newest[0]["entry_hash"]) if newest else Head(0, chain.START)


def erase_content(ctx: Context, concerns: Callable[[Mapping[str, Any]], bool]) -> list[int]:
    """Empty what the entries that `concerns` names say; returns their numbers. The chain still holds."""
    meta, erased = ctx.definitions[DOCTYPE], []
    for rows in pages(ctx):
        for row in rows:
            if row["event"] != chain.ERASED and row["salt"] and concerns(row):
                ctx.connection.update_row(meta, row["name"], dict.fromkeys(chain.ERASABLE))
                erased.append(row["sequence"])
    return erased


def append_only(meta: DocType) -> AppendOnly:
    """What the database itself watches over."""
    return AppendOnly(meta, "entry_hash", chain.ERASABLE)
