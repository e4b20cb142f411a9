"""Records that the product and its packs deliver, as the site has made them its own, and the way back to as delivered."""

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
from crm_platform.metadata.model import DocType
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
        wanted = _content(ctx, meta, mirror.document_of(ctx, one))
        state = {"removed": stored is None, "changed": stored is not None and _content(ctx, meta, stored) != wanted}
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
    return {
        field.fieldname: _rows(ctx, field.options, body[field.fieldname]) if field.is_table else body[field.fieldname]
        for field in meta.fields
        if not field.read_only and body.get(field.fieldname) not in (None, "", [])
    }


def _rows(ctx: Context, doctype: str, rows: list[Row]) -> list[Row]:
    open_fields = [field.fieldname for field in ctx.definitions[doctype].fields if not field.read_only]
    return [{name: row[name] for name in open_fields if row.get(name) not in (None, "")} for row in rows]
