"""What only one pack has brought to a site: tables, columns, records and what belongs to its documents.

Two packs may have brought the same; it goes with the last of them. A pack that is disabled counts as well, since its
data wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

import orjson

from crm_platform.database.conditions import Compare
from crm_platform.database.interface import Connection, Step
from crm_platform.database.query import Column, Query
from crm_platform.database.system import BLIND_INDEX, DEFINITION, DELIVERED, ORIGIN, SECRET, SERIES
from crm_platform.documents import mirror
from crm_platform.documents.context import Context
from crm_platform.documents.copies import NOT_HINDERING
from crm_platform.metadata.layers import SITE, Layer
from crm_platform.metadata.merge import merge
from crm_platform.metadata.model import Definitions, DocType
from crm_platform.metadata.records import MODEL_KINDS
from crm_platform.search.index import index_of
from crm_platform.sites import objects
from crm_platform.sites.opening import Site
from crm_platform.transfer.duplicates.keys import TABLES as MATCH_TABLES

OWNERS = {"Custom Field": "dt", "Property Setter": "doc_type", "Custom DocPerm": "parent", "Workflow": "document_type"}
"""Kinds of the site's definitions that are about a DocType, and the key that names it."""
BY_DOCTYPE = (SECRET, BLIND_INDEX, ORIGIN, *MATCH_TABLES)
"""Tables of the engine with rows about documents, by their column `doctype`."""


def with_and_without(site: Site, connection: Connection, pack_id: str) -> tuple[Definitions, Definitions]:
    """All that was ever brought to the site, with the pack and without it, whether packs are enabled or not."""
    brought = [_layer(connection, pack) for pack in objects.packs_with_objects(connection)]
    known = {layer.name for layer in brought}
    fixed = [layer for layer in site.source.layers(connection, []) if layer.name not in known]
    others = [layer for layer in brought if layer.name != pack_id]
    return merge([*fixed, *brought]).definitions, merge([*fixed, *others]).definitions


def _layer(connection: Connection, pack_id: str) -> Layer:
    brought = objects.brought_by(connection, pack_id, ever=True)
    return Layer(pack_id, tuple(one for one in brought if one.kind in MODEL_KINDS))


def steps_to_drop(site: Site, connection: Connection, pack_id: str) -> list[Step]:
    """The steps that drop its tables and columns."""
    everything, kept = with_and_without(site, connection, pack_id)
    return site.runtime.database.plan_drop(connection, kept, everything)


def drop(site: Site, ctx: Context, pack_id: str) -> list[objects.Key]:
    """Take the data of a pack that is disabled away; answers the records that went beside its documents."""
    everything, kept = with_and_without(site, ctx.connection, pack_id)
    gone = [doctype for name, doctype in everything.items() if name not in kept]
    for doctype in gone:
        _forget_documents(ctx, doctype)
    _forget_series(ctx.connection, gone, kept)
    _forget_columns(ctx.connection, everything, kept)
    steps = site.runtime.database.plan_drop(ctx.connection, kept, everything)
    site.runtime.database.apply(ctx.connection, steps)
    records = list(_records_to_go(ctx.connection, pack_id))
    objects.forget_objects(ctx.connection, pack_id)
    _forget_definitions(ctx, everything, kept)
    return [key for key in records if _is_removed(ctx, key)]


def beside_documents(definitions: Definitions) -> Iterator[tuple[DocType, str]]:
    """The DocTypes whose documents belong to others (comments, versions, files, shares…), each with the field that
    names the DocType of those others."""
    for name in sorted(NOT_HINDERING):
        meta = definitions.get(name)
        for field in meta.link_fields if meta is not None else ():
            if meta is not None and field.options == "DocType" and not meta.issingle:
                yield meta, field.fieldname


def names_beside(ctx: Context, meta: DocType, fieldname: str, doctypes: Set[str]) -> frozenset[str]:
    """The names of those that belong to documents of these DocTypes."""
    where = Compare((fieldname,), "in", tuple(sorted(doctypes)))
    rows = ctx.connection.select(Query(meta, (Column(("name",), "name"),), where)) if doctypes else ()
    return frozenset(str(row["name"]) for row in rows)


