"""frappe.desk.query_report.*: what Frappe's clients call to run a report, and its rows for a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from crm_platform.documents.context import Context
from crm_platform.documents.prepare import unsaved
from crm_platform.documents.reading import LIST_LIMIT
from crm_platform.documents.wire import plain
from crm_platform.errors import PermissionError, ValidationError
from crm_platform.reports.running import REPORT, Result, run, try_out

PREVIEW = "Report"
"""How messages name a report that has no name yet."""
PREVIEW_ROWS = 200


def run_report(ctx: Context, report_name: str, filters: dict[str, Any] | None = None) -> dict[str, Any]:
    """Columns and rows of a report in Frappe's form; the last row is the total when `add_total_row` says so."""
    return _told(ctx, run(ctx, report_name, filters or {}))


def preview_report(ctx: Context, report: dict[str, Any], filters: dict[str, Any] | None = None) -> dict[str, Any]:
    """The first rows of a report that is not saved yet, with the caller's rights, as `run_report` answers them."""
    record = unsaved(ctx, REPORT, {"report_name": PREVIEW, **report})
    return _told(ctx, try_out(ctx, record, filters or {}, PREVIEW_ROWS))


def _told(ctx: Context, result: Result) -> dict[str, Any]:
    zone = ctx.runtime.zone
    keys = [column.key for column in result.columns]
    return {
        "columns": [column.as_dict() for column in result.columns],
        "result": [{key: plain(value, zone) for key, value in zip(keys, row, strict=True)} for row in _lines(result)],
        "add_total_row": int(result.total is not None),
        "message": _message(ctx, result),
        "chart": None,
        "report_summary": None,
        "skip_total_row": 0,
        "status": None,
    }


@dataclass(frozen=True, slots=True)
class Table:
    """A report for a file: labels, and rows of Python values with times by the clock of the site, to the second."""

    labels: Sequence[str]
    rows: Sequence[Sequence[Any]]


def export_report(ctx: Context, report_name: str, filters: dict[str, Any] | None = None) -> Table:
    """All rows of a report, with its total. Raises PermissionError without the right to export."""
    return table_of(ctx, whole(ctx, report_name, filters or {}))


def whole(ctx: Context, report_name: str, filters: dict[str, Any]) -> Result:
    """All rows of a report, for who takes them out. Raises PermissionError, ValidationError for too many."""
    result = run(ctx, report_name, filters, LIST_LIMIT - 1)
    check_export(ctx, result.doctype)
    if result.more:
        raise ValidationError("The report has more than {limit} rows. Narrow it by its filters.", limit=LIST_LIMIT - 1)
    return result


def check_export(ctx: Context, doctype: str) -> None:
    """Raises PermissionError without the right to take documents of a DocType out."""
    if not ctx.policy.allows(ctx.definitions[doctype], "export"):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=doctype, action="export")


def table_of(ctx: Context, result: Result) -> Table:
    """The rows of an answer for a file, the total last."""
    zone = ctx.runtime.zone
    rows = [[_local(value, zone) for value in row] for row in _lines(result)]
    return Table([column.label for column in result.columns], rows)


def _lines(result: Result) -> list[Sequence[Any]]:
    return [*result.rows, *([result.total] if result.total else [])]


def _local(value: Any, zone: ZoneInfo) -> Any:
    return value.astimezone(zone).replace(tzinfo=None, microsecond=0) if isinstance(value, datetime) else value


def _message(ctx: Context, result: Result) -> str | None:
    if not result.more:
        return None
    return ctx._("Only the first {limit} rows are shown. Narrow the report by its filters.", limit=len(result.rows))
