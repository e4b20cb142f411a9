"""Spans of time that charts show, cut into days, weeks, months, quarters or years by the clock of the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_platform.documents.timespans import week_of
from crm_platform.errors import ValidationError
from crm_platform.expressions.dates import months_later

MOST = 400
"""Intervals of one chart."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From its first to its last day, both included."""

    first: date
    last: date


def _month_of(day: date) -> date:
    return day.replace(day=1)


STARTS: Mapping[str, Callable[[date], date]] = {
    "Daily": lambda day: day,
    "Weekly": week_of,
    "Monthly": _month_of,
    "Quarterly": lambda day: months_later(_month_of(day), -((day.month - 1) % 3)),
    "Yearly": lambda day: day.replace(month=1, day=1),
}
"""The first day of the interval that holds a day (Frappe Dashboard Chart.time_interval)."""

STEPS: Mapping[str, Callable[[date, int], date]] = {
    "Daily": lambda day, count: day + timedelta(days=count),
    "Weekly": lambda day, count: day + timedelta(weeks=count),
    "Monthly": months_later,
    "Quarterly": lambda day, count: months_later(day, 3 * count),
    "Yearly": lambda day, count: months_later(day, 12 * count),
}
"""Some intervals later, or earlier."""

SPANS: Mapping[str, Callable[[date], date]] = {
    "Last Year": lambda day: months_later(day, -12),
    "Last Quarter": lambda day: months_later(day, -3),
    "Last Month": lambda day: months_later(day, -1),
    "Last Week": lambda day: day - timedelta(days=7),
}
"""Where a span that ends today begins (Frappe Dashboard Chart.timespan)."""


def intervals(first: date, last: date, kind: str, week_begins: int = 0) -> list[Interval]:
    """The intervals of a kind from the one that holds `first` to the one that holds `last`; weeks begin on
    `week_begins` (0 is Monday).

    Raises ValidationError for a span that ends before it begins, and for more than MOST.
    """
    if last < first:
        raise ValidationError("The time span ends before it begins. Correct its dates.")
    start = week_of(first, week_begins) if kind == "Weekly" else STARTS[kind](first)
    found = list[Interval]()
    while start <= last:
        following = STEPS[kind](start, 1)
        found.append(Interval(start, following - timedelta(days=1)))
        if len(found) > MOST:
            raise ValidationError("A chart shows at most {most} intervals. Choose longer ones.", most=MOST)
        start = following
    return found


def bounds_of(found: list[Interval], zone: ZoneInfo, *, by_day: bool) -> tuple[date | datetime, ...]:
    """Where each interval begins, and where the last one ends: days, or moments in the site's zone."""
    days = [*(interval.first for interval in found), found[-1].last + timedelta(days=1)]
    return tuple(days) if by_day else tuple(datetime.combine(day, time(), zone) for day in days)
