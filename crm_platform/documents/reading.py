"""Reading: one document, lists and counts, under the row filter and field levels of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import EVERYTHING, Compare, Condition, all_of
from crm_platform.database.query import Column, Periods, Query
from crm_platform.documents import companions, keyset
from crm_platform.documents.columns import parse_fields, parse_group, parse_order
from crm_platform.documents.document import Document
from crm_platform.documents.filters import parse_filters, parse_or_filters
from crm_platform.documents.paths import Paths, ways_of
from crm_platform.documents.prepare import unstored
from crm_platform.documents.sorting import sorted_by_keys
from crm_platform.errors import DataError, DoesNotExistError, PermissionError, ValidationError
from crm_platform.metadata.model import DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

LIST_LIMIT = 100_000
"""No list answers with more rows; exports stream in pages."""


@dataclass(frozen=True)
class ListRequest:
    """A list as Frappe's get_list asks for it; every part is checked against the model."""

    fields: Sequence[Any] = ("name",)
    filters: Any = None
    or_filters: Any = None
    order_by: str | None = None
    group_by: str | None = None
    limit: int | None = 20
    offset: int = 0
    distinct: bool = False
    parent: str | None = None
    period_of: str = ""
    bounds: Sequence[date | datetime] = ()
    """Groups by the span of time between two neighbouring `bounds` (ascending) that the field `period_of` lies in."""


def definition(ctx: Context, doctype: str) -> DocType:
    """The DocType with stored documents. Raises DoesNotExistError, ValidationError for a virtual one."""
    meta = ctx.definitions.get(doctype)
    if meta is None:
        raise DoesNotExistError("DocType {doctype} not found", doctype=doctype)
    if meta.is_virtual:
        raise ValidationError(
            "{doctype} is virtual: its documents come from code that is not installed here.", doctype=doctype
        )
    return meta


def not_found(meta: DocType, name: str) -> DoesNotExistError:
    return DoesNotExistError("{doctype} {name} not found", doctype=meta.name, name=name)


def no_right(meta: DocType, action: str = "read") -> PermissionError:
    return PermissionError("No permission for {doctype} ({action})", doctype=meta.name, action=action)


def load(ctx: Context, meta: DocType, name: str, *, for_update: bool = False) -> Document | None:
    """The stored document with its rows, frozen, whatever the caller's rights; None when there is none.

    A Single is read once until this transaction changes something: settings are asked for by every document.
    """
    if not meta.issingle or for_update:
        return _load(ctx, meta, name, for_update=for_update)
    unchanged, key = ctx.connection.unchanged, ("single", meta, name)
    if key not in unchanged:
        unchanged[key] = _load(ctx, meta, name)
    found: Document | None = unchanged[key]
    return found


def _load(ctx: Context, meta: DocType, name: str, *, for_update: bool = False) -> Document | None:
    row = ctx.connection.get_row(meta, name, for_update=for_update)
    if row is None:
        return None
    doc = Document.of_row(meta, ctx.definitions, row)
    children = {table.options for table in meta.table_fields}
    for child in children:
        child_meta = ctx.definitions[child]
        for values in ctx.connection.get_children(child_meta, meta.name, [name]):
            table = meta.field(values["parentfield"])
            if table is not None and table.is_table:
                doc._values[table.fieldname].append(Document.of_row(child_meta, ctx.definitions, values))
    return doc.freeze()


def get(ctx: Context, doctype: str, name: str, *, for_update: bool = False) -> Document:
    """The stored document, open for change. Missing and unreadable look alike; no right at all is a 403."""
    meta = definition(ctx, doctype)
    if not (ctx.policy.allows(meta, "read") or companions.readable_kind(ctx, meta)):
        raise no_right(meta)
    stored = load(ctx, meta, name, for_update=for_update)
    if stored is None and meta.issingle and name == doctype:
        return unstored(ctx, meta)
    if stored is None or not (ctx.policy.allows(meta, "read", stored) or companions.readable(ctx, stored)):
        raise not_found(meta, name)
    doc = stored.edit()
    if doctype == "Version":
        doc["data"] = companions.visible_changes(ctx, str(doc["ref_doctype"]), doc["data"] or "{}")
    return doc


def list_rows(ctx: Context, doctype: str, request: ListRequest) -> list[dict[str, Any]]:
    """Rows keyed by alias with Python values."""
    meta = definition(ctx, doctype)
    if meta.istable:
        return _child_rows(ctx, meta, request)
    return rows(ctx, meta, request, _rights(ctx, meta, request.filters))


def rows(ctx: Context, meta: DocType, request: ListRequest, rights: Condition) -> list[dict[str, Any]]:
    """Rows of the documents in `rights`, whatever else the caller may read: who asks has looked at that."""
    return _selected(ctx, _query(ctx, Paths(ctx, meta), request, rights))


