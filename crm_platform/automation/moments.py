"""When a date field plus so many days and hours is reached: calendar days in the site's zone, hours as they pass."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_platform.automation.rule import Trigger

SLACK = timedelta(days=2)
"""More than a time zone and summer time can shift a calendar day."""

MOST_DAYS = 36_500
MOST_HOURS = 87_600


def moment_of(trigger: Trigger, value: date | datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which `value` is reached; a date begins at midnight, or where that is left out after it."""
    local = value.astimezone(zone) if isinstance(value, datetime) else datetime.combine(value, time(), zone)
    return (local + timedelta(days=trigger.days)).astimezone(UTC) + timedelta(hours=trigger.hours)


def range_of(
    trigger: Trigger, since: datetime, until: datetime, *, whole_days: bool
) -> tuple[date, date] | tuple[datetime, datetime]:
    """Values between which everything lies that is reached after `since` and up to `until`, and a little more."""
    offset = timedelta(days=trigger.days, hours=trigger.hours)
    first, last = since - offset - SLACK, until - offset + SLACK
    return (first.date(), last.date()) if whole_days else (first, last)
