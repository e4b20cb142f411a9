"""Records that the product and its packs deliver (roles, print formats, reports…): an upgrade replaces only what the
site has not changed, and a pack that goes takes its records along."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm_platform.database.conditions import Compare
from crm_platform.database.query import Query
from crm_platform.database.system import DELIVERED
from crm_platform.documents import mirror
from crm_platform.documents.context import Context
from crm_platform.metadata.layers import CORE
from crm_platform.metadata.records import MODEL_KINDS, Definition
from crm_platform.search.walking import look_again

KEPT_WHEN_USED = frozenset({"Role"})
"""Kinds that stay when a pack goes while the site's own documents still use them."""


@dataclass
class Delivery:
    """What a delivery did: names by outcome, for the report to the operator."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def deliver(ctx: Context, layer: str, definitions: Iterable[Definition]) -> Delivery:
    """Bring the records and mirrors of one layer into the site's tables. Unchanged records cost one look-up."""
    report = Delivery()
    current = list(definitions)
    delivered = {(r["kind"], r["name"]): r["digest"] for r in ctx.connection.fetch(DELIVERED, {"layer": layer})}
    fresh: list[Definition] = []
    for definition in current:
        digest = _digest(definition.body)
        if delivered.pop((definition.kind, definition.name), None) == digest:
            continue
        if _site_changed(ctx, definition):
            report.kept.append(f"{definition.kind} {definition.name}")
            continue
        is_others = layer != CORE and _is_brought_by_others(ctx, layer, definition)
        ctx.connection.put(
            DELIVERED, {"kind": definition.kind, "name": definition.name, "layer": layer, "digest": digest}
        )
        if is_others:
            continue  # who came first says what is in it
        fresh.append(definition)
        report.added.append(f"{definition.kind} {definition.name}")
    mirror.show(ctx, fresh)
    for kind, name in delivered:
        _withdraw(ctx, layer, kind, name, report)
    look_again(ctx, {definition.kind for definition in fresh} | {kind for kind, _ in delivered})
    return report


def withdraw(ctx: Context, layer: str) -> Delivery:
    """Remove the records and mirrors of a layer that goes; what the site changed or uses stays and is reported."""
    report = Delivery()
    rows = ctx.connection.fetch(DELIVERED, {"layer": layer})
    for row in rows:
        _withdraw(ctx, layer, row["kind"], row["name"], report)
    look_again(ctx, {row["kind"] for row in rows})
    return report


def _withdraw(ctx: Context, layer: str, kind: str, name: str, report: Delivery) -> None:
    meta = ctx.definitions.get(kind)
    key = {"kind": kind, "name": name, "layer": layer}
    ctx.connection.remove(DELIVERED, key)
    if meta is None or ctx.connection.fetch(DELIVERED, {"kind": kind, "name": name}):
        return  # other layers bring it as well: the last one takes it along
    if kind not in MODEL_KINDS and (_edited(ctx, kind, name) or (kind in KEPT_WHEN_USED and _used(ctx, kind, name))):
        report.kept.append(f"{kind} {name}")
        return
    mirror.hide(ctx, meta, name)
    report.removed.append(f"{kind} {name}")


def _site_changed(ctx: Context, definition: Definition) -> bool:
    """Whether the site has its own version of a record: one it edited, or made before any layer brought it."""
    if definition.kind in MODEL_KINDS or definition.kind not in ctx.definitions:
        return False
    if _edited(ctx, definition.kind, definition.name):
        return True
    known = ctx.connection.fetch(DELIVERED, {"kind": definition.kind, "name": definition.name})
    there = ctx.connection.existing(ctx.definitions[definition.kind], [definition.name])
    return bool(there) and not known


def _is_brought_by_others(ctx: Context, layer: str, definition: Definition) -> bool:
    known = ctx.connection.fetch(DELIVERED, {"kind": definition.kind, "name": definition.name})
    return any(row["layer"] != layer for row in known)


def _edited(ctx: Context, kind: str, name: str) -> bool:
    """A delivered record is written once by the system; a later `modified` tells that somebody changed it."""
    row = ctx.connection.get_row(ctx.definitions[kind], name)
    return bool(row and row["modified"] != row["creation"])


def _used(ctx: Context, kind: str, name: str) -> bool:
    holders = ctx.definitions["Has Role"]
    return kind == "Role" and ctx.connection.count(Query(holders, where=Compare(("role",), "=", name)), cap=1) > 0


def _digest(body: Any) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
