"""Where a value comes from: which hook or rule set it in a save, and what the definition says how a field is filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.documents.document import Document
from crm_platform.documents.wire import plain
from crm_platform.metadata.model import Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

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
    """What is set on `doc` from now on is set by `origin`; returns who did before."""
    before: Origin | None = doc._origin
    object.__setattr__(doc, "_origin", origin)
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
    found = doc._origins
    return [[name, asdict(found[name])] for name in fieldnames if name in found]


def explain_value(ctx: Context, doc: Document, field: Field) -> dict[str, Any]:
    """The value of a readable field, how its definition fills it, and who or what changed it when.

    Changes come from the Versions of the document: of a DocType that does not track changes there are none.
    """
    return {
        "value": plain(doc[field.fieldname], ctx.runtime.zone),
        "filled_by": list(_fillings(ctx, doc, field)),
        "changes": _changes(ctx, doc, field.fieldname),
        "created": {"user": doc["owner"], "time": plain(doc["creation"], ctx.runtime.zone)},
    }


def _fillings(ctx: Context, doc: Document, field: Field) -> Iterator[dict[str, Any]]:
    """What the definition says, each with the layer that says so."""
    properties: Mapping[str, Any] = field.properties
    for name in ("formula", "rollup", "fetch_from", "default"):
        if properties.get(name) not in (None, ""):
            layer = doc.meta.layer_of(name, field.fieldname)
            yield {"property": name, "says": properties[name], "layer": layer}
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is None:
        return
    if workflow.state_field == field.fieldname:
        yield {"property": "workflow", "says": workflow.name, "layer": workflow.layer}
    for state in workflow.states:
        if state.update_field == field.fieldname:
            says = f"{state.state}: {state.update_value}"
            yield {"property": "update_field", "says": says, "layer": workflow.layer}


def _changes(ctx: Context, doc: Document, fieldname: str) -> list[dict[str, Any]]:
    if "Version" not in ctx.definitions:
        return []
    about = {"ref_doctype": doc.doctype, "docname": doc["name"]}
    rows = ctx.store.list(
        "Version", fields=("owner", "creation", "data"), filters=about, order_by="creation desc", limit=500
    )
    found = (change for row in rows for change in _of_version(ctx, row, fieldname))
    return [change for change, _ in zip(found, range(MOST_CHANGES), strict=False)]


def _of_version(ctx: Context, row: Mapping[str, Any], fieldname: str) -> Iterator[dict[str, Any]]:
    data = orjson.loads(row["data"] or "{}")
    origins = dict(data.get("set_by") or ())
    for name, before, after in data.get("changed") or ():
        if name == fieldname:
            time = plain(row["creation"], ctx.runtime.zone)
            yield {"before": before, "after": after, "user": row["owner"], "time": time, "set_by": origins.get(name)}
