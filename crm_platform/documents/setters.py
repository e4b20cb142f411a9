"""Which hook or rule set the fields of a document, where no Version tells: in new documents, and in those of DocTypes
that do not track changes. Nothing is written for a document whose fields no hook set, nor for the engine's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def note_new(ctx: Context, docs: Sequence[Document]) -> None:
    """New documents were written."""
    found = ((doc, _setters(doc)) for doc in docs if doc._origins and not is_of_engine(doc.meta))
    rows = [_row(doc, setters) for doc, setters in found if setters]
    if rows:
        ctx.connection.put_all(ORIGIN, rows)


def note_changed(ctx: Context, doc: Document) -> None:
    """A stored document was written; a Version says who set what, unless its DocType tracks no changes."""
    if not doc._origins or doc.meta.track_changes or is_of_engine(doc.meta):
        return
    setters = {name: setter for name, setter in _setters(doc).items() if doc.has_changed(name)}
    if setters:
        ctx.connection.put(ORIGIN, _row(doc, {**setters_of(ctx, doc.doctype, str(doc["name"])), **setters}))


def setters_of(ctx: Context, doctype: str, name: str) -> Setters:
    """What is noted about a document."""
    rows = ctx.connection.fetch(ORIGIN, {"doctype": doctype, "name": name})
    found: Setters = orjson.loads(rows[0]["setters"]) if rows else {}
    return found


def move(ctx: Context, doctype: str, old: str, new: str) -> None:
    """A document was renamed."""
    ctx.connection.change(ORIGIN, {"name": new}, {"doctype": doctype, "name": old})


def forget(ctx: Context, doctype: str, name: str) -> None:
    """A document goes."""
    ctx.connection.remove(ORIGIN, {"doctype": doctype, "name": name})


def _setters(doc: Document) -> Setters:
    """Of fields that a hook or rule set last in this save. What is computed is nobody's doing."""
    time = doc["modified"].isoformat()
    return {
        name: [origin.pack, origin.version, origin.source, time]
        for name, origin in (doc._origins or {}).items()
        if (field := doc.meta.by_name.get(name)) is not None and not is_computed(field)
    }


def _row(doc: Document, setters: Mapping[str, Any]) -> dict[str, str]:
    return {"doctype": doc.doctype, "name": str(doc["name"]), "setters": orjson.dumps(setters).decode()}
