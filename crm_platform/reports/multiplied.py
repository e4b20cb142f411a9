"""A document stands once in a report for each of its rows: refuses sums that would count it as often."""

from __future__ import annotations

from collections.abc import Iterable

from crm_platform.documents.context import Context
from crm_platform.documents.paths import Paths
from crm_platform.errors import DataError, PermissionError, ValidationError
from crm_platform.metadata.model import DocType
from crm_platform.reports.specification import Column, Specification

REPEATED = frozenset({"sum", "avg"})
TWO_TABLES = "A report shows the rows of one table of a document. {first} and {second} are two: leave one out."
COUNTED_TWICE = (
    "{column} would be counted once for each row of {table}. Add up a field of the rows, or leave their columns out."
)


def check_rows_of_tables(ctx: Context, meta: DocType, specification: Specification) -> None:
    """Raises ValidationError for two tables side by side, and for a sum over fields outside of the rows."""
    tables = _tables(ctx, meta, _references(specification))
    if len(tables) > 1:
        first, second = (_label(ctx, meta, name) for name in tables[:2])
        raise ValidationError(TWO_TABLES, first=first, second=second)
    for column in specification.columns if tables else ():
        if _is_repeated(ctx, meta, column):
            raise ValidationError(COUNTED_TWICE, column=column.reference, table=_label(ctx, meta, tables[0]))


def _is_repeated(ctx: Context, meta: DocType, column: Column) -> bool:
    """Whether a function over all rows takes in a value of the document more than once. A count is one of rows."""
    adds = column.function in REPEATED and not column.distinct
    return adds and not _tables(ctx, meta, [column.reference])


def _references(specification: Specification) -> Iterable[str]:
    yield from (column.reference for column in specification.columns)
    yield from specification.group_by
    yield from (part.split()[0] for part in specification.order_by.split(",") if part.strip())


def _tables(ctx: Context, meta: DocType, references: Iterable[str]) -> list[str]:
    """The table fields that references lead into, in their order; those that cannot be asked are told elsewhere."""
    paths, found = Paths(ctx.as_system(), meta), []
    for reference in references:
        try:
            path = paths.resolve(reference, shown=True)
        except (DataError, PermissionError):
            continue
        field = meta.field(path[0])
        if len(path) > 1 and field is not None and field.is_table and path[0] not in found:
            found.append(path[0])
    return found


def _label(ctx: Context, meta: DocType, name: str) -> str:
    field = meta.field(name)
    return ctx._(field.label) if field is not None and field.label else name
