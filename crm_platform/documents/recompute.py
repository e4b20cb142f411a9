"""Computed fields worked out anew: what differs from what is stored, mending it, and filling fields that are new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from crm_platform.database.adding import hold_row
from crm_platform.database.conditions import Compare
from crm_platform.database.query import Order, Query
from crm_platform.documents.document import Document
from crm_platform.documents.faults import Faults
from crm_platform.documents.feeds import Feed, feeds_into
from crm_platform.documents.formulas import run
from crm_platform.documents.gathering import gather
from crm_platform.documents.steps import Place, Step, steps_of
from crm_platform.documents.upkeep import Change, keep_up
from crm_platform.errors import Text
from crm_platform.metadata.computed import Node, levels
from crm_platform.metadata.model import Definitions, DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Write = Callable[[Callable[["Context"], Any]], Any]

BATCH = 200
"""Documents that are looked at together: in a repair, those of one transaction."""


@dataclass(frozen=True)
class Difference:
    """A computed field whose stored value is not what its sources give; `reason` when it cannot be computed at all."""

    doctype: str
    name: str
    fieldname: str
    stored: Any
    right: Any
    reason: Text | None = None

    def __str__(self) -> str:
        if self.reason is not None:
            return f"{self.doctype} {self.name}: {self.fieldname} cannot be computed: {self.reason.message()}"
        return f"{self.doctype} {self.name}: {self.fieldname} is {self.stored}, its sources give {self.right}"


@dataclass(frozen=True)
class Pass:
    """One walk over the documents of a DocType, for fields that depend on earlier passes only."""

    doctype: str
    places: frozenset[Place]


def passes(definitions: Definitions, nodes: Collection[Node] | None = None) -> list[Pass]:
    """The walks that work out all computed fields, or `nodes` only, each after those that it depends on."""
    found = []
    for layer in levels(definitions):
        places: dict[str, set[Place]] = {}
        for doctype, fieldname in layer:
            if nodes is None or (doctype, fieldname) in nodes:
                for owner, table in _owners(definitions, doctype):
                    places.setdefault(owner, set()).add((table, fieldname))
        found += [Pass(doctype, frozenset(places[doctype])) for doctype in sorted(places)]
    return found


def _owners(definitions: Definitions, doctype: str) -> Iterator[tuple[str, str]]:
    """(DocType of documents, table field) in which a DocType stands: itself, or the parents of a child DocType."""
    if not definitions[doctype].istable:
        yield doctype, ""
        return
    for parent, table in definitions.parents_of.get(doctype, ()):
        yield parent.name, table.fieldname


@dataclass(frozen=True)
class _Work:
    """What one pass computes."""

    meta: DocType
    steps: tuple[Step, ...]
    feeds: tuple[Feed, ...]

    @classmethod
    def of(cls, ctx: Context, one: Pass, *, unsteady: bool) -> _Work | None:
        meta = ctx.definitions.get(one.doctype)
        if meta is None or meta.is_virtual or meta.istable:
            return None
        every = steps_of(ctx.definitions, meta).all
        steps = tuple(step for step in every if step.place in one.places and (unsteady or step.is_steady))
        feeds = feeds_into(ctx.definitions, meta.name)
        feeds = tuple(feed for feed in feeds if ("", feed.field.fieldname) in one.places)
        return cls(meta, steps, feeds) if steps or feeds else None

    def compare(self, ctx: Context, stored: Sequence[Document]) -> Iterator[tuple[Document, list[Difference]]]:
        """Each document as it should be, with what differs from the stored one."""
        names = [doc["name"] for doc in stored]
        gathered = [(feed.field.fieldname, gather(ctx, feed, names)) for feed in self.feeds]
        for before in stored:
            doc, faults = before.edit(), Faults()
            for fieldname, values in gathered:
                doc[fieldname] = values[doc["name"]]
            run(ctx, doc, self.steps, faults)
            yield doc, [*_differences(doc), *_failures(doc, faults)]


def _differences(doc: Document) -> Iterator[Difference]:
    for part in (doc, *(row for _, row in doc.children())):
        if part.before is None:
            continue
        for field in part.meta.data_fields:
            stored, right = part.before[field.fieldname], part[field.fieldname]
            if stored != right:
                yield Difference(part.doctype, part["name"], field.fieldname, stored, right)


def _failures(doc: Document, faults: Faults) -> Iterator[Difference]:
    for fault in faults.found:
        reason = Text(fault.template, fault.params)
        yield Difference(doc.doctype, doc["name"], fault.field, doc[fault.field], None, reason)


def _names(ctx: Context, meta: DocType, after: str) -> list[str]:
    query = Query(meta, where=Compare(("name",), ">", after), order_by=(Order(("name",)),), limit=BATCH)
    return [row["name"] for row in ctx.connection.select(query)]


def _documents(ctx: Context, work: _Work, names: Sequence[str]) -> list[Document]:
    """The stored documents, frozen, with those of their rows that the work reads or computes."""
    used = {step.table for step in work.steps} | {table for step in work.steps for table, _ in step.reads}
    docs = {}
    for row in ctx.connection.get_rows(work.meta, names):
        docs[row["name"]] = Document.of_row(work.meta, ctx.definitions, row)
    for child in {table.options for table in work.meta.table_fields if table.fieldname in used}:
        for values in ctx.connection.get_children(ctx.definitions[child], work.meta.name, names):
            if values["parent"] in docs and values["parentfield"] in used:
                stored = Document.of_row(ctx.definitions[child], ctx.definitions, values)
                docs[values["parent"]].append(values["parentfield"], stored)
    return [doc.freeze() for doc in docs.values()]


def differences(ctx: Context) -> Iterator[Difference]:
    """Everything that is stored otherwise than its sources give; formulas that read the clock are not looked at."""
    for one in passes(ctx.definitions):
        work = _Work.of(ctx, one, unsteady=False)
        last = ""
        while work is not None and (names := _names(ctx, work.meta, last)):
            last = names[-1]
            for _, found in work.compare(ctx, _documents(ctx, work, names)):
                yield from found


def mend(ctx: Context, work: _Work, names: Sequence[str]) -> tuple[list[Difference], list[Change]]:
    """Store the right values of these documents; returns what was wrong, and the changed rows."""
    for name in sorted(names):  # held first: whoever adds to them meanwhile adds to the right value
        hold_row(ctx.connection, work.meta, name)
    found: list[Difference] = []
    changes: list[Change] = []
    for doc, wrong in work.compare(ctx, _documents(ctx, work, names)):
        found += wrong
        paths: set[tuple[str, ...]] = set()
        for table, part in (((), doc), *(((table,), row) for table, row in doc.children())):
            values = {f.fieldname: part[f.fieldname] for f in part.meta.data_fields if part.has_changed(f.fieldname)}
            if values:
                ctx.connection.update_row(part.meta, part["name"], values)
                changes.append(Change(part.meta, part.before, part))
                paths |= {(*table, column) for column in values}
        if paths:
            ctx.runtime.recomputed(ctx, doc.meta, doc["name"], paths)
    return found, changes


def mend_next(ctx: Context, one: Pass, after: str, *, unsteady: bool = False) -> tuple[list[Difference], str]:
    """Mend the documents that follow the name `after`; returns what was wrong and the last name, empty at the end."""
    work = _Work.of(ctx, one, unsteady=unsteady)
    names = _names(ctx, work.meta, after) if work is not None else []
    if work is None or not names:
        return [], ""
    return mend(ctx, work, names)[0], names[-1]


def repair(write: Write, definitions: Definitions, *, unsteady: bool = False) -> Iterator[Difference]:
    """Mend the whole site, each batch in a transaction of its own (`write` runs one); yields what was mended.

    `unsteady` computes formulas that read the clock, too: they take the present moment.
    """
    for one in passes(definitions):
        last = ""
        while True:
            found, last = write(partial(mend_next, one=one, after=last, unsteady=unsteady))
            yield from found
            if not last:
                break


def mend_documents(ctx: Context, doctype: str, names: Iterable[str]) -> None:
    """Work out every computed field of some documents anew, and what is gathered from them.

    What a pass has mended goes on before the next: a roll-up of these documents over each other would count it twice.
    """
    listed = sorted(set(names))
    for one in passes(ctx.definitions):
        work = _Work.of(ctx, one, unsteady=False) if one.doctype == doctype else None
        if work is not None and listed:
            keep_up(ctx, mend(ctx, work, listed)[1])
