"""Changes that an erasure makes beside the store: no versions, no copies, no checks; the search index hears of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.database.system import STATE_MOVE
from crm_platform.documents import blind
from crm_platform.documents.companions import COMPANIONS, WITHOUT_COMPANIONS
from crm_platform.documents.context import Context
from crm_platform.documents.deleting import remove
from crm_platform.documents.document import Document
from crm_platform.documents.reading import load
from crm_platform.documents.recompute import mend_documents
from crm_platform.documents.renaming import move
from crm_platform.documents.upkeep import Change, keep_up
from crm_platform.metadata.model import DocType

Values = Mapping[str, Any]


def destroy(ctx: Context, doc: Document) -> None:
    """Remove a document with its rows and all that belongs to it, leaving no copy; of each the index is told."""
    for companion in list(_companions(ctx, doc)):
        destroy(ctx, companion)
    remove(ctx, doc.meta, str(doc["name"]))
    forget_moves(ctx, doc.meta, str(doc["name"]))
    _fire(ctx, doc, "after_delete")


def _companions(ctx: Context, doc: Document) -> Iterator[Document]:
    for kind, (doctype_field, name_field) in COMPANIONS.items():
        meta = None if doc.doctype in WITHOUT_COMPANIONS else ctx.definitions.get(kind)
        if meta is not None:
            where = all_of(Compare((doctype_field,), "=", doc.doctype), Compare((name_field,), "=", doc["name"]))
            for row in ctx.connection.select(Query(meta, (Column(("name",), "name"),), where)):
                companion = load(ctx, meta, row["name"])
                if companion is not None:
                    yield companion


def forget_moves(ctx: Context, meta: DocType, name: str) -> None:
    """A plan that moved the document to another workflow state has nothing to move back."""
    ctx.connection.remove(STATE_MOVE, {"table_name": meta.table, "name": name})


def set_values(ctx: Context, doc: Document, changes: Mapping[str, Values]) -> None:
    """Set values of a stored document and of its rows, given by the name of each."""
    for part in (doc, *(row for _, row in doc.children())):
        values = changes.get(str(part["name"]), {})
        if values:
            ctx.connection.update_row(part.meta, str(part["name"]), values)
            if any(field.fieldname in values for field in part.meta.blind_fields):
                blind.forget(ctx, part.meta, [str(part["name"])])
    _recompute(ctx, doc)
    stored = load(ctx, doc.meta, str(doc["name"]))
    if stored is not None:
        changed = stored.edit()
        changed.before = doc
        _fire(ctx, changed.freeze(), "on_change")


def _recompute(ctx: Context, before: Document) -> None:
    """What is computed from a document that was written: its own formulas, and roll-ups over it and its rows."""
    name = str(before["name"])
    stored = load(ctx, before.meta, name)
    if stored is None:
        return
    rows = {str(row["name"]): row for _, row in before.children()}
    changes = [Change(before.meta, before, stored)]
    changes += [Change(row.meta, rows[str(row["name"])], row) for _, row in stored.children()]
    keep_up(ctx, changes)
    mend_documents(ctx, before.doctype, [name])


def forget_history(ctx: Context, doc: Document, fields: Collection[str]) -> None:
    """Take fields out of the versions of a document."""
    meta = ctx.definitions["Version"]
    where = all_of(Compare(("ref_doctype",), "=", doc.doctype), Compare(("docname",), "=", str(doc["name"])))
    columns = tuple(Column((name,), name) for name in ("name", "data"))
    for row in ctx.connection.select(Query(meta, columns, where)):
        data = orjson.loads(row["data"] or "{}")
        clean = {key: _without(key, value, fields) for key, value in data.items()}
        if clean != data:
            ctx.connection.update_row(meta, row["name"], {"data": orjson.dumps(clean).decode()})


def _without(key: str, changes: Any, fields: Collection[str]) -> Any:
    """One part of Version.data (see documents.versions) without these fields."""
    if key == "changed":
        return [change for change in changes if change[0] not in fields]
    if key in ("added", "removed"):
        return [[table, {k: v for k, v in row.items() if k not in fields}] for table, row in changes]
    if key == "row_changed":
        return [[*place, [part for part in parts if part[0] not in fields]] for *place, parts in changes]
    return changes


def rename(ctx: Context, doc: Document, new: str) -> Document:
    """Give a document another name, whatever its DocType says about renaming; returns it."""
    _fire(ctx, doc, "before_rename")
    move(ctx, doc.meta, str(doc["name"]), new)
    renamed = load(ctx, doc.meta, new)
    if renamed is None:
        return doc
    _fire(ctx, renamed, "after_rename")
    return renamed


def _fire(ctx: Context, doc: Document, event: str) -> None:
    ctx.runtime.events(ctx).fire(ctx, doc, event)
