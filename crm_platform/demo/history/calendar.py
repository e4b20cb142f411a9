"""The months of a history, and the times of day at which people work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random


@dataclass(frozen=True)
class Calendar:
    """`length` months, the last of which is that of `until` and ends with it."""

    until: date
    length: int

    @cached_property
    def months(self) -> Sequence[date]:
        """The first day of each month."""
        last = self.until.year * 12 + self.until.month - 1
        return [date(number // 12, number % 12 + 1, 1) for number in range(last - self.length + 1, last + 1)]

    def end(self, number: int) -> date:
        """The last day of a month, as far as the history goes."""
        following = self.months[number] + timedelta(days=31)
        return min(following.replace(day=1) - timedelta(days=1), self.until)

    def at(self, number: int) -> datetime:
        """When the records of a month were made: before its last day, so that today's are not of the future."""
        return datetime.combine(self.end(number) - timedelta(days=1), time(10), UTC)

    def day(self, random: Random, number: int) -> date:
        """Some day of a month."""
        first = self.months[number]
        return first + timedelta(days=random.randrange((self.end(number) - first).days + 1))

    def moment(self, random: Random, number: int) -> str:
        """Some working hour of a month, as the API takes it."""
        return f"{self.day(random, number)} {random.randint(9, 16):02}:{random.choice((0, 10, 15, 30, 45)):02}:00"
