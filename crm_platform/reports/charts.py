"""The points of a Dashboard Chart: aggregated in the database under the caller's rights, each with its list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.manner import manner_of
from crm_platform.documents.paths import Paths
from crm_platform.documents.prepare import unsaved
from crm_platform.documents.wire import plain
from crm_platform.errors import ValidationError
from crm_platform.metadata.model import DocType
from crm_platform.reports.intervals import SPANS, bounds_of, intervals
from crm_platform.reports.questions import VALUE, aggregate, doctype_of, stored_filters, today, type_of_value
from crm_platform.reports.records import opened
from crm_platform.reports.running import Result, ResultColumn, run

CHART = "Dashboard Chart"
MOST_GROUPS = 200
REFUSED = "{chart}: charts of the type {kind} are not drawn here. Use Count, Sum, Average, Group By or Report."


@dataclass(frozen=True, slots=True)
class Point:
    """A value and its label: a value of the grouping field, or the first day of an interval. The value is None where
    there is nothing to take the mean of. `filters` make the list that it stands for; None when there is none. `rest`
    sums up the groups beyond the largest ones."""

    label: Any
    value: Any
    filters: Sequence[Any] | None = None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart; `label` and the points' labels are raw values, `group` says how they are shown."""

    label: str
    points: Sequence[Point]
    value: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a chart shows. `interval` is its time interval when its labels are days, `group` the type of the field that
    its labels are values of, `filters` those of its whole list."""

    doctype: str
    series: Sequence[Series]
    filters: Sequence[Any] = ()
    interval: str = ""
    group: Mapping[str, str] = field(default_factory=dict)


def chart(ctx: Context, name: str) -> dict[str, Any]:
    """A Dashboard Chart with its points, for the caller.

    Raises DoesNotExistError, PermissionError (its roles, the right to read its documents or fields), DataError and
    ValidationError (a chart that is not of a kind that we draw).
    """
    return _told(ctx, opened(ctx, CHART, name))


def preview_chart(ctx: Context, chart: dict[str, Any]) -> dict[str, Any]:
    """A chart that is not saved yet, with its points for the caller. Raises as `chart` does."""
    return _told(ctx, unsaved(ctx, CHART, chart))


def _told(ctx: Context, record: Document) -> dict[str, Any]:
    drawing = draw(ctx, record)
    return {
        "name": record["name"],
        "label": ctx._(record["chart_name"] or ""),
        "type": record["type"],
        "color": record["color"],
        "report": record["report_name"] if record["chart_type"] == "Report" else None,
        "doctype": drawing.doctype,
        "filters": drawing.filters,
        "interval": drawing.interval,
        "group": drawing.group,
        "series": [_as_dict(ctx, series) for series in drawing.series],
    }


def _as_dict(ctx: Context, series: Series) -> dict[str, Any]:
    zone = ctx.runtime.zone
    points = [
        {"label": plain(p.label, zone), "value": plain(p.value, zone), "filters": p.filters, "rest": p.rest}
        for p in series.points
    ]
    return {"label": ctx._(series.label), "value": series.value, "points": points}


def draw(ctx: Context, record: Document) -> Drawing:
    """The points of a stored chart, or of one that is about to be saved. Raises as `chart` does."""
    kind = record["chart_type"]
    if kind not in DRAWN:
        raise ValidationError(REFUSED, chart=record["chart_name"], kind=kind)
    return DRAWN[kind](ctx, record)


def _aggregated(ctx: Context, record: Document) -> Drawing:
    meta, asked = doctype_of(ctx, record), _Asked.of_value(record)
    filters = stored_filters(ctx, record)
    value = type_of_value(meta, asked.function, asked.fieldname)
    if record["timeseries"]:
        return _over_time(ctx, record, meta, asked, filters)
    rows = ctx.store.list(meta.name, fields=[asked.column], filters=filters)
    points = [Point(meta.name, asked.shown(rows[0][VALUE]), filters)]
    return Drawing(meta.name, [Series(record["chart_name"] or "", points, value)], filters)


def _over_time(ctx: Context, record: Document, meta: DocType, asked: _Asked, filters: list[Any]) -> Drawing:
    based_on, interval = record["based_on"] or "creation", record["time_interval"] or "Monthly"
    first, last = _span(ctx, record)
    found = intervals(first, last, interval, manner_of(ctx).week_begins)
    paths = Paths(ctx, meta)
    by_day = paths.field_at(paths.resolve(based_on)).fieldtype == "Date"
    bounds: Sequence[date | datetime] = bounds_of(found, ctx.runtime.zone, by_day=by_day)
    values = ctx.store.series(meta.name, asked.call, based_on, bounds, filters=filters)
    points = [
        Point(
            span.first, asked.shown(values.get(number)), [*filters, [based_on, "between", _days(span.first, span.last)]]
        )
        for number, span in enumerate(found)
    ]
    value = type_of_value(meta, asked.function, asked.fieldname)
    whole = [*filters, [based_on, "between", _days(found[0].first, found[-1].last)]]
    return Drawing(meta.name, [Series(record["chart_name"] or "", points, value)], whole, interval)


def _span(ctx: Context, record: Document) -> tuple[date, date]:
    """First and last day that a chart shows (Frappe Dashboard Chart.timespan)."""
    now, span = today(ctx), record["timespan"] or "Last Year"
    return (SPANS[span](now), now) if span in SPANS else (record["from_date"] or now, record["to_date"] or now)


def _days(first: date, last: date) -> list[str]:
    return [first.isoformat(), last.isoformat()]


def _grouped(ctx: Context, record: Document) -> Drawing:
    """Groups, largest first; from `number_of_groups` on they are one, where they can be summed up."""
    meta, by, asked = doctype_of(ctx, record), record["group_by_based_on"], _Asked.of_group(record)
    filters, most = stored_filters(ctx, record), record["number_of_groups"] or 0
    paths = Paths(ctx, meta)
    shown = paths.field_at(paths.resolve(by))
    rows = ctx.store.list(
        meta.name,
        fields=[f"{by} as label", asked.column],
        filters=filters,
        group_by=by,
        order_by=f"{VALUE} desc, {by} asc",
        limit=0 if most else MOST_GROUPS,
    )
    points = [
        Point(row["label"], asked.shown(row[VALUE]), [*filters, _equal(by, row["label"])]) for row in _few(rows, most)
    ]
    if most and len(rows) > most and asked.function != "Average":
        points.append(Point(None, sum(row[VALUE] or 0 for row in rows[most:]), rest=True))
    group = {"fieldname": by, "fieldtype": shown.fieldtype, "options": shown.options}
    value = type_of_value(meta, asked.function, asked.fieldname)
    return Drawing(meta.name, [Series(record["chart_name"] or "", points, value)], filters, group=group)


def _few(rows: Sequence[dict[str, Any]], most: int) -> Sequence[dict[str, Any]]:
    return rows[:most] if most else rows


def _equal(by: str, value: Any) -> list[Any]:
    """The condition of one group's list; documents without a value are a group, too."""
    if value in (None, ""):
        return [by, "is", "not set"]
    return [by, "=", value if isinstance(value, str | int | float) else str(value)]