def _selected(ctx: Context, query: Query) -> list[dict[str, Any]]:
    """The rows of a query, as the caller may see them."""
    changes = [column for column in query.columns if companions.changes_column(query.doctype, column)]
    if not changes:
        return ctx.connection.select(query)
    kind = Column(("ref_doctype",), companions.KIND_OF_VERSION)
    rows = ctx.connection.select(replace(query, columns=(*query.columns, kind)))
    return companions.without_hidden_changes(ctx, changes, rows)


def page(ctx: Context, doctype: str, request: ListRequest, cursor: str) -> tuple[list[dict[str, Any]], str | None]:
    """A page after `cursor` (keyset.START: the first one), and the cursor of the next; None when there is none."""
    meta = definition(ctx, doctype)
    if meta.istable:
        raise DataError("{doctype} is not read by cursor.", doctype=doctype)
    asked = _query(ctx, Paths(ctx, meta), request, _rights(ctx, meta, request.filters))
    query = keyset.sorted_wholly(asked)
    rows = _selected(ctx, keyset.after(query, cursor))
    return rows, keyset.next_cursor(query, rows)


def _rights(ctx: Context, meta: DocType, filters: Any) -> Condition:
    """The documents that the caller may list. Raises PermissionError when there is no right at all."""
    through = companions.rights_for_list(ctx, meta, filters)
    if through is not None:
        return through
    if not ctx.policy.allows(meta, "read"):
        raise no_right(meta)
    return ctx.policy.rows(meta, "read")


def _limit(request: ListRequest) -> int:
    if request.limit is not None and request.limit < 0 or request.offset < 0:
        raise DataError("limit and limit_start cannot be negative.")
    return min(request.limit or LIST_LIMIT, LIST_LIMIT)


def _query(ctx: Context, paths: Paths, request: ListRequest, rights: Condition) -> Query:
    columns = parse_fields(paths, request.fields)
    if request.distinct:
        paths.refuse_masked(column.path for column in columns)
    orders = parse_order(paths, request.order_by, columns)
    groups = parse_group(paths, request.group_by)
    if not (groups or request.distinct or request.period_of or any(column.aggregate for column in columns)):
        orders = sorted_by_keys(paths, orders)
    periods, within = _periods(paths, request)
    where = all_of(
        parse_filters(ctx, paths, request.filters),
        parse_or_filters(ctx, paths, request.or_filters),
        within,
    )
    return Query(
        paths.meta,
        columns,
        where,
        rights=rights,
        joins={**ways_of(ctx.definitions, paths.meta, rights), **paths.joins},
        group_by=groups,
        order_by=orders,
        limit=_limit(request),
        offset=request.offset,
        distinct=request.distinct,
        periods=periods,
    )


def _periods(paths: Paths, request: ListRequest) -> tuple[Periods | None, Condition]:
    """The spans of time to group by, and the condition that a row lies in one of them."""
    if not request.period_of:
        return None, EVERYTHING
    path = paths.resolve(request.period_of)
    first, *starts, end = request.bounds
    return Periods(path, tuple(starts)), all_of(Compare(path, ">=", first), Compare(path, "<", end))


def _child_rows(ctx: Context, meta: DocType, request: ListRequest) -> list[dict[str, Any]]:
    """Rows of a child DocType are read through the parent DocType that the caller names (Frappe's `parent`)."""
    parent = ctx.definitions.get(request.parent or "")
    if parent is None or not any(table.options == meta.name for table in parent.table_fields):
        raise no_right(meta)
    if not ctx.policy.allows(parent, "read"):
        raise no_right(parent)
    readable = ctx.policy.rows(parent, "read")
    own: Condition = Compare(("parenttype",), "=", parent.name)
    if readable != EVERYTHING:
        joins = ways_of(ctx.definitions, parent, readable)
        names = ctx.connection.select(Query(parent, rights=readable, joins=joins))
        own = all_of(own, Compare(("parent",), "in", tuple(row["name"] for row in names)))
    levels = ctx.policy.levels(parent, "read")
    hidden = {t.fieldname for t in parent.table_fields if t.permlevel and t.permlevel not in levels}
    if hidden:
        own = all_of(own, Compare(("parentfield",), "not in", tuple(sorted(hidden))))
    paths = Paths(ctx, meta, rights_of=parent)
    return ctx.connection.select(_query(ctx, paths, request, own))


def count(ctx: Context, doctype: str, filters: Any, or_filters: Any, cap: int | None) -> int:
    """Number of readable documents that pass the filters."""
    meta = definition(ctx, doctype)
    if meta.istable:
        raise no_right(meta)
    rights = _rights(ctx, meta, filters)
    paths = Paths(ctx, meta)
    where = all_of(parse_filters(ctx, paths, filters), parse_or_filters(ctx, paths, or_filters))
    joins = {**ways_of(ctx.definitions, meta, rights), **paths.joins}
    return ctx.connection.count(Query(meta, where=where, rights=rights, joins=joins), cap)
