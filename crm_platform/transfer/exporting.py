"""The export of a list as rows that an import reads again: documents with child rows, under the caller's rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crm_platform.database.conditions import Condition
from crm_platform.documents.document import Document
from crm_platform.documents.policy import AccessPolicy
from crm_platform.documents.reading import definition
from crm_platform.errors import DataError, FieldError, PermissionError
from crm_platform.metadata.model import DocType, Field
from crm_platform.transfer.report import Progress, unwatched

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

PAGE = 1000
"""Documents that are in memory at a time."""

EVERYTHING = "*"


@dataclass(frozen=True)
class ExportRequest:
    """What to export. Without `fields` all that an import may set; "*" is every readable field, `table.field` one of
    the rows, `link.field` one of a linked document. Filters are those of a list."""

    doctype: str
    fields: Sequence[str] = ()
    filters: Any = None


@dataclass(frozen=True)
class ExportRights:
    """The caller's policy, with the right to export in place of the right to read documents of one DocType."""

    inner: AccessPolicy
    doctype: DocType

    def allows(self, doctype: DocType, action: str, document: Document | None = None) -> bool:
        return self.inner.allows(doctype, action, document)

    def rows(self, doctype: DocType, action: str = "read") -> Condition:
        wanted = "export" if action == "read" and doctype is self.doctype else action
        return self.inner.rows(doctype, wanted)

    def levels(self, doctype: DocType, action: str, document: Document | None = None) -> frozenset[int]:
        return self.inner.levels(doctype, action, document)


@dataclass(frozen=True)
class Export:
    """An export under way: `columns` are the header, `rows` reads the documents page by page."""

    ctx: Context
    meta: DocType
    columns: tuple[str, ...]
    filters: Any
    progress: Progress

    def rows(self) -> Iterator[list[Any]]:
        """Python values, one row per document and further ones for its further child rows, oldest document first."""
        store, filters = self.ctx.store, self.filters
        total = store.count(self.meta.name, filters=filters)
        own = [column for column in self.columns if self._table(column) is None]
        fields = ["name as docname", *(f"{column} as c{place}" for place, column in enumerate(own))]
        for offset in range(0, total, PAGE):
            page = store.list(
                self.meta.name,
                fields=fields,
                filters=filters,
                order_by="creation asc, name asc",
                limit=PAGE,
                offset=offset,
            )
            lines = self._lines([row["docname"] for row in page])
            for row in page:
                values = {column: row[f"c{place}"] for place, column in enumerate(own)}
                yield from self._document(row["docname"], values, lines)
            self.progress(min(offset + PAGE, total), total)

    def _table(self, column: str) -> Field | None:
        field = self.meta.field(column.partition(".")[0])
        return field if field is not None and field.holds_rows else None

    def _lines(self, names: Sequence[str]) -> Mapping[tuple[str, str], list[dict[str, Any]]]:
        """Child rows by document and table field."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        children = {table.options for column in self.columns if (table := self._table(column)) is not None}
        for child in children:
            for row in self.ctx.connection.get_children(self.ctx.definitions[child], self.meta.name, names):
                found.setdefault((row["parent"], row["parentfield"]), []).append(row)
        return found

    def _document(
        self, name: str, own: Mapping[str, Any], lines: Mapping[tuple[str, str], list[dict[str, Any]]]
    ) -> Iterator[list[Any]]:
        tables = dict.fromkeys(table.fieldname for column in self.columns if (table := self._table(column)) is not None)
        beside = [lines.get((name, table), []) for table in tables]
        for place, parts in enumerate(zip_longest(*beside, fillvalue=None)) if any(beside) else [(0, ())]:
            child = dict(zip(tables, parts, strict=False))
            yield [self._shown(self._cell(column, own if place == 0 else {}, child)) for column in self.columns]

    def _cell(self, column: str, own: Mapping[str, Any], child: Mapping[str, Any]) -> Any:
        table = self._table(column)
        if table is None:
            return own.get(column)
        row = child.get(table.fieldname)
        return row[column.partition(".")[2]] if row else None

    def _shown(self, value: Any) -> Any:
        return in_zone(value, self.ctx.runtime.zone) if isinstance(value, datetime) else value


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime | str:
    """The time in the site's zone; with its offset in the one hour of a year that comes twice."""
    local = moment.astimezone(zone)
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        return local.isoformat(sep=" ")
    return local.replace(tzinfo=None, fold=0)


def start_export(ctx: Context, request: ExportRequest, progress: Progress = unwatched) -> Export:
    """Check an export and give what reads it, inside the transaction of `ctx`.

    Raises PermissionError without the right to export, DataError for a field that is not there.
    """
    meta = definition(ctx, request.doctype)
    if meta.istable or meta.issingle:
        raise DataError("{doctype} is no DocType with documents of its own.", doctype=meta.name)
    if not ctx.policy.allows(meta, "export"):
        raise PermissionError("You may not export {doctype}.", doctype=meta.name)
    reader = replace(ctx, policy=ExportRights(ctx.policy, meta))
    columns = tuple(_columns(reader, meta, request.fields))
    return Export(reader, meta, tuple(dict.fromkeys(columns)), request.filters, progress)


def _columns(ctx: Context, meta: DocType, fields: Sequence[str]) -> Iterator[str]:
    """The header: fieldnames, `table.fieldname` for child rows."""
    if not fields or EVERYTHING in fields:
        yield from _usual(ctx, meta, settable=not fields)
    for name in fields:
        if name == EVERYTHING:
            continue
        first, _, inner = name.partition(".")
        table = meta.field(first)
        if table is not None and table.holds_rows:
            child = ctx.definitions[table.options]
            if inner != "name" and inner not in {field.fieldname for field in _open(ctx, meta, child)}:
                raise _unknown(name)
        yield name


def _unknown(name: str) -> DataError:
    fault = FieldError(name, "There is no such field.", "DataError")
    return DataError("{field} cannot be exported: there is no such field.", field=name, errors=[fault])


def _usual(ctx: Context, meta: DocType, *, settable: bool) -> Iterator[str]:
    """Name, time of the last change (it guards an import against a lost update) and the fields."""
    yield from ("name", "modified")
    if meta.is_submittable:
        yield "docstatus"
    yield from (field.fieldname for field in _open(ctx, meta, meta) if not (settable and field.read_only))
    for table in meta.table_fields:
        if _readable(ctx, meta, table):
            yield f"{table.fieldname}.name"
            for field in _open(ctx, meta, ctx.definitions[table.options]):
                if not (settable and field.read_only):
                    yield f"{table.fieldname}.{field.fieldname}"


def _open(ctx: Context, meta: DocType, holder: DocType) -> Iterator[Field]:
    """The fields of a DocType, or of its rows, that the caller may read; a password is never shown."""
    return (f for f in holder.data_fields if f.fieldtype != "Password" and _readable(ctx, meta, f))


def _readable(ctx: Context, meta: DocType, field: Field) -> bool:
    return field.permlevel in ctx.policy.levels(meta, "read") | {0}
