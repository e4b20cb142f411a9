"""Records that the product and its packs deliver (roles, print formats, reports…): an upgrade replaces only what the
site has not changed, and a pack that goes takes its records along."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import orjson

from crm_platform.database.conditions import Compare
from crm_platform.database.interface import Row
from crm_platform.database.query import Query
from crm_platform.database.system import DELIVERED
from crm_platform.documents import mirror
from crm_platform.documents.context import Context
from crm_platform.documents.modelling import site_bodies
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.layers import CORE
from crm_platform.metadata.records import MODEL_KINDS, Definition
from crm_platform.search.walking import look_again
from crm_platform.sites.merging import Conflict, merge_record, take_over

Key = tuple[str, str]
"""Kind and name of a record."""

NOTHING: Mapping[Key, Definition] = MappingProxyType({})

WORDS = frozenset({"Workflow State", "Workflow Action Master", "Role", "Module Def"})
"""Kinds whose records are words that packs share: they mean their name. Who came first says how they look."""

MAY_DIFFER = WORDS | MODEL_KINDS
"""Kinds of which packs may bring one name with other contents: the model is merged in the order of the packs."""

TAKEN = "Pack {other} has brought the {kind} {name} with other contents. Give that of pack {pack} another name."

KEPT_WHEN_USED = frozenset({"Role"})
"""Kinds that stay when a pack goes while the site's own documents still use them."""


@dataclass
class Delivery:
    """What a delivery did: names by outcome, for the report to the operator."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def deliver(
    ctx: Context, layer: str, definitions: Iterable[Definition], before: Mapping[Key, Definition] = NOTHING
) -> Delivery:
    """Bring the records and mirrors of one layer into the site's tables. What is unchanged costs nothing.

    `before` is what the layer brought last: a record that the site has changed since is merged by it. Raises
    ValidationError for a record that another pack has brought with other contents.
    """
    report = Delivery()
    brought = _brought(ctx)
    mine = {key for key, digests in brought.items() if layer in digests}
    changed: dict[Key, tuple[Definition, str]] = {}
    for definition in definitions:
        key, digest = (definition.kind, definition.name), digest_of(definition.body)
        mine.discard(key)
        if brought.get(key, {}).get(layer) != digest:
            changed[key] = (definition, digest)
    _refuse_rivals(layer, changed, brought)
    kept = _changed_by_site(ctx, changed, brought)
    fresh: list[Definition] = []
    for key, (definition, digest) in changed.items():
        if key in kept and not (key in before and layer in brought.get(key, {})):
            report.kept.append(f"{definition.kind} {definition.name}")
            continue
        ctx.connection.put(DELIVERED, {"kind": key[0], "name": key[1], "layer": layer, "digest": digest})
        if key in kept:
            _merge(ctx, before[key], definition, report)
        elif layer == CORE or not _is_brought_by_others(brought, key, layer):
            fresh.append(definition)
            report.added.append(f"{definition.kind} {definition.name}")
    own = _own_workflows(ctx, fresh)
    mirror.show(ctx, [one for one in fresh if (one.kind, one.name) not in own])
    for kind, name in sorted(mine):
        _withdraw(ctx, layer, kind, name, report)
    look_again(ctx, {definition.kind for definition in fresh} | {kind for kind, _ in mine})
    return report


def _own_workflows(ctx: Context, definitions: Iterable[Definition]) -> frozenset[Key]:
    """The workflows that the site has in its own layer, which is in force: their documents show the site's."""
    keys = [(one.kind, one.name) for one in definitions if one.kind == "Workflow"]
    return frozenset(key for key, body in site_bodies(ctx, keys).items() if body is not None)


def _brought(ctx: Context) -> dict[Key, dict[str, str]]:
    """Who brought which records: the digest of what each layer brought."""
    found: dict[Key, dict[str, str]] = {}
    for row in ctx.connection.fetch(DELIVERED, order_by="name"):
        found.setdefault((row["kind"], row["name"]), {})[row["layer"]] = row["digest"]
    return found


def _refuse_rivals(
    layer: str, changed: Mapping[Key, tuple[Definition, str]], brought: Mapping[Key, Mapping[str, str]]
) -> None:
    """The very same record of two packs is shared, a record of the core stays the core's; of two that differ, which one
    counts would depend on who came first."""
    rivals = [
        {"kind": kind, "name": name, "other": other, "pack": layer}
        for (kind, name), (_, digest) in changed.items()
        for other, theirs in brought.get((kind, name), {}).items()
        if layer != CORE and kind not in MAY_DIFFER and other not in (CORE, layer) and theirs != digest
    ]
    if rivals:
        faults = [FieldError("", TAKEN, params=dict(params)) for params in rivals]
        raise ValidationError(TAKEN, errors=faults, **rivals[0])


def _is_brought_by_others(brought: Mapping[Key, Mapping[str, str]], key: Key, layer: str) -> bool:
    return bool(brought.get(key, {}).keys() - {layer})


def _changed_by_site(ctx: Context, keys: Iterable[Key], brought: Container[Key]) -> set[Key]:
    """The records of which the site has its own version: one it edited, or made before any layer brought it."""
    by_kind: dict[str, list[str]] = {}
    for kind, name in keys:
        if kind not in MODEL_KINDS and kind in ctx.definitions:
            by_kind.setdefault(kind, []).append(name)
    rows = (
        (kind, row) for kind, names in by_kind.items() for row in ctx.connection.get_rows(ctx.definitions[kind], names)
    )
    return {(kind, row["name"]) for kind, row in rows if _is_changed(row) or (kind, row["name"]) not in brought}


def _merge(ctx: Context, before: Definition, now: Definition, report: Delivery) -> None:
    merged = merge_record(ctx, before, now)
    take_over(ctx, now, merged)
    (report.updated if merged.values else report.kept).append(f"{now.kind} {now.name}")
    report.conflicts += merged.conflicts


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
    if kind not in MODEL_KINDS and (is_edited(ctx, kind, name) or (kind in KEPT_WHEN_USED and _used(ctx, kind, name))):
        report.kept.append(f"{kind} {name}")
        return
    if _own_workflows(ctx, [Definition(kind, name, {})]):
        report.kept.append(f"{kind} {name}")
        return
    mirror.hide(ctx, meta, name)
    report.removed.append(f"{kind} {name}")


def is_edited(ctx: Context, kind: str, name: str) -> bool:
    """Whether somebody has changed a delivered record."""
    row = ctx.connection.get_row(ctx.definitions[kind], name)
    return row is not None and _is_changed(row)


def _is_changed(row: Row) -> bool:
    """A delivered record is written once by the system; a later `modified` tells that somebody changed it."""
    return bool(row["modified"] != row["creation"])


def _used(ctx: Context, kind: str, name: str) -> bool:
    holders = ctx.definitions["Has Role"]
    return kind == "Role" and ctx.connection.count(Query(holders, where=Compare(("role",), "=", name)), cap=1) > 0


def digest_of(body: Any) -> str:
    """The digest by which a delivered body is known again."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
