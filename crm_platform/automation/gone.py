"""A deleted document as its Deleted Document keeps it: what the rules about deletions work with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.coerce import Refused, coerce
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError
from crm_platform.metadata.model import Field


def deleted_document(ctx: Context, doctype: str, name: str) -> Document:
    """The newest copy of a deleted document. Raises DoesNotExistError when none was kept."""
    where = all_of(Compare(("deleted_doctype",), "=", doctype), Compare(("deleted_name",), "=", name))
    newest = (Order(("creation",), descending=True),)
    columns = (Column(("data",), "data"),)
    rows = ctx.connection.select(Query(ctx.definitions["Deleted Document"], columns, where, order_by=newest, limit=1))
    meta = ctx.definitions.get(doctype)
    if not rows or meta is None:
        raise DoesNotExistError("{doctype} {name} was deleted and no copy kept.", doctype=doctype, name=name)
    doc = Document(meta, ctx.definitions, {"name": name})
    _fill(ctx, doc, orjson.loads(rows[0]["data"]))
    return doc


def _fill(ctx: Context, doc: Document, values: Mapping[str, Any]) -> None:
    for field in doc.meta.data_fields:
        doc[field.fieldname] = _value(ctx, field, values.get(field.fieldname))
    for table in doc.meta.table_fields:
        for row in values.get(table.fieldname) or ():
            _fill(ctx, doc.append(table.fieldname), row)


def _value(ctx: Context, field: Field, value: Any) -> Any:
    """A value of the copy; one that its field no longer takes is left out."""
    try:
        return coerce(value, field, ctx.runtime.zone)
    except Refused:
        return None
