"""When a report is mailed next: the first day of its frequency at its time, by the clock of the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONE_DAY = timedelta(days=1)


class Plan(Protocol):
    """An Auto Email Report: frequency, day_of_week, send_at."""

    def __getitem__(self, fieldname: str, /) -> Any: ...


def _weekly(plan: Plan, day: date) -> bool:
    return DAYS[day.weekday()] == (plan["day_of_week"] or DAYS[0])


FREQUENCIES: Mapping[str, Callable[[Plan, date], bool]] = {
    "Daily": lambda _plan, _day: True,
    "Weekdays": lambda _plan, day: day.weekday() < 5,
    "Weekly": _weekly,
    "Monthly": lambda _plan, day: day.day == 1,
}
"""Auto Email Report.frequency → whether a mail goes out on a day."""


def next_time(plan: Plan, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time of the plan later than `after` (aware), as aware UTC; an hour that the clock leaves out counts as
    the one after it."""
    falls_on, at = FREQUENCIES[plan["frequency"]], plan["send_at"] or time(8)
    day = after.astimezone(zone).date()
    while not (falls_on(plan, day) and _at(day, at, zone) > after):
        day += ONE_DAY
    return _at(day, at, zone)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC"))
