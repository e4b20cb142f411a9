"""Keeps the index with the documents: what a transaction changes is found once it is committed, and never otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import NO_JOINS, Join, Query
from crm_platform.documents.companions import COMPANIONS
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EVERY_DOCTYPE, Listener
from crm_platform.documents.reading import load
from crm_platform.metadata.model import DocType, Field
from crm_platform.search.base import Index, Named
from crm_platform.search.content import Values, entries_of
from crm_platform.search.fields import Plan, Searched, plan_of
from crm_platform.search.index import index_of
from crm_platform.search.walking import mark, values_of

AT_ONCE = 200
"""Documents that are written anew in the transaction of a renaming; more of them are left to the walk."""


@dataclass(frozen=True)
class Upkeep:
    """Listens to every document of one site; `noted` tells by which version of the definitions the plan of a DocType is
    surely written down."""

    noted: dict[str, int] = field(default_factory=dict)

    def changed(self, ctx: Context, docs: Sequence[Document]) -> None:
        plan = plan_of(ctx.definitions, docs[0].meta)
        changed = [doc for doc in docs if plan.parts and _has_changed(plan, doc)]
        if not changed:
            return
        entries = self._entries(ctx, plan, changed)
        are_new = all(doc.before is None for doc in changed)
        if not are_new or index_of(ctx.connection).add(plan.doctype.name, entries) < len(entries):
            _replace(ctx, plan, entries)

    def write(self, ctx: Context, plan: Plan, docs: Sequence[Values]) -> None:
        """Write the entries of documents in the place of those that they had."""
        _replace(ctx, plan, self._entries(ctx, plan, docs))

    def _entries(self, ctx: Context, plan: Plan, docs: Sequence[Values]) -> list[Named]:
        """What is to be written; the plan by which it is searched is written down first."""
        noted = ("search plan", plan.doctype.name, ctx.definitions.version)
        if self.noted.get(plan.doctype.name) != ctx.definitions.version and noted not in ctx.connection.done:
            self._note(ctx, plan)
            ctx.connection.done |= {noted}
        return [(str(doc["name"]), entry) for doc in docs for entry in entries_of(plan, str(doc["name"]), doc)]

    def _note(self, ctx: Context, plan: Plan) -> None:
        """Write the parts of a plan down, and that a walk is due when the DocType was walked for another: should that
        one come back before the walk, what was written by this plan is to go."""
        index, doctype, version = index_of(ctx.connection), plan.doctype.name, ctx.definitions.version
        for part in plan.parts:
            index.add_part(part.id, doctype, part.paths)
        if any(row.doctype == doctype and row.plan != plan.id for row in index.walks()):
            mark(ctx, plan.doctype)
        ctx.connection.after_commit(lambda: self.noted.update({doctype: version}))

    def recomputed(self, ctx: Context, meta: DocType, name: str, paths: Collection[tuple[str, ...]]) -> None:
        """Computed texts of a document changed because of others (see documents.runtime.Recomputed)."""
        plan = plan_of(ctx.definitions, meta)
        if any(searched.path in paths for searched in plan.fields):
            self.write(ctx, plan, list(values_of(ctx, plan, [name])))

    def leaving(self, ctx: Context, doc: Document) -> None:
        """What belongs to a document is deleted with it, without events of its own."""
        index = index_of(ctx.connection)
        for kind, places in COMPANIONS.items():
            meta = ctx.definitions.get(kind)
            if meta is not None and plan_of(ctx.definitions, meta).parts:
                for name in _naming(ctx, meta, places, doc):
                    forget(index, kind, name)

    def gone(self, ctx: Context, doc: Document) -> None:
        """A document was deleted or is about to take another name."""
        forget(index_of(ctx.connection), doc.doctype, str(doc["name"]))

    def renamed(self, ctx: Context, doc: Document) -> None:
        """The new name is in the document's own entries, and in those of documents whose searched links name it."""
        plan = plan_of(ctx.definitions, doc.meta)
        if plan.parts:
            self.write(ctx, plan, [doc])
        for meta, searched in _searched_links(ctx, doc.meta):
            self._anew(ctx, meta, searched, doc)

    def _anew(self, ctx: Context, meta: DocType, searched: Searched, target: Document) -> None:
        names = _linking(ctx, meta, searched, target)
        if len(names) > AT_ONCE:
            mark(ctx, meta)
            return
        found = (load(ctx, meta, name) for name in names)
        there = [doc for doc in found if doc is not None]
        if there:
            self.write(ctx, plan_of(ctx.definitions, meta), there)

    def listeners(self) -> Sequence[Listener]:
        table = {
            "before_rename": self.gone,
            "after_rename": self.renamed,
            "on_trash": self.leaving,
            "after_delete": self.gone,
        }
        changed = Listener("core", EVERY_DOCTYPE, "on_change", self.changed, together=True)
        return [changed, *(Listener("core", EVERY_DOCTYPE, event, handler) for event, handler in table.items())]


def forget(index: Index, doctype: str, name: str) -> None:
    """Take a document out of the index."""
    index.drop(doctype, [name])


def _replace(ctx: Context, plan: Plan, entries: Sequence[Named]) -> None:
    index = index_of(ctx.connection)
    index.drop(plan.doctype.name, list(dict.fromkeys(name for name, _ in entries)))
    index.add(plan.doctype.name, entries)


def _has_changed(plan: Plan, doc: Document) -> bool:
    before = doc.before
    return before is None or any(_values(s.path, doc) != _values(s.path, before) for s in plan.fields)


def _values(path: tuple[str, ...], doc: Document) -> list[Any]:
    return [doc[path[0]]] if len(path) == 1 else [row[path[1]] for row in doc[path[0]]]


def _naming(ctx: Context, meta: DocType, places: tuple[str, str], doc: Document) -> list[str]:
    kind, name = places
    where = all_of(Compare((kind,), "=", doc.doctype), Compare((name,), "=", doc["name"]))
    return [row["name"] for row in ctx.connection.select(Query(meta, where=where))]


def _searched_links(ctx: Context, target: DocType) -> list[tuple[DocType, Searched]]:
    """The searched fields anywhere that may hold a name of `target`."""
    return [
        (meta, searched)
        for meta in ctx.definitions.values()
        for searched in plan_of(ctx.definitions, meta).fields
        if _names(searched.field, target)
    ]


def _names(found: Field, target: DocType) -> bool:
    return found.fieldtype == "Dynamic Link" or (found.fieldtype == "Link" and found.options == target.name)


def _linking(ctx: Context, meta: DocType, searched: Searched, target: Document) -> list[str]:
    """Documents whose searched link names the target; of a dynamic one also those that mean another of its name."""
    table = meta.field(searched.path[0]) if len(searched.path) == 2 else None
    joins = {table.fieldname: Join(ctx.definitions[table.options])} if table is not None else NO_JOINS
    query = Query(meta, where=Compare(searched.path, "=", target["name"]), joins=joins)
    return [row["name"] for row in ctx.connection.select(query)]
