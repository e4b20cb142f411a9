"""Stored values follow their field: encrypted when it becomes secret, opened when it no longer is, and new keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import Compare
from crm_platform.database.interface import Row
from crm_platform.database.query import Column, Order, Query
from crm_platform.database.seals import place_of
from crm_platform.database.system import BLIND_INDEX
from crm_platform.metadata.masking import Masked, plain_of
from crm_platform.metadata.model import Definitions, DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

PAGE = 500


def follow(ctx: Context, old: Definitions) -> None:
    """After a change of the model from `old` to that of `ctx`, in its transaction: no value is ever stored in clear in
    a secret field, nor sealed in another."""
    for name, meta in ctx.definitions.items():
        before = old.get(name)
        if before is None or before is meta or before.is_virtual:
            continue
        changed = [field for field in meta.data_fields if _differs(before.field(field.fieldname), field)]
        if changed:
            rewrite(ctx, before, meta, changed)


def _differs(before: Field | None, after: Field) -> bool:
    if before is None or not before.has_column:
        return False
    return (before.is_encrypted, before.exact_search) != (after.is_encrypted, after.exact_search)


def rewrite(ctx: Context, before: DocType, after: DocType, fields: Sequence[Field]) -> int:
    """Read the fields of all documents as `before` stores them and write them as `after` does; returns how many.

    A value that no key opens stays as it is.
    """
    count = 0
    for field in fields:
        ctx.connection.remove(BLIND_INDEX, {"doctype": after.name, "fieldname": field.fieldname})
    for row in _rows(ctx, before, fields):
        plain = {f.fieldname: _plain(ctx, before.name, f, row) for f in fields if _opens(row[f.fieldname])}
        if plain:
            ctx.connection.update_row(after, row["name"], plain)
            _index(ctx, after, fields, {"name": row["name"], **plain})
            count += 1
    return count


def _opens(value: object) -> bool:
    return value not in (None, "") and not (isinstance(value, Masked) and value.stored)


def _plain(ctx: Context, doctype: str, field: Field, row: Row) -> Any:
    """The value; also of a row that was written by the new definition already."""
    value = plain_of(row[field.fieldname])
    return ctx.connection.seals.open(place_of(doctype, field.fieldname), value) if isinstance(value, str) else value


def _rows(ctx: Context, meta: DocType, fields: Sequence[Field]) -> Iterator[Row]:
    columns = tuple(Column((name,), name) for name in ("name", *(field.fieldname for field in fields)))
    last = ""
    while True:
        where = Compare(("name",), ">", last)
        page = ctx.connection.select(Query(meta, columns, where, order_by=(Order(("name",)),), limit=PAGE))
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]["name"]


def _index(ctx: Context, meta: DocType, fields: Sequence[Field], row: Row) -> None:
    for field in fields:
        value = row.get(field.fieldname)
        if field.exact_search and value:
            digest = ctx.connection.seals.digests(place_of(meta.name, field.fieldname), str(value))[0]
            key = {"doctype": meta.name, "fieldname": field.fieldname, "name": row["name"]}
            ctx.connection.put(BLIND_INDEX, {**key, "digest": digest})
