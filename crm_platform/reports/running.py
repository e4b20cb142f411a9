"""Runs a report: through the store's list, so that the caller gets rows and columns that a list would give, no more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.paths import Paths
from crm_platform.errors import DoesNotExistError, PermissionError, ValidationError
from crm_platform.metadata.model import DocType, Field
from crm_platform.reports.multiplied import check_rows_of_tables
from crm_platform.reports.parameters import bound, given_values
from crm_platform.reports.specification import Column, Specification, read

REPORT = "Report"
ROW_LIMIT = 20_000
"""Rows of an answer on the screen."""
SUMMED = frozenset({"Int", "Float", "Currency", "Duration"})
TYPE_OF_FUNCTION = {"count": "Int", "avg": "Float"}
WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of the answer as Frappe's clients read it; `key` is the key of the rows. `group` is the field by which
    the rows are grouped, as a list filters by it: with it a row leads to its records."""

    key: str
    label: str
    fieldtype: str
    options: str
    function: str = ""
    group: str = ""

    def as_dict(self) -> dict[str, Any]:
        shown = {"fieldname": self.key, "label": self.label, "fieldtype": self.fieldtype, "options": self.options}
        return {**shown, "group": self.group} if self.group else shown


@dataclass(frozen=True, slots=True)
class Result:
    """Rows hold Python values in the order of the columns. `total` is the row of sums, when the report has one."""

    report: str
    doctype: str
    columns: Sequence[ResultColumn]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] | None = None
    more: bool = False
    """There are more rows than the limit."""


def run(ctx: Context, name: str, given: Mapping[str, Any], limit: int = ROW_LIMIT) -> Result:
    """Run a report for the caller.

    Raises DoesNotExistError, PermissionError (its roles, the right to report, a field that is not open), DataError and
    MandatoryError (filters), ValidationError (a report that is disabled or not of a kind that we run).
    """
    report = _open_report(ctx, name)
    specification = read(report)
    values = given_values(report["filters"], given)
    return _answer(ctx, report, specification, values, min(specification.limit or limit, limit))


def try_out(ctx: Context, report: Document, given: Mapping[str, Any], limit: int) -> Result:
    """Run a report that is not saved yet, for the caller. Raises as `run` does."""
    check_right(ctx, report)
    values = given_values(report["filters"], given)
    return _answer(ctx, report, read(report), values, limit)


def check_right(ctx: Context, report: Document) -> None:
    """Raises ValidationError when the DocType is gone, PermissionError without the right to report on it."""
    meta = ctx.definitions.get(report["ref_doctype"] or "")
    if meta is None:
        template = "{report}: there is no DocType {doctype}."
        raise ValidationError(template, report=report["report_name"], doctype=report["ref_doctype"] or "?")
    if not ctx.policy.allows(meta, "report"):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=meta.name, action="report")


def _open_report(ctx: Context, name: str) -> Document:
    try:
        report = ctx.as_system().store.get(REPORT, name)
    except DoesNotExistError:
        raise DoesNotExistError("Report {report} not found", report=name) from None
    roles = {row["role"] for row in report["roles"]}
    if roles and not roles & ctx.roles and ctx.user != ADMINISTRATOR:
        raise PermissionError("You have none of the roles that may see the report {report}.", report=name)
    check_right(ctx, report)
    if report["disabled"]:
        raise ValidationError("The report {report} is disabled.", report=name)
    return report


def _answer(
    ctx: Context, report: Document, specification: Specification, values: Mapping[str, Any], limit: int
) -> Result:
    columns, rows = ask(ctx, specification, values, limit + 1)
    shown = rows[:limit]
    total = _total(ctx, columns, shown) if report["add_total_row"] and shown else None
    return Result(report["name"], specification.doctype, columns, shown, total, len(rows) > limit)


def ask(
    ctx: Context, specification: Specification, values: Mapping[str, Any], limit: int
) -> tuple[list[ResultColumn], list[tuple[Any, ...]]]:
    """The columns that are open to the caller, and the rows of the store's list. Raises DataError, PermissionError."""
    meta = ctx.definitions[specification.doctype]
    columns = _readable(ctx, meta, specification)
    check_rows_of_tables(ctx, meta, specification)
    described = _describe(ctx, meta, columns, specification.group_by)
    rows = ctx.store.list(
        meta.name,
        fields=[_asked(column, shown.key) for column, shown in zip(columns, described, strict=True)],
        filters=bound(specification.filters, values),
        or_filters=bound(specification.or_filters, values),
        group_by=", ".join(specification.group_by) or None,
        order_by=specification.order_by or None,
        limit=limit,
    )
    return described, [tuple(row.values()) for row in rows]


def _readable(ctx: Context, meta: DocType, specification: Specification) -> list[Column]:
    """Columns of a plain report that the caller may not read are left out, as in a list; the rest is asked as it is."""
    if specification.group_by or any(column.function for column in specification.columns):
        return list(specification.columns)
    open_columns = []
    for column in specification.columns:
        try:
            Paths(ctx, meta).resolve(column.reference)
        except PermissionError:
            continue
        open_columns.append(column)
    return open_columns or [Column("name")]


def _describe(ctx: Context, meta: DocType, columns: Sequence[Column], groups: Sequence[str]) -> list[ResultColumn]:
    """Keys, labels, types and groups of columns. Raises DataError or PermissionError for a field that is not open."""
    paths = Paths(ctx, meta)
    described: list[ResultColumn] = []
    for number, column in enumerate(columns):
        path = paths.resolve(column.reference)
        group = "" if column.function or column.reference not in groups else ".".join(path)
        key = WORD.sub("_", f"{column.function} {column.reference}").strip("_").lower()[:60]
        if any(other.key == key for other in described):
            key = f"{key[:56]}_{number}"
        described.append(replace(_described(ctx, column, paths.field_at(path), key), group=group))
    return described


def _described(ctx: Context, column: Column, field: Field, key: str) -> ResultColumn:
    counted = "Count" if column.function == "count" and column.reference == "name" else ""
    label = ctx._(column.label or counted or field.label or field.fieldname)
    fieldtype = TYPE_OF_FUNCTION.get(column.function, field.fieldtype)
    if column.function == "avg" and field.fieldtype == "Currency":
        fieldtype = "Currency"
    return ResultColumn(key, label, fieldtype, field.options if fieldtype == field.fieldtype else "", column.function)


def _asked(column: Column, key: str) -> str:
    """The column in the language of the store's lists."""
    if not column.function:
        return f"{column.reference} as {key}"
    return f"{column.function}({'distinct ' if column.distinct else ''}{column.reference}) as {key}"


def _total(ctx: Context, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """Sums of what can be summed up, money of several currencies is not; the word "Total" in the first column when
    that is none."""
    several = {column.key for index, column in enumerate(columns) if len({row[index] for row in rows}) > 1}
    total = [
        sum((row[index] or 0 for row in rows), Decimal(0) if column.fieldtype == "Currency" else 0)
        if _is_summed(column, several)
        else None
        for index, column in enumerate(columns)
    ]
    if total[0] is None:
        total[0] = ctx._("Total")
    return tuple(total)


def _is_summed(column: ResultColumn, several: Set[str]) -> bool:
    """`several`: keys of the columns that have more than one value, as the one that holds the currency may."""
    if column.fieldtype == "Currency" and column.options in several:
        return False
    return column.fieldtype in SUMMED and column.function in ("", "count", "sum")