def _from_report(ctx: Context, record: Document) -> Drawing:
    result = run(ctx, record["report_name"], {})
    x = _column(result, record["x_field"]) if record["x_field"] else 0
    wanted = [_column(result, row["y_field"]) for row in record["y_axis"]] or [len(result.columns) - 1]
    series = [
        Series(
            result.columns[y].label,
            [Point(row[x], row[y] or 0) for row in result.rows[:MOST_GROUPS]],
            _shown(result.columns[y]),
        )
        for y in wanted
    ]
    return Drawing(result.doctype, series, group={"fieldname": result.columns[x].key, **_shown(result.columns[x])})


def _shown(column: ResultColumn) -> dict[str, str]:
    return {"fieldtype": column.fieldtype, "options": column.options}


def _column(result: Result, name: str) -> int:
    """The place of a report's column by its key or its label."""
    for place, column in enumerate(result.columns):
        if name in (column.key, column.label):
            return place
    raise ValidationError("{report} has no column {column}.", report=result.report, column=name)


DRAWN: Mapping[str, Callable[[Context, Document], Drawing]] = {
    "Count": _aggregated,
    "Sum": _aggregated,
    "Average": _aggregated,
    "Group By": _grouped,
    "Report": _from_report,
}
"""Frappe Dashboard Chart.chart_type; Custom charts come from code that is not installed here."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The function of a chart's value and the field that it is of."""

    function: str
    fieldname: str

    @classmethod
    def of_value(cls, record: Document) -> _Asked:
        return cls(record["chart_type"], record["value_based_on"] or "")

    @classmethod
    def of_group(cls, record: Document) -> _Asked:
        return cls(record["group_by_type"] or "Count", record["aggregate_function_based_on"] or "")

    @property
    def column(self) -> str:
        return aggregate(self.function, self.fieldname)

    def shown(self, value: Any) -> Any:
        """Nothing counts as 0, and has no mean."""
        return value if self.function == "Average" else value or 0

    @property
    def call(self) -> str:
        return self.column.removesuffix(f" as {VALUE}")
