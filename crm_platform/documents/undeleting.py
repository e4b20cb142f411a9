"""Bringing a deleted document back from its copy: its name, rows, times and, of what administrators make, all the
rest that belonged to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Order, Query
from crm_platform.database.seals import BrokenSealError, place_of
from crm_platform.documents import copies, mirror
from crm_platform.documents.copies import COPY
from crm_platform.documents.document import Document
from crm_platform.documents.reading import definition, not_found
from crm_platform.documents.saving import deny, put_back
from crm_platform.errors import DoesNotExistError, DuplicateEntryError, ValidationError
from crm_platform.metadata.masking import Masked
from crm_platform.metadata.model import DocType
from crm_platform.metadata.records import Definition

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Values = Mapping[str, Any]

UNDONE_WITHIN = timedelta(hours=1)
"""How long somebody takes back an own deletion; later an administrator does."""


def newest_copy(ctx: Context, doctype: str, name: str) -> str | None:
    """The copy of the document that was deleted last under this name and not brought back."""
    where = all_of(Compare(("deleted_doctype",), "=", doctype), Compare(("deleted_name",), "=", name))
    newest_first = (Order(("creation",), descending=True), Order(("name",), descending=True))
    columns = (Column(("name",), "name"), Column(("restored",), "restored"))
    rows = ctx.connection.select(Query(ctx.definitions[COPY], columns, where, order_by=newest_first))
    return next((str(row["name"]) for row in rows if not row["restored"]), None)


def undelete(ctx: Context, copy: str) -> Document:
    """Bring the document of the copy back, checked as any new one.

    Raises DoesNotExistError, PermissionError for who may not create such documents, ValidationError when it is back
    already, DuplicateEntryError when another one has its name, and whatever an insert raises.
    """
    return _bring_back(ctx, ctx.store.get(COPY, copy, for_update=True))


def undo_own(ctx: Context, doctype: str, name: str) -> Document:
    """Bring back what the caller deleted within the last hour, without the right to read copies.

    Raises DoesNotExistError when there is no such copy, and what `undelete` raises.
    """
    copy = newest_copy(ctx, doctype, name)
    kept = ctx.as_system().store.get(COPY, copy, for_update=True) if copy else None
    if kept is None or kept["owner"] != ctx.user or ctx.now() - kept["creation"] > UNDONE_WITHIN:
        raise DoesNotExistError("You have not deleted {doctype} {name} in the last hour.", doctype=doctype, name=name)
    return _bring_back(ctx, kept)


def _bring_back(ctx: Context, kept: Document) -> Document:
    copy = str(kept["name"])
    doctype, name = str(kept["deleted_doctype"]), str(kept["deleted_name"])
    if kept["restored"]:
        raise ValidationError("{doctype} {name} was brought back already.", doctype=doctype, name=name)
    meta = definition(ctx, doctype)
    if not ctx.policy.allows(meta, "create"):
        raise deny(meta, "create")
    if ctx.connection.existing(meta, [name]):
        raise DuplicateEntryError("There is another {doctype} {name} now.", doctype=doctype, name=name)
    values = orjson.loads(kept["data"] or "{}")
    doc = _document(ctx, meta, name, values)
    put_back(ctx.as_system(), doc, name)
    _stamp(ctx, meta, name, values)
    copies.hand_over(ctx, (COPY, copy), (doctype, name))
    ctx.connection.update_row(kept.meta, copy, {"restored": 1, "new_name": name})
    return ctx.store.get(doctype, name)


def _document(ctx: Context, meta: DocType, name: str, values: Values) -> Document:
    """Fields that are no more are left out, as are values that fit no more."""
    doc = mirror.document_of(ctx, Definition(meta.name, name, _opened(ctx, meta, values)))
    if doc is None:
        raise not_found(meta, name)
    for table in meta.table_fields:
        for row, kept in zip(doc[table.fieldname], values.get(table.fieldname) or (), strict=False):
            row["name"] = kept["name"]
    return doc


def _opened(ctx: Context, meta: DocType, values: Values) -> dict[str, Any]:
    """The values with those that the copy keeps sealed; what no key opens stays sealed."""
    children = {table.fieldname: ctx.definitions[table.options] for table in meta.table_fields}
    rows = {name: [_opened(ctx, child, row) for row in values.get(name) or ()] for name, child in children.items()}
    return {**values, **dict(_opened_values(ctx, meta, values)), **rows}


def _opened_values(ctx: Context, meta: DocType, values: Values) -> Iterator[tuple[str, Any]]:
    for one in meta.masked_fields:
        sealed = values.get(one.fieldname)
        if not sealed:
            continue
        try:
            yield one.fieldname, ctx.connection.seals.open(place_of(meta.name, one.fieldname), str(sealed))
        except BrokenSealError:
            yield one.fieldname, Masked(one.mask_format, None, str(sealed))


def _stamp(ctx: Context, meta: DocType, name: str, values: Values) -> None:
    """The standard columns are again what they were, so that nobody takes the document for a new one."""
    zone = ctx.runtime.zone
    shown = {column: datetime.fromisoformat(values[column]) for column in ("creation", "modified")}
    times = {column: moment.replace(tzinfo=zone).astimezone(UTC) for column, moment in shown.items()}
    said = {column: values[column] for column in ("owner", "modified_by", "docstatus", "idx")}
    ctx.connection.update_row(meta, name, {**said, **times})
    for child in {table.options for table in meta.table_fields}:
        where = {"parent": name, "parenttype": meta.name}
        ctx.connection.update_rows(ctx.definitions[child], {"docstatus": values["docstatus"]}, where)
