"""Making the index again from the documents: in batches that can be stopped at any time, oldest change first.

A DocType is walked when it is searched by another plan than the one that it was last walked for: after an upgrade, a
restored backup, a changed definition. Until then its entries are found as before, as far as today's definitions allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from crm_platform.database.conditions import Compare, all_of, any_of
from crm_platform.database.inspection import filled_tables
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.context import Context
from crm_platform.metadata.model import DocType
from crm_platform.search.base import Index, WalkRow
from crm_platform.search.content import entries_of
from crm_platform.search.fields import Plan, plan_of
from crm_platform.search.index import index_of
from crm_platform.search.tables import recreate

BATCH = 500
START = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Walk:
    """How far the walk over one DocType is: up to and with the document `name`, changed at `modified`."""

    plan: Plan
    modified: datetime = START
    name: str = ""


@dataclass(frozen=True)
class Place:
    """A document on the walk."""

    modified: datetime
    doctype: str
    name: str

    @property
    def rank(self) -> tuple[datetime, str, str]:
        return (self.modified, self.doctype, self.name)


def searched_doctypes(ctx: Context) -> Iterator[Plan]:
    """The plans of all DocTypes that are searched."""
    for meta in ctx.definitions.values():
        plan = plan_of(ctx.definitions, meta)
        if plan.parts:
            yield plan


def unfinished(ctx: Context) -> list[Walk]:
    """The walks that are to be made or gone on with."""
    rows = {row.doctype: row for row in index_of(ctx.connection).walks()}
    found = []
    for plan in searched_doctypes(ctx):
        row = rows.get(plan.doctype.name)
        if row is None or row.plan != plan.id:
            found.append(Walk(plan))
        elif not row.done:
            found.append(Walk(plan, datetime.fromisoformat(row.modified), row.name))
    return found


def mark(ctx: Context, meta: DocType) -> None:
    """Ask for a walk over a DocType from its beginning."""
    _note(ctx, Walk(plan_of(ctx.definitions, meta)), done=False)


def look_again(ctx: Context, doctypes: Iterable[str]) -> None:
    """Ask for walks over those of the DocTypes that are searched: their documents were written without events."""
    for name in sorted(doctypes):
        meta = ctx.definitions.get(name)
        if meta is not None and plan_of(ctx.definitions, meta).parts:
            mark(ctx, meta)


def start_again(ctx: Context) -> None:
    """Empty the index, so that all of it is made again."""
    recreate(ctx.connection)


def step(ctx: Context, batch: int = BATCH) -> int | None:
    """Walk on by up to `batch` documents, the oldest of all DocTypes first, and tell how many there were; None when
    everything was walked already."""
    walks = unfinished(ctx)
    filled = filled_tables(ctx.connection, [walk.plan.doctype.table for walk in walks])
    ahead = {walk: _ahead(ctx, walk, batch) if walk.plan.doctype.table in filled else [] for walk in walks}
    met = sorted((place for found in ahead.values() for place in found), key=lambda place: place.rank)[:batch]
    _write(ctx, {walk.plan.doctype.name: walk.plan for walk in walks}, met)
    for walk, found in ahead.items():
        mine = found[: sum(1 for place in met if place.doctype == walk.plan.doctype.name)]
        reached = replace(walk, modified=mine[-1].modified, name=mine[-1].name) if mine else walk
        done = len(mine) == len(found) < batch
        if done:
            _clear(ctx, walk.plan)
        _note(ctx, reached, done=done)
    return len(met) if walks else None


def _ahead(ctx: Context, walk: Walk, batch: int) -> list[Place]:
    """The next documents of one walk."""
    meta = walk.plan.doctype
    later = Compare(("modified",), ">", walk.modified)
    where = all_of(Compare(("modified",), ">=", walk.modified), any_of(later, Compare(("name",), ">", walk.name)))
    columns = (Column(("modified",), "modified"), Column(("name",), "name"))
    order = (Order(("modified",)), Order(("name",)))
    rows = ctx.connection.select(Query(meta, columns, where, order_by=order, limit=batch))
    return [Place(row["modified"], meta.name, row["name"]) for row in rows]


def values_of(ctx: Context, plan: Plan, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The documents named, each with the rows of its searched tables."""
    meta = plan.doctype
    documents = {row["name"]: row for row in ctx.connection.get_rows(meta, names)}
    tables = {s.path[0]: meta.by_name[s.path[0]].options for s in plan.fields if len(s.path) == 2}
    for row in documents.values():
        row.update({table: [] for table in tables})
    for child in set(tables.values()):
        for row in ctx.connection.get_children(ctx.definitions[child], meta.name, names):
            if row["parentfield"] in tables:
                documents[row["parent"]][row["parentfield"]].append(row)
    yield from documents.values()


def _write(ctx: Context, plans: Mapping[str, Plan], met: Sequence[Place]) -> None:
    """Bring the entries of these documents up to date, in their order."""
    index = index_of(ctx.connection)
    documents: dict[tuple[str, str], dict[str, Any]] = {}
    for doctype in dict.fromkeys(place.doctype for place in met):
        plan = plans[doctype]
        for part in plan.parts:
            index.add_part(part.id, doctype, part.paths)
        names = [place.name for place in met if place.doctype == doctype]
        documents.update({(doctype, values["name"]): values for values in values_of(ctx, plan, names)})
    for place in met:
        _refresh(index, plans[place.doctype], documents[place.doctype, place.name])


def _refresh(index: Index, plan: Plan, values: dict[str, Any]) -> None:
    """Write what differs; entries that are there keep their place among the others."""
    doctype, name = plan.doctype.name, str(values["name"])
    there = index.of_document(doctype, name)
    for entry in entries_of(plan, name, values):
        number, digest = there.pop(entry.part, (0, 0))
        if not number:
            index.add(doctype, [(name, entry)])
        elif digest != entry.digest:
            index.change(number, entry)
    if there:
        index.remove([number for number, _ in there.values()])


def _clear(ctx: Context, plan: Plan) -> None:
    """Take away the entries of documents that are no more."""
    index = index_of(ctx.connection)
    entries = index.of_doctype(plan.doctype.name)
    if not entries:
        return
    live = {row["name"] for row in ctx.connection.select(Query(plan.doctype))}
    gone = [number for number, name, _, _ in entries if name not in live]
    if gone:
        index.remove(gone)


def _note(ctx: Context, walk: Walk, *, done: bool) -> None:
    row = WalkRow(walk.plan.doctype.name, walk.plan.id, walk.modified.isoformat(), walk.name, int(done))
    index_of(ctx.connection).note_walk(row)
