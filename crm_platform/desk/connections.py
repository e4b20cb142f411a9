"""crm.desk.connections: which documents point to one, counted as far as the caller may read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crm_platform.desk.administration import administers
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.metadata.model import DocType, Field

CAP = 99
"""More than these are not counted."""
MOST = 40
"""DocTypes that are looked at: a form shows no more."""


@dataclass(frozen=True, slots=True)
class Way:
    """A DocType and the field by which its documents point here: `field`, or `table.field` of its rows."""

    doctype: DocType
    path: str
    type_path: str = ""
    """For a dynamic link the field that names the DocType it leads to."""
    group: str = ""


def connections(ctx: Context, doctype: str, name: str) -> list[dict[str, Any]]:
    """One entry per way that is open to the caller; Frappe's DocType.links first, then every other Link field.

    `filters` are those of the list behind the entry, `values` what a new document of it starts with.
    Raises DoesNotExistError, PermissionError.
    """
    doc = ctx.store.get(doctype, name)
    return [_entry(ctx, doc, way) for way in islice(_open_ways(ctx, doc.meta), MOST)]


def _open_ways(ctx: Context, target: DocType) -> Iterator[Way]:
    seen = set()
    for way in (*_declared(ctx, target), *_pointing(ctx, target)):
        key = (way.doctype.name, way.path)
        if key not in seen and _is_open(ctx, way):
            seen.add(key)
            yield way


def _declared(ctx: Context, target: DocType) -> Iterator[Way]:
    """The rows of DocType Link: of a child table the parents are meant."""
    for row in target.properties.get("links") or ():
        holder = ctx.definitions.get(str(row.get("parent_doctype") or row.get("link_doctype") or ""))
        if holder is not None and not row.get("hidden"):
            table = f"{row['table_fieldname']}." if row.get("table_fieldname") else ""
            field = _field_at(ctx, holder, table + str(row.get("link_fieldname")))
            if field is not None:
                dynamic = table + field.options if field.fieldtype == "Dynamic Link" else ""
                yield Way(holder, table + field.fieldname, dynamic, str(row.get("group") or ""))


def _pointing(ctx: Context, target: DocType) -> Iterator[Way]:
    for holder, field in ctx.definitions.links_to.get(target.name, ()):
        if field.properties.get("formula"):  # it repeats what another field says
            continue
        if holder.istable:
            for parent, table in ctx.definitions.parents_of.get(holder.name, ()):
                yield Way(parent, f"{table.fieldname}.{field.fieldname}")
        elif holder.custom or not administers(holder):  # what is worth telling of the others stands in the timeline
            yield Way(holder, field.fieldname)


def _field_at(ctx: Context, holder: DocType, path: str) -> Field | None:
    first, _, inner = path.partition(".")
    field = holder.field(first)
    if not inner or field is None or not field.is_table:
        return field if not inner else None
    rows = ctx.definitions.get(field.options)
    return None if rows is None else rows.field(inner)


def _is_open(ctx: Context, way: Way) -> bool:
    """Fields above the caller's level tell nothing, not even by a count."""
    if way.doctype.istable or way.doctype.issingle or way.doctype.is_virtual:
        return False
    if not ctx.policy.allows(way.doctype, "read"):
        return False
    levels = ctx.policy.levels(way.doctype, "read") | {0}
    parts = [way.doctype.field(way.path.partition(".")[0]), _field_at(ctx, way.doctype, way.path)]
    return all(field is not None and field.permlevel in levels for field in parts)


def _entry(ctx: Context, doc: Document, way: Way) -> dict[str, Any]:
    filters = [[way.path, "=", str(doc["name"])]]
    if way.type_path:
        filters.append([way.type_path, "=", doc.meta.name])
    counted = ctx.store.count(way.doctype.name, filters=filters, cap=CAP + 1)
    field = _field_at(ctx, way.doctype, way.path)
    return {
        "doctype": way.doctype.name,
        "label": ctx._(way.doctype.name),
        "field": ctx._(field.label) if field is not None else "",
        "group": ctx._(way.group) if way.group else "",
        "count": min(counted, CAP),
        "more": int(counted > CAP),
        "can_create": int(ctx.policy.allows(way.doctype, "create")),
        "filters": filters,
        "values": _start(doc, way),
    }


def _start(doc: Document, way: Way) -> dict[str, Any]:
    """The link in a new document, or in its first row."""
    table, _, inner = way.path.rpartition(".")
    values = {inner: str(doc["name"])}
    if way.type_path:
        values[way.type_path.rpartition(".")[2]] = doc.meta.name
    return {table: [values]} if table else values
