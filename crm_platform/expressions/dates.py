"""Date functions: dates and times are texts in Frappe's wire format, empty in gives null out."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MAXYEAR, date, timedelta
from typing import Final, NamedTuple

from crm_platform.errors import ExpressionError
from crm_platform.expressions.numbers import whole
from crm_platform.expressions.values import Value, described, is_empty

_MOMENT: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})([ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?")
_MAX_DAYS: Final = 4_000_000
_MAX_MONTHS: Final = 120_000


class _Moment(NamedTuple):
    """A date and the text of its time of day, '' when there is none."""

    day: date
    time: str

    def with_day(self, day: date) -> str:
        return day.isoformat() + self.time


def _moment(value: Value) -> _Moment | None:
    if is_empty(value):
        return None
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        year, month, day = (int(part) for part in match.groups()[:3])
        if year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            return _Moment(date(year, month, day), match.group(4) or "")
    raise ExpressionError("{value} is not a date. Dates are written YYYY-MM-DD.", value=described(value))


def date_part(value: Value) -> Value:
    """The day of a date or time."""
    moment = _moment(value)
    return None if moment is None else moment.day.isoformat()


def add_days(value: Value, days: Value) -> Value:
    """The date `days` later; a time of day is kept."""
    moment, count = _moment(value), whole(days)
    if moment is None:
        return None
    if abs(count) > _MAX_DAYS:
        raise _out_of_calendar()
    ordinal = moment.day.toordinal() + count
    if not 1 <= ordinal <= date.max.toordinal():
        raise _out_of_calendar()
    return moment.with_day(moment.day + timedelta(days=count))


def add_months(value: Value, months: Value) -> Value:
    """The date `months` later, the last day of the month where there is no such day; a time of day is kept."""
    moment, count = _moment(value), whole(months)
    if moment is None:
        return None
    if abs(count) > _MAX_MONTHS:
        raise _out_of_calendar()
    return moment.with_day(months_later(moment.day, count))


def months_later(day: date, months: int) -> date:
    """The same day so many months later, the last day of the month where there is no such day.

    Raises ExpressionError beyond the years that dates have.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not 1 <= year <= MAXYEAR:
        raise _out_of_calendar()
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(value: Value, years: Value) -> Value:
    """The date `years` later; 29 February becomes 28 where there is none."""
    count = whole(years)
    if abs(count) > MAXYEAR:
        raise _out_of_calendar()
    return add_months(value, count * 12)


def date_diff(later: Value, earlier: Value) -> Value:
    """Days from `earlier` to `later`, times of day apart."""
    first, second = _moment(later), _moment(earlier)
    return None if first is None or second is None else (first.day - second.day).days


def year(value: Value) -> Value:
    """The year of a date."""
    moment = _moment(value)
    return None if moment is None else moment.day.year


def month(value: Value) -> Value:
    """The month of a date, 1 to 12."""
    moment = _moment(value)
    return None if moment is None else moment.day.month


def day(value: Value) -> Value:
    """The day of the month, 1 to 31."""
    moment = _moment(value)
    return None if moment is None else moment.day.day


def weekday(value: Value) -> Value:
    """The day of the week, 1 (Monday) to 7 (Sunday)."""
    moment = _moment(value)
    return None if moment is None else moment.day.isoweekday()


def first_day(value: Value) -> Value:
    """The first day of the date's month."""
    moment = _moment(value)
    return None if moment is None else moment.day.replace(day=1).isoformat()


def last_day(value: Value) -> Value:
    """The last day of the date's month."""
    moment = _moment(value)
    if moment is None:
        return None
    return moment.day.replace(day=monthrange(moment.day.year, moment.day.month)[1]).isoformat()


def now(clock: Value) -> Value:
    """The time the caller calls now. Raises ExpressionError when it gave none."""
    moment = _moment(clock)
    if moment is None:
        raise ExpressionError("today() and now() need a clock: this expression is evaluated without one.")
    return moment.with_day(moment.day)


def today(clock: Value) -> Value:
    """The day the caller calls today."""
    return date_part(now(clock))


def _out_of_calendar() -> ExpressionError:
    return ExpressionError("The date is outside the years 1 to 9999.")
