"""Cron expressions in the site's time zone."""

from __future__ import annotations

from datetime import UTC, datetime

from croniter import croniter

from crm_platform.documents.context import Context

HOUR = 1
"""The place of the hours in a cron expression."""


def next_time(ctx: Context, cron: str) -> datetime:
    """The next time after now, in UTC; the expression counts in the site's time zone, summer time included.

    A wall-clock time that comes twice in a night counts once, unless the expression is for every hour; one that is
    left out counts at the next that there is.
    """
    zone = ctx.runtime.zone
    times = croniter(cron, ctx.now().astimezone(zone))
    every_hour = times.expanded[HOUR] == ["*"]
    while True:
        found: datetime = times.get_next(datetime).astimezone(UTC)
        if every_hour or not found.astimezone(zone).fold:
            return found


def is_cron(text: str) -> bool:
    return bool(croniter.is_valid(text))
