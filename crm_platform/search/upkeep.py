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
from crm_platform.search.content import entries_of
from crm_platform.search.fields import Plan, Searched, plan_of
from crm_platform.search.index import Index, index_of
from crm_platform.search.walking import mark

AT_ONCE = 200
"""Documents that are written anew in the transaction of a renaming; more of them are left to the walk."""


@dataclass(frozen=True)
class Upkeep:
    """Listens to every document of one site; `known` are the parts that are surely written down."""

    known: set[int] = field(default_factory=set)

    def changed(self, ctx: Context, docs: Sequence[Document]) -> None:
        plan = plan_of(ctx.definitions, docs[0].meta)
        changed = [doc for doc in docs if plan.parts and _has_changed(plan, doc)]
        if changed:
            self.write(ctx, plan, changed)

    def write(self, ctx: Context, plan: Plan, docs: Sequence[Document]) -> None:
        """Write the entries of documents in the place of those that they had."""
        index = index_of(ctx.connection)
        by_name = {str(doc["name"]): doc for doc in docs}
        index.remove(index.of_documents(plan.doctype.name, list(by_name)))
        for part in plan.parts:
            if part.id not in self.known:
                index.add_part(part.id, plan.doctype.name, part.paths)
                ctx.connection.after_commit(lambda number=part.id: self.known.add(number))  # type: ignore[misc]
        named = ((name, entry) for name, doc in by_name.items() for entry in entries_of(plan, name, doc))
        index.add(plan.doctype.name, list(named))

    def recomputed(self, ctx: Context, meta: DocType, name: str, paths: Collection[tuple[str, ...]]) -> None:
        """Computed texts of a document changed because of others (see documents.runtime.Recomputed)."""
        plan = plan_of(ctx.definitions, meta)
        doc = load(ctx, meta, name) if any(searched.path in paths for searched in plan.fields) else None
        if doc is not None:
            self.write(ctx, plan, [doc])

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
    index.remove(index.of_documents(doctype, [name]))


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
