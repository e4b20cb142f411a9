"""Working time: which seconds count, by the hours of each weekday, free days and days worked instead, in a time zone.

An hour that summer time leaves out does not count, one that comes twice counts twice: what counts is every moment at
which a clock on the wall of that zone shows a working time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_platform.errors import ValidationError

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LONGEST = timedelta(days=5 * 366)
"""How far ahead the end of a working time is looked for."""

Span = tuple[int, int]
"""Seconds of a local day, from and to; 86400 is its end."""

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Calendar:
    """`hours` by ISO weekday (1 is Monday); `worked` are dates with the weekday whose hours they have."""

    hours: Mapping[int, tuple[Span, ...]]
    zone: ZoneInfo
    free: frozenset[date] = frozenset()
    worked: Mapping[date, int] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The working hours of a date."""
        weekday = self.worked.get(day)
        if weekday is None and day in self.free:
            return ()
        return self.hours.get(weekday or day.isoweekday(), ())

    def stretches(self, start: datetime) -> Iterator[Stretch]:
        """Working stretches in UTC from `start` on, one after the other."""
        for begin, end, offset in self._segments(start):
            first, last = (begin + offset).replace(tzinfo=None), (end + offset).replace(tzinfo=None)
            day = first.date()
            while datetime.combine(day, time()) < last:
                midnight = datetime.combine(day, time())
                for opened, closed in self.spans(day):
                    at = max(first, midnight + timedelta(seconds=opened))
                    until = min(last, midnight + timedelta(seconds=closed))
                    if at < until:
                        yield _utc(at, offset), _utc(until, offset)
                day += DAY

    def _segments(self, start: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """UTC time from `start` on, cut where the zone's offset changes."""
        begin, limit = start.astimezone(UTC), start.astimezone(UTC) + LONGEST
        while begin < limit:
            end = self._change(begin, begin + DAY)
            yield begin, end, self._offset(begin)
            begin = end

    def _change(self, begin: datetime, end: datetime) -> datetime:
        """The first moment up to `end` with another offset than at `begin`, to the second; `end` when there is none."""
        offset = self._offset(begin)
        if self._offset(end) == offset:
            return end
        while end - begin > SECOND:
            middle = begin + (end - begin) // SECOND // 2 * SECOND
            begin, end = (middle, end) if self._offset(middle) == offset else (begin, middle)
        return end

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta()

    def add(self, start: datetime, seconds: float) -> datetime:
        """The moment at which so many working seconds have passed since `start`.

        Raises ValidationError when there is too little working time in the next years.
        """
        left = seconds
        if left <= 0:
            return start
        for begin, end in self.stretches(start):
            length = (end - begin).total_seconds()
            if left <= length:
                return begin + timedelta(seconds=left)
            left -= length
        raise ValidationError("The working hours leave too little time. Add hours, or take days off the holiday list.")

    def between(self, start: datetime, end: datetime) -> float:
        """Working seconds between two moments."""
        total = 0.0
        for begin, until in self.stretches(start):
            if begin >= end:
                break
            total += (min(until, end) - begin).total_seconds()
        return total


def _utc(local: datetime, offset: timedelta) -> datetime:
    return (local - offset).replace(tzinfo=UTC)
