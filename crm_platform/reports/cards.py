"""The value of a Number Card: aggregated in the database under the caller's rights, with its change over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.prepare import unsaved
from crm_platform.documents.wire import plain
from crm_platform.errors import ValidationError
from crm_platform.reports.intervals import STEPS
from crm_platform.reports.questions import VALUE, aggregate, doctype_of, stored_filters, today, type_of_value
from crm_platform.reports.records import opened
from crm_platform.reports.running import run

CARD = "Number Card"
REFUSED = "{card}: cards of the type {kind} are not shown here. Use Document Type or Report."
OF_ROWS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "Minimum": min,
    "Maximum": max,
}
"""Frappe Number Card.report_function over the values of a report's column."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A card's number and how it is shown; `before` is the number one interval ago, None when it is not asked for."""

    doctype: str
    value: Any
    shown: Mapping[str, str]
    filters: Sequence[Any] | None = None
    before: Any = None


def card(ctx: Context, name: str) -> dict[str, Any]:
    """A Number Card with its value, for the caller; `filters` open the list behind it.

    Raises DoesNotExistError, PermissionError (the right to read its documents or fields), DataError, ValidationError.
    """
    return _told(ctx, opened(ctx, CARD, name))


def preview_card(ctx: Context, card: dict[str, Any]) -> dict[str, Any]:
    """A card that is not saved yet, with its value for the caller. Raises as `card` does."""
    return _told(ctx, unsaved(ctx, CARD, card))


def _told(ctx: Context, record: Document) -> dict[str, Any]:
    answer, zone = ask(ctx, record), ctx.runtime.zone
    return {
        "name": record["name"],
        "label": ctx._(record["label"] or ""),
        "color": record["color"],
        "doctype": answer.doctype,
        "report": record["report_name"] if record["type"] == "Report" else None,
        "filters": answer.filters,
        "value": plain(answer.value, zone),
        "before": plain(answer.before, zone),
        "interval": record["stats_time_interval"] if answer.before is not None else None,
        "show_full_number": record["show_full_number"],
        **answer.shown,
    }


def ask(ctx: Context, record: Document) -> Answer:
    """The number of a stored card, or of one that is about to be saved. Raises as `card` does."""
    kind = record["type"]
    if kind not in ASKED:
        raise ValidationError(REFUSED, card=record["label"], kind=kind)
    return ASKED[kind](ctx, record)


def _of_documents(ctx: Context, record: Document) -> Answer:
    meta, function = doctype_of(ctx, record), record["function"] or "Count"
    fieldname, filters = record["aggregate_function_based_on"] or "", stored_filters(ctx, record)
    column = aggregate(function, fieldname)

    def number(conditions: Sequence[Any]) -> Any:
        return ctx.store.list(meta.name, fields=[column], filters=list(conditions))[0][VALUE] or 0

    before = None
    if record["show_percentage_stats"]:
        before = number([*filters, ["creation", "<", _earlier(ctx, record["stats_time_interval"] or "Daily")]])
    return Answer(meta.name, number(filters), type_of_value(meta, function, fieldname), filters, before)


def _earlier(ctx: Context, interval: str) -> str:
    """The start of the day one interval ago, as a filter value."""
    day = STEPS[interval](today(ctx), -1)
    return datetime.combine(day, time(), ctx.runtime.zone).astimezone(UTC).isoformat()


def _of_report(ctx: Context, record: Document) -> Answer:
    result = run(ctx, record["report_name"], {})
    for place, column in enumerate(result.columns):
        if record["report_field"] in (column.key, column.label):
            values = [row[place] for row in result.rows if row[place] is not None]
            value = OF_ROWS[record["report_function"] or "Sum"](values) if values else 0
            return Answer(result.doctype, value, {"fieldtype": column.fieldtype, "options": column.options})
    template = "{report} has no column {column}."
    raise ValidationError(template, report=result.report, column=record["report_field"])


ASKED: Mapping[str, Callable[[Context, Document], Answer]] = {"Document Type": _of_documents, "Report": _of_report}
"""Frappe Number Card.type; Custom cards come from code that is not installed here."""