def _forget_documents(ctx: Context, doctype: DocType) -> None:
    """What belongs to documents of a DocType that goes, and what the engine has noted about them."""
    for meta, fieldname in beside_documents(ctx.definitions):
        for field in meta.table_fields:
            for name in names_beside(ctx, meta, fieldname, {doctype.name}):
                ctx.connection.delete_rows(ctx.definitions[field.options], {"parent": name, "parenttype": meta.name})
        ctx.connection.delete_rows(meta, {fieldname: doctype.name})
    for table in BY_DOCTYPE:
        ctx.connection.remove(table, {"doctype": doctype.name})
    index_of(ctx.connection).forget(doctype.name)


def _forget_columns(connection: Connection, everything: Definitions, kept: Definitions) -> None:
    for name, doctype in everything.items():
        for column in doctype.columns if name in kept else ():
            if column not in kept[name].columns:
                for table in (SECRET, BLIND_INDEX):
                    connection.remove(table, {"doctype": name, "fieldname": column})


def _forget_series(connection: Connection, gone: Iterable[DocType], kept: Definitions) -> None:
    """The counters of its series, unless another DocType counts with them."""
    others = {head for doctype in kept.values() for head in _heads(doctype)}
    heads = {head for doctype in gone for head in _heads(doctype)}
    for row in connection.fetch(SERIES):
        is_ours = any(row["name"].startswith(head) for head in heads)
        if is_ours and not any(row["name"].startswith(head) for head in others):
            connection.remove(SERIES, {"name": row["name"]})


def _heads(doctype: DocType) -> Iterator[str]:
    """What the names of a DocType's series begin with."""
    series = doctype.field("naming_series")
    rules = [doctype.autoname, *(series.choices if series else ())]
    for rule in rules:
        head = rule.rpartition(":")[2].partition(".")[0].partition("#")[0].partition("{")[0].strip()
        if head and ("." in rule or "#" in rule):
            yield head


def _records_to_go(connection: Connection, pack_id: str) -> Iterator[objects.Key]:
    others = [one for one in objects.packs_with_objects(connection) if one != pack_id]
    kept = {key for other in others for key in objects.records_of(connection, other)}
    yield from (key for key in objects.records_of(connection, pack_id) if key not in kept)


def _is_removed(ctx: Context, key: objects.Key) -> bool:
    """Remove a record that stayed when the pack was disabled, as the site uses or has changed it."""
    kind, name = key
    meta = ctx.definitions.get(kind)
    delivered = ctx.connection.fetch(DELIVERED, {"kind": kind, "name": name})
    if meta is None or delivered or not ctx.connection.existing(meta, [name]):
        return False
    if kind == "Role":
        ctx.connection.delete_rows(ctx.definitions["Has Role"], {"role": name})
    mirror.hide(ctx, meta, name)
    return True


def _forget_definitions(ctx: Context, everything: Definitions, kept: Definitions) -> None:
    """What the site itself has defined about DocTypes and fields that go."""
    for row in ctx.connection.fetch(DEFINITION, {"layer": SITE}):
        if _is_about_nothing(row["kind"], orjson.loads(row["body"]), everything, kept):
            ctx.connection.remove(DEFINITION, {"kind": row["kind"], "name": row["name"], "layer": SITE})
            mirror.hide(ctx, ctx.definitions[row["kind"]], row["name"])


def _is_about_nothing(kind: str, body: Mapping[str, Any], everything: Definitions, kept: Definitions) -> bool:
    """Whether a definition is about a DocType that goes, or sets a property of a field that does."""
    about = str(body.get(OWNERS.get(kind, "")))
    if about not in everything:
        return False
    if about not in kept:
        return True
    fieldname = body.get("field_name") if kind == "Property Setter" else None
    return fieldname in everything[about].by_name and fieldname not in kept[about].by_name
