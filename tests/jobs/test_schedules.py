"""Schedules: their local times over two years of clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm_platform.jobs.schedules import next_time
from support.sabotage import defended_by

ZONES = (
    *("Europe/Berlin", "Europe/London", "Europe/Istanbul", "America/New_York", "America/Sao_Paulo"),
    *("America/St_Johns", "America/Santiago", "America/Havana", "Asia/Shanghai", "Asia/Kolkata", "Asia/Tehran"),
    *("Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Australia/Sydney", "Africa/Casablanca"),
    *("Africa/Cairo", "Pacific/Auckland", "Pacific/Apia", "UTC"),
)
"""With clock changes of half an hour, at midnight, in the other half of the year, around Ramadan, and with none."""

DAILY = ("30 2 * * *", "0 0 * * *", "15 1 * * *")
"""Times of day that clock changes leave out or repeat somewhere."""

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def times(zone: str, cron: str, start: datetime, end: datetime) -> list[datetime]:
    """When a schedule runs, in local time."""
    ctx: Any = SimpleNamespace(runtime=SimpleNamespace(zone=ZoneInfo(zone)))
    found = []
    now = start
    while True:
        ctx.now = lambda now=now: now
        now = next_time(ctx, cron)
        if now >= end:
            return found
        found.append(now.astimezone(ctx.runtime.zone))


def changes(zone: str) -> list[datetime]:
    """The days on which the zone's clock changes."""
    days = (START + timedelta(days=number) for number in range((END - START).days))
    offset = ZoneInfo(zone).utcoffset
    return [day for day in days if offset(day.replace(tzinfo=None)) != offset(day.replace(tzinfo=None) + timedelta(1))]


def assert_once_a_day(found: list[datetime]) -> None:
    days = [time.date() for time in found]
    first, count = days[0], (days[-1] - days[0]).days + 1
    assert days == [date.fromordinal(first.toordinal() + number) for number in range(count)]


@pytest.mark.parametrize("cron", DAILY)
@pytest.mark.parametrize("zone", ZONES)
@defended_by("crm_platform.jobs.cron:HOUR", replace_with=3)
def test_X27_a_daily_schedule_runs_once_on_every_local_day_around_clock_changes(zone: str, cron: str) -> None:
    for day in changes(zone) or [START]:
        assert_once_a_day(times(zone, cron, day - timedelta(days=3), day + timedelta(days=4)))


@pytest.mark.soak
@pytest.mark.parametrize("cron", DAILY)
@pytest.mark.parametrize("zone", ZONES)
def test_X27_a_daily_schedule_runs_once_on_every_local_day_of_two_years(zone: str, cron: str) -> None:
    assert_once_a_day(times(zone, cron, START, END))


def test_a_time_that_is_left_out_counts_at_the_next_that_there_is() -> None:
    night = datetime(2026, 3, 28, 12, tzinfo=UTC)
    (found,) = times("Europe/Berlin", "30 2 * * *", night, night + timedelta(hours=20))
    assert found.isoformat() == "2026-03-29T03:00:00+02:00"


@pytest.mark.parametrize(("cron", "runs"), [("0 * * * *", 25), ("30 * * * *", 25), ("0 */6 * * *", 4)])
def test_an_hourly_schedule_runs_in_both_of_a_double_hour(cron: str, runs: int) -> None:
    midnight = datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)
    assert len(times("Europe/Berlin", cron, midnight, midnight + timedelta(hours=25))) == runs
