"""Definitions as documents: the rows of tabDocType, tabWorkflow… that mirror what files define, and bodies back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from crm_platform.documents.coerce import Refused, coerce
from crm_platform.documents.deleting import remove
from crm_platform.documents.document import Document
from crm_platform.documents.saving import write_as_is
from crm_platform.documents.wire import plain
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.model import DocType
from crm_platform.metadata.records import Definition

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

NOT_IN_BODIES = (frozenset(STANDARD_COLUMNS) | frozenset(CHILD_COLUMNS)) - {"name"}


def document_of(ctx: Context, definition: Definition) -> Document | None:
    """The document that shows a definition; None when its kind is no DocType of this site. Never refuses a value."""
    meta = ctx.definitions.get(definition.kind)
    if meta is None:
        return None
    doc = Document(meta, ctx.definitions, {"name": definition.name})
    _fill(ctx, doc, definition.body)
    return doc


def _fill(ctx: Context, doc: Document, body: Mapping[str, Any]) -> None:
    for field in doc.meta.fields:
        value = body.get(field.fieldname)
        if field.is_table and isinstance(value, list):
            for row in value:
                if isinstance(row, Mapping):
                    _fill(ctx, doc.append(field.fieldname), row)
        elif field.has_column:
            doc[field.fieldname] = _lenient(ctx, field, value if value is not None else field.default)


def _lenient(ctx: Context, field: Any, value: Any) -> Any:
    try:
        return coerce(value, field, ctx.runtime.zone)
    except Refused:
        return coerce(None, field, ctx.runtime.zone)


def show(ctx: Context, definitions: Iterable[Definition]) -> None:
    """Write the mirror rows of definitions, replacing those that are there."""
    by_kind: dict[str, list[Document]] = {}
    for definition in definitions:
        doc = document_of(ctx, definition)
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
