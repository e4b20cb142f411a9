"""Computed fields that are new or read something else: filled in the documents that are there already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from crm_platform.database.inspection import filled_tables
from crm_platform.database.query import Query
from crm_platform.database.system import META
from crm_platform.documents.feeds import feeds_into
from crm_platform.documents.recompute import Pass, mend_next, passes
from crm_platform.metadata.computed import Node, computed_nodes, depending, inputs
from crm_platform.metadata.model import Definitions

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

AT_ONCE = 5_000
"""So many documents are filled within the change of the model; more are left to the worker."""

PENDING = "recompute"
"""Counter that is there while computed fields wait to be filled: the version of the model that they wait for."""


def backfill(ctx: Context, old: Definitions) -> None:
    """Fill what changed since `old`, in the transaction that changes the model; `ctx` has the new definitions.

    With many documents it only leaves a note: `crm-platform worker` fills them in batches, and so does
    `doctor --repair`; until then their computed fields have the former value or none. On PostgreSQL a note is left for
    roll-ups in any case: another process may be saving a source by the former model at this moment.
    """
    changed = changed_nodes(old, ctx.definitions)
    nodes = depending(ctx.definitions, changed) if changed else set()
    if not nodes:
        return
    walks = passes(ctx.definitions, nodes)
    filled = _filled(ctx, walks)
    much = _is_much(ctx, filled, walks)
    if much or (ctx.connection.dialect == "postgresql" and any(_gathers(ctx, filled, one) for one in walks)):
        ctx.connection.put(META, {"key": PENDING, "value": ctx.definitions.version})
    if much:
        return
    for one in walks:
        if ctx.definitions[one.doctype].table not in filled:
            continue
        last = mend_next(ctx, one, "", unsteady=True)[1]
        while last:
            last = mend_next(ctx, one, last, unsteady=True)[1]


def pending(ctx: Context) -> int:
    """The note that computed fields wait to be filled; 0 when none do."""
    return next((row["value"] for row in ctx.connection.fetch(META, {"key": PENDING})), 0)


def done(ctx: Context, note: int) -> None:
    """Everything was computed anew that waited when `note` was read."""
    ctx.connection.remove(META, {"key": PENDING, "value": note})


def _filled(ctx: Context, walks: Iterable[Pass]) -> frozenset[str]:
    """The tables with rows among those that the walks go over or gather from."""
    over = {one.doctype for one in walks}
    sources = {feed.source.name for name in over for feed in feeds_into(ctx.definitions, name)}
    metas = (ctx.definitions[name] for name in sorted(over | sources))
    return filled_tables(ctx.connection, [meta.table for meta in metas if not meta.is_virtual])


def _gathers(ctx: Context, filled: frozenset[str], one: Pass) -> bool:
    """Whether a walk works out roll-ups over documents that are there."""
    fields = {fieldname for table, fieldname in one.places if not table}
    return any(
        feed.field.fieldname in fields and feed.source.table in filled
        for feed in feeds_into(ctx.definitions, one.doctype)
    )


def _is_much(ctx: Context, filled: frozenset[str], walks: Iterable[Pass]) -> bool:
    metas = {one.doctype: ctx.definitions[one.doctype] for one in walks}
    left = AT_ONCE
    for meta in metas.values():
        left -= ctx.connection.count(Query(meta), cap=left + 1) if meta.table in filled else 0
        if left < 0:
            return True
    return False


def changed_nodes(old: Definitions, new: Definitions) -> set[Node]:
    """Computed fields that are worked out otherwise than before, and workflow states that were given to documents."""
    found: set[Node] = {
        (doctype, workflow.state_field)
        for doctype, workflow in new.workflows.items()
        if old.workflows.get(doctype) != workflow
    }
    for node in computed_nodes(new):
        read = {node, *inputs(new, node)}
        if any(old.get(name) is not new.get(name) for name, _ in read) and _signature(old, node) != _signature(
            new, node
        ):
            found.add(node)
    return found


def _signature(definitions: Definitions, node: Node) -> Any:
    """What the value of a computed field depends on, as far as definitions say it."""
    return _own(definitions, node), sorted((read, _kind(definitions, read)) for read in inputs(definitions, node))


def _own(definitions: Definitions, node: Node) -> Any:
    doctype = definitions.get(node[0])
    field = doctype.field(node[1]) if doctype else None
    if field is None:
        return None
    given = field.properties
    return field.fieldtype, field.precision, str(given.get("formula") or ""), str(given.get("rollup") or "")


def _kind(definitions: Definitions, node: Node) -> str:
    doctype = definitions.get(node[0])
    field = doctype.field(node[1]) if doctype else None
    return f"{field.fieldtype}:{field.options}" if field else str(doctype is not None)
