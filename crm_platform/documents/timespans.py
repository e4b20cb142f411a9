"""Frappe's time spans ("today", "last 7 days", "this quarter") as first and last day."""

from __future__ import annotations

import re
from datetime import date, timedelta

from crm_platform.errors import DataError

DAYS = re.compile(r"(last|next) (\d{1,4}) days")
MONTHS_OF = {"month": 1, "quarter": 3, "6 months": 6, "year": 12}


def week_of(day: date, begins: int = 0) -> date:
    """The first day of the week that holds `day`; `begins` is the weekday on which weeks begin (0 is Monday)."""
    return day - timedelta(days=(day.weekday() - begins) % 7)


def _month_start(day: date, shift: int) -> date:
    months = day.year * 12 + day.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def _period(today: date, unit: str, shift: int, week_begins: int) -> tuple[date, date]:
    """The calendar period of `unit` that lies `shift` periods from the one that holds today."""
    if unit == "week":
        first = week_of(today, week_begins) + timedelta(weeks=shift)
        return first, first + timedelta(days=6)
    size = MONTHS_OF[unit]
    offset = -((today.month - 1) % size) if unit != "6 months" else 0
    first = _month_start(today, offset + shift * size)
    return first, _month_start(first, size) - timedelta(days=1)


SHIFTS = {"last": -1, "this": 0, "next": 1}


def timespan(name: str, today: date, week_begins: int = 0) -> tuple[date, date]:
    """First and last day of a named span; weeks begin on `week_begins` (0 is Monday). Raises DataError for
    an unknown name."""
    text = " ".join(name.lower().split())
    single = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if text in single:
        day = today + timedelta(days=single[text])
        return day, day
    if match := DAYS.fullmatch(text):
        count = int(match[2])
        return (today - timedelta(days=count), today) if match[1] == "last" else (today, today + timedelta(days=count))
    which, _, unit = text.partition(" ")
    if which in SHIFTS and (unit in MONTHS_OF or unit == "week"):
        return _period(today, unit, SHIFTS[which], week_begins)
    raise DataError('"{name}" is not a time span. Use today, last 7 days, this month, last quarter…', name=name[:40])
