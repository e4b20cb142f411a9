"""Records that the product and its packs deliver: what the site has made of them, and the way back to as delivered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform.access.privilege import require_manager
from crm_platform.documents import mirror
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.reading import definition, load
from crm_platform.documents.wire import to_wire
from crm_platform.errors import DoesNotExistError
from crm_platform.metadata.layers import CORE
from crm_platform.metadata.model import DocType, Field
from crm_platform.metadata.records import MODEL_KINDS, Definition
from crm_platform.sites.opening import Site

Row = dict[str, Any]


@dataclass(frozen=True)
class DeliveredRecords:
    """What a System Manager may ask about delivered records of a site."""

    site: Site

    def every(self, ctx: Context, doctype: str) -> list[Row]:
        """The delivered records of a DocType: the layer of each, and whether the site has changed or removed it."""
        require_manager(ctx, doctype)
        meta = definition(ctx, doctype)
        return [self._told(ctx, meta, layer, one) for layer, one in self._of(ctx, doctype).values()]

    def reset(self, ctx: Context, doctype: str, name: str) -> Row:
        """Save the record as it was delivered, or make it again when it is gone; a version keeps what it was.

        Raises PermissionError, DoesNotExistError for a record that nobody delivers, and whatever a save raises.
        """
        require_manager(ctx, doctype)
        meta = definition(ctx, doctype)
        found = self._of(ctx, doctype).get(name)
        if found is None:
            raise DoesNotExistError("{doctype} {name} is not delivered by any pack.", doctype=doctype, name=name)
        values = _content(ctx, meta, mirror.document_of(ctx, found[1]))
        if load(ctx, meta, name) is None:
            return to_wire(ctx, ctx.store.insert(ctx.store.new(doctype, {**values, "name": name})))
        open_fields = {field.fieldname: None for field in meta.fields if field.has_column and not field.read_only}
        return to_wire(ctx, ctx.store.update(doctype, name, {**open_fields, **values}))

    def _told(self, ctx: Context, meta: DocType, layer: str, one: Definition) -> Row:
        stored = load(ctx, meta, one.name)
        wanted = _says(ctx, meta, mirror.document_of(ctx, one))
        state = {"removed": stored is None, "changed": stored is not None and _says(ctx, meta, stored) != wanted}
        return {"name": one.name, "layer": layer, **state}

    def _of(self, ctx: Context, doctype: str) -> Mapping[str, tuple[str, Definition]]:
        """Layer and definition of each record; of several layers the first one says what is in it."""
        found: dict[str, tuple[str, Definition]] = {}
        for layer, one in self._definitions(ctx):
            if one.kind == doctype and doctype not in MODEL_KINDS:
                found.setdefault(one.name, (layer, one))
        return found

    def _definitions(self, ctx: Context) -> Iterator[tuple[str, Definition]]:
        source = self.site.source
        yield from ((CORE, one) for one in source.core.definitions)
        for pack in source.enabled(ctx.connection):
            yield from ((pack.manifest.id, one) for one in source.in_force(ctx.connection, pack).definitions)


def _content(ctx: Context, meta: DocType, doc: Document | None) -> Row:
    """What people write in a record; counters and marks that the engine keeps in it are no change of anybody."""
    body = mirror.body_of(ctx, doc) if doc is not None else {}
    tables = {table.fieldname: ctx.definitions[table.options] for table in meta.table_fields}
    return {
        name: [_open_values(tables[name], row) for row in value] if name in tables else value
        for name, value in _open_values(meta, body).items()
    }


def _open_values(meta: DocType, body: Mapping[str, Any]) -> Row:
    return {one.fieldname: body[one.fieldname] for one in meta.fields if not one.read_only and one.fieldname in body}


def _says(ctx: Context, meta: DocType, doc: Document | None) -> Row:
    """The content without what says nothing: an empty value, and the choice that a form begins with."""
    content = _content(ctx, meta, doc)
    tables = {table.fieldname: ctx.definitions[table.options] for table in meta.table_fields}
    rows = {name: [_said(child, row) for row in content.get(name, ())] for name, child in tables.items()}
    return {**_said(meta, content), **rows}


def _said(meta: DocType, values: Mapping[str, Any]) -> Row:
    return {name: value for name, value in values.items() if value and value != _first(meta.by_name[name])}


def _first(field: Field) -> str:
    return field.options.split("\n")[0] if field.fieldtype == "Select" else ""
