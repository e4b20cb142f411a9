"""Where a value comes from: which hook or rule set it in a save, and what the definition says how a field is filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform import __version__
from crm_platform.database.system import PACK
from crm_platform.documents.document import Document, setter_of
from crm_platform.documents.setters import is_settable, setters_of
from crm_platform.documents.wire import plain
from crm_platform.metadata.layers import CORE
from crm_platform.metadata.model import Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

SETTING = ("before_naming", "before_insert", "before_validate", "validate")
"""Document events in which hooks may set fields."""

CREATED = "Set to {value} by {source} of {layer}, because the document was created."
SAVED = "Set to {value} by {source} of {layer}, because the document was saved."
EARLIER = "Set by {source} of {layer} at {time}. What changed since is not recorded for this kind of document."
IN_ROW = "{table}, row {number}, {field}: {said}"

MOST_TOLD = 140
"""Characters of a value in a sentence."""

MOST_CHANGES = 50
"""Changes of a field that are told, the newest first."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sets fields of a document now: a hook of a pack, or a rule of the site (`revision` says which of its
    versions)."""

    pack: str
    version: str
    source: str


def set_from_now(doc: Document, origin: Origin | None) -> Origin | None:
    """What is set on `doc` and its rows from now on is set by `origin`; returns who did before."""
    setter = setter_of(doc)
    before: Origin | None = setter.origin
    setter.origin = origin
    return before


@contextmanager
def setting(doc: Document, origin: Origin) -> Iterator[None]:
    """What is set on `doc` in this block is set by `origin`; blocks may stand in each other."""
    before = set_from_now(doc, origin)
    try:
        yield
    finally:
        set_from_now(doc, before)


def set_by(doc: Document, fieldnames: Iterator[str]) -> list[list[Any]]:
    """[fieldname, origin] of the fields that a hook or rule set last in this save, for its Version."""
    found = doc._origins or {}
    return [[name, asdict(found[name])] for name in fieldnames if name in found]


def set_in_rows_by(doc: Document, data: Mapping[str, Any]) -> list[list[Any]]:
    """[table field, row, fieldname, origin] of what a hook or rule set in rows that were added or changed."""
    if doc._setter is None:
        return []
    fields = {row["name"]: tuple(row) for _, row in data["added"]}
    fields |= {name: tuple(change[0] for change in changes) for _, _, name, changes in data["row_changed"]}
    rows = [(table, row) for table, row in doc.children() if row._origins and row["name"] in fields]
    return [
        [table, row["name"], *found]
        for table, row in rows
        for found in set_by(row, (name for name in fields[row["name"]] if is_settable(row, name)))
    ]


def explain_value(ctx: Context, doc: Document, field: Field, row: Document | None = None) -> dict[str, Any]:
    """The value of a readable field, how its definition fills it, which hook or rule has set it, the hooks of packs
    that may set fields in each save, and who or what changed it when. `row` is that of a table that has the field.

    Changes come from the Versions of the document: of a DocType that does not track changes there are none.
    """
    part = doc if row is None else row
    changes = _changes(ctx, doc, part, field.fieldname)
    return {
        "value": plain(part[field.fieldname], ctx.runtime.zone),
        "filled_by": list(_fillings(ctx, part, field)),
        "set_by": _setter(ctx, doc, part, field.fieldname, changes),
        "hooks": list(_hooks(ctx, doc)),
        "changes": changes,
        "created": {"user": doc["owner"], "time": plain(doc["creation"], ctx.runtime.zone)},
    }


def _fillings(ctx: Context, doc: Document, field: Field) -> Iterator[dict[str, Any]]:
    """What the definition says, each with the layer that says so."""
    properties: Mapping[str, Any] = field.properties
    for name in ("formula", "rollup", "fetch_from", "default"):
        if properties.get(name) not in (None, ""):
            yield {"property": name, "says": properties[name], **_layer(ctx, doc.meta.layer_of(name, field.fieldname))}
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is None:
        return
    if workflow.state_field == field.fieldname:
        yield {"property": "workflow", "says": workflow.name, **_layer(ctx, workflow.layer)}
    for state in workflow.states:
        if state.update_field == field.fieldname:
            says = f"{state.state}: {state.update_value}"
            yield {"property": "update_field", "says": says, **_layer(ctx, workflow.layer)}


def _hooks(ctx: Context, doc: Document) -> Iterator[dict[str, Any]]:
    """What no Version tells of a new document: which packs have a say in its values."""
    events = ctx.runtime.events(ctx)
    heard = dict.fromkeys(one for event in SETTING for one in events.listeners(doc.doctype, event))
    yield from (asdict(Origin(one.pack, one.version, one.hook)) for one in heard if one.pack != CORE)


def _setter(
    ctx: Context, doc: Document, part: Document, fieldname: str, changes: Sequence[Mapping[str, Any]]
) -> dict[str, str] | None:
    """The hook or rule that set the value, with a sentence; None when a person did, or the definition alone."""
    if changes:
        newest = changes[0]
        return _told(ctx, doc, part, fieldname, newest["set_by"], newest["time"], SAVED) if newest["set_by"] else None
    noted = setters_of(ctx, doc, None if part is doc else part).get(fieldname)
    if noted is None:
        return None
    pack, version, source, when = noted
    moment = datetime.fromisoformat(when)
    template = CREATED if moment == doc["creation"] else SAVED
    is_current = doc.meta.track_changes or moment == doc["modified"]
    origin = {"pack": pack, "version": version or version_of_layer(ctx, pack), "source": source}
    time = plain(moment, ctx.runtime.zone)
    return _told(ctx, doc, part, fieldname, origin, time, template if is_current else EARLIER)


def _told(
    ctx: Context, doc: Document, part: Document, fieldname: str, origin: Mapping[str, str], time: str, template: str
) -> dict[str, str]:
    value, field = plain(part[fieldname], ctx.runtime.zone), part.meta.by_name.get(fieldname)
    shown = "–" if value in (None, "") else str(value)[:MOST_TOLD]
    if field is not None and field.fieldtype == "Select":
        shown = ctx._(shown)
    layer = f"{origin['pack']} {origin['version']}".strip()
    said = ctx._(template, value=shown, source=origin["source"], layer=layer, time=time)
    return {**origin, "time": time, "sentence": said if part is doc else _in_row(ctx, doc, part, fieldname, said)}


def _in_row(ctx: Context, doc: Document, row: Document, fieldname: str, said: str) -> str:
    table = next(table for table, one in doc.children() if one is row)
    labels = {"table": doc.meta.by_name[table].label or table, "field": row.meta.by_name[fieldname].label or fieldname}
    return ctx._(IN_ROW, number=row["idx"], said=said, **{key: ctx._(label) for key, label in labels.items()})


def _layer(ctx: Context, layer: str) -> dict[str, str]:
    return {"layer": layer, "version": version_of_layer(ctx, layer)}


def version_of_layer(ctx: Context, layer: str) -> str:
    """The version of the product for its own layer, of a pack as it is in force; empty for the site, which has none."""
    if layer == CORE:
        return __version__
    return next((str(row["version"]) for row in ctx.connection.fetch(PACK, {"id": layer})), "")


def _changes(ctx: Context, doc: Document, part: Document, fieldname: str) -> list[dict[str, Any]]:
    """Those of a field of the document, or of `part`, one of its rows."""
    if "Version" not in ctx.definitions:
        return []
    about = {"ref_doctype": doc.doctype, "docname": doc["name"]}
    rows = ctx.store.list(
        "Version", fields=("owner", "creation", "data"), filters=about, order_by="creation desc", limit=500
    )
    of_row = "" if part is doc else str(part["name"])
    found = (change for row in rows for change in _of_version(ctx, row, of_row, fieldname))
    return [change for change, _ in zip(found, range(MOST_CHANGES), strict=False)]


def _of_version(ctx: Context, row: Mapping[str, Any], of_row: str, fieldname: str) -> Iterator[dict[str, Any]]:
    data = orjson.loads(row["data"] or "{}")
    found = _of_row(data, of_row) if of_row else (data.get("changed") or (), dict(data.get("set_by") or ()))
    changes, origins = found
    for name, before, after in changes:
        if name == fieldname:
            time = plain(row["creation"], ctx.runtime.zone)
            origin = origins.get(name)
            if origin is not None and not origin["version"]:
                origin = {**origin, "version": version_of_layer(ctx, origin["pack"])}
            yield {"before": before, "after": after, "user": row["owner"], "time": time, "set_by": origin}


def _of_row(data: Mapping[str, Any], row: str) -> tuple[list[list[Any]], dict[str, Any]]:
    """What a Version says of a row: its changes (each field, where it was added), and the origins of its fields."""
    changes = [one for _, _, name, changed in data.get("row_changed") or () if name == row for one in changed]
    added = (values for _, values in data.get("added") or () if values.get("name") == row)
    changes += [[name, None, value] for values in added for name, value in values.items() if value not in (None, "", 0)]
    return changes, {name: origin for _, of, name, origin in data.get("set_in_rows_by") or () if of == row}
