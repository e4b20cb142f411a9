"""Which hook or rule set the fields of a document, where no Version tells: in new documents, and in those of DocTypes
that do not track changes. Nothing is written for a document whose fields no hook set, nor for the engine's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.database.system import ORIGIN
from crm_platform.documents.document import Document
from crm_platform.metadata.checks.engine import is_of_engine
from crm_platform.metadata.computed import is_computed

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Setters = dict[str, list[str]]
"""Fieldname → [pack, version, source, time of the save in UTC as ISO 8601]."""

ROWS = "/rows"
"""Key beside the fieldnames: of what was set in rows, [pack, version, source, time, {row: [fieldnames]}] for each."""


def note_new(ctx: Context, docs: Sequence[Document]) -> None:
    """New documents were written."""
    heard = (doc for doc in docs if doc._setter is not None and not is_of_engine(doc.meta))
    found = ((doc, _setters(doc, doc), _of_rows(doc)) for doc in heard)
    rows = [_row(doc, own, below) for doc, own, below in found if own or below]
    if rows:
        ctx.connection.put_all(ORIGIN, rows)


def note_changed(ctx: Context, doc: Document) -> None:
    """A stored document was written; a Version says who set what, unless its DocType tracks no changes."""
    if doc._setter is None or doc.meta.track_changes or is_of_engine(doc.meta):
        return
    own, below = _changed(doc, doc), {name: found for name, row in _rows(doc) if (found := _changed(doc, row))}
    if own or below:
        stored = _stored(ctx, doc)
        rows = {name: {**_in_row(stored, name), **below.get(name, {})} for name, _ in _rows(doc)}
        stored.pop(ROWS, None)
        ctx.connection.put(ORIGIN, _row(doc, {**stored, **own}, rows))


def setters_of(ctx: Context, doc: Document, row: Document | None = None) -> Setters:
    """What is noted about a document, or about one of its rows."""
    stored = _stored(ctx, doc)
    return stored if row is None else _in_row(stored, str(row["name"]))


def is_settable(part: Document, fieldname: str) -> bool:
    """Whether a hook or rule can be what set a field. What is computed is nobody's doing."""
    field = part.meta.by_name.get(fieldname)
    return field is not None and not is_computed(field)


def move(ctx: Context, doctype: str, old: str, new: str) -> None:
    """A document was renamed."""
    ctx.connection.change(ORIGIN, {"name": new}, {"doctype": doctype, "name": old})


def forget(ctx: Context, doctype: str, name: str) -> None:
    """A document goes."""
    ctx.connection.remove(ORIGIN, {"doctype": doctype, "name": name})


def _stored(ctx: Context, doc: Document) -> dict[str, Any]:
    rows = ctx.connection.fetch(ORIGIN, {"doctype": doc.doctype, "name": str(doc["name"])})
    found: dict[str, Any] = orjson.loads(rows[0]["setters"]) if rows else {}
    return found


def _in_row(stored: Mapping[str, Any], row: str) -> Setters:
    return {name: setter for *setter, rows in stored.get(ROWS, ()) for name in rows.get(row, ())}


def _rows(doc: Document) -> Iterator[tuple[str, Document]]:
    return ((str(row["name"]), row) for _, row in doc.children())


def _of_rows(doc: Document) -> dict[str, Setters]:
    """By the names of rows, what a hook or rule set last in them in this save."""
    return {name: found for name, row in _rows(doc) if row._origins and (found := _setters(doc, row))}


def _changed(doc: Document, part: Document) -> Setters:
    return {name: setter for name, setter in _setters(doc, part).items() if part.has_changed(name)}


def _setters(doc: Document, part: Document) -> Setters:
    """Of fields of the document or of a row that a hook or rule set last in this save."""
    time = doc["modified"].isoformat()
    return {
        name: [origin.pack, origin.version, origin.source, time]
        for name, origin in (part._origins or {}).items()
        if is_settable(part, name)
    }


def _row(doc: Document, own: Mapping[str, Any], rows: Mapping[str, Setters]) -> dict[str, str]:
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for row, setters in rows.items():
        for fieldname, setter in setters.items():
            found.setdefault(tuple(setter), {}).setdefault(row, []).append(fieldname)
    below = {ROWS: [[*setter, named] for setter, named in found.items()]} if found else {}
    content = orjson.dumps({**own, **below}).decode()
    return {"doctype": doc.doctype, "name": str(doc["name"]), "setters": content}
