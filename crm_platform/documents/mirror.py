"""Definitions as documents: the rows of tabDocType, tabWorkflow… that mirror what files define, and bodies back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm_platform.documents.coerce import Refused, coerce
from crm_platform.documents.deleting import remove
from crm_platform.documents.document import Document, stamp
from crm_platform.documents.saving import write_as_is
from crm_platform.documents.wire import plain
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.model import DocType, Field
from crm_platform.metadata.records import Definition

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

NOT_IN_BODIES = (frozenset(STANDARD_COLUMNS) | frozenset(CHILD_COLUMNS)) - {"name"}


@dataclass(frozen=True)
class _Maker:
    """Makes documents of definitions. What a row holds where a definition says nothing is worked out once per DocType:
    a definition says something about few of a hundred properties."""

    ctx: Context
    _silent: dict[DocType, Mapping[str, Any]] = field(default_factory=dict)

    def document_of(self, definition: Definition) -> Document | None:
        """The document that shows a definition; None when its kind is no DocType of this site. Never refuses a
        value."""
        meta = self.ctx.definitions.get(definition.kind)
        if meta is None:
            return None
        doc = Document(meta, self.ctx.definitions, {"name": definition.name})
        self._fill(doc, definition.body)
        return doc

    def _fill(self, doc: Document, body: Mapping[str, Any]) -> None:
        if doc.meta not in self._silent:
            columns = (f for f in doc.meta.fields if f.has_column)
            self._silent[doc.meta] = {f.fieldname: self._lenient(f, f.default) for f in columns}
        silent = self._silent[doc.meta]
        if doc.meta.masked_fields:
            for fieldname, value in silent.items():
                doc[fieldname] = value
        else:
            stamp(doc, silent)
        for fieldname, value in body.items():
            if fieldname in silent and value is not None:
                doc[fieldname] = self._lenient(doc.meta.by_name[fieldname], value)
        for table in doc.meta.table_fields:
            rows = body.get(table.fieldname)
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, Mapping):
                    self._fill(doc.append(table.fieldname), row)

    def _lenient(self, field: Field, value: Any) -> Any:
        try:
            return coerce(value, field, self.ctx.runtime.zone)
        except Refused:
            return coerce(None, field, self.ctx.runtime.zone)


def document_of(ctx: Context, definition: Definition) -> Document | None:
    """The document that shows one definition; None when its kind is no DocType of this site."""
    return _Maker(ctx).document_of(definition)


def show(ctx: Context, definitions: Iterable[Definition]) -> None:
    """Write the mirror rows of definitions, replacing those that are there."""
    by_kind: dict[str, list[Document]] = {}
    maker = _Maker(ctx)
    for definition in definitions:
        doc = maker.document_of(definition)
        if doc is not None:
            by_kind.setdefault(definition.kind, []).append(doc)
    for kind, docs in by_kind.items():
        meta = ctx.definitions[kind]
        for name in ctx.connection.existing(meta, [doc["name"] for doc in docs]):
            hide(ctx, meta, name)
        write_as_is(ctx, docs)


def hide(ctx: Context, meta: DocType, name: str) -> None:
    """Remove the mirror row of one definition."""
    remove(ctx, meta, name)


def body_of(ctx: Context, doc: Document) -> dict[str, Any]:
    """The JSON body of a definition that was saved as a document: its fields, its rows, and keys we do not know."""
    body: dict[str, Any] = {"doctype": doc.doctype, "name": doc["name"]}
    body |= _values(ctx, doc)
    for table in doc.meta.table_fields:
        body[table.fieldname] = [_values(ctx, row) for row in doc[table.fieldname]]
    return body


def _values(ctx: Context, doc: Document) -> dict[str, Any]:
    known = {
        column: plain(doc[column], ctx.runtime.zone)
        for column in doc.meta.columns
        if column not in NOT_IN_BODIES and column != "name" and doc[column] is not None
    }
    if doc.meta.field("parent") is not None and doc["parent"]:
        known["parent"] = doc["parent"]
    return {**doc.extra, **known}
