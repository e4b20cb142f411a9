"""Work by the clock: cron expressions in the site's time zone, each turned into a job when it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from croniter import croniter

from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.tables import SCHEDULE


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule: the task that it queues, and its cron expression."""

    task: str
    cron: str


@dataclass(frozen=True)
class Schedules:
    """`every` gives the schedules of the packs that are enabled at the moment."""

    every: Callable[[], Iterable[Schedule]]

    def due(self, ctx: Context) -> list[tuple[Schedule, datetime | None]]:
        """Those whose time has come, with that time; and new ones, whose first time is not known yet."""
        times = {row["id"]: row["next"] for row in ctx.connection.fetch(SCHEDULE)}
        found = ((schedule, times.get(schedule.task)) for schedule in self.every())
        return [(schedule, time) for schedule, time in found if time is None or time <= ctx.now()]

    def queue_due(self, ctx: Context) -> None:
        """Queue each schedule whose time has come, once for all times that were missed. One that is new waits for its
        first time. Of several workers one queues it: the time is moved on by a conditional UPDATE."""
        for schedule, time in self.due(ctx):
            following = next_time(ctx, schedule.cron)
            if time is None:
                ctx.connection.put(SCHEDULE, {"id": schedule.task, "next": following})
            elif ctx.connection.change(SCHEDULE, {"next": following}, {"id": schedule.task, "next": time}):
                enqueue(ctx, schedule.task, {}, key=f"{schedule.task} {time.isoformat()}", user=ADMINISTRATOR)


def next_time(ctx: Context, cron: str) -> datetime:
    """The next time after now, in UTC; the expression counts in the site's time zone, summer time included."""
    local = ctx.now().astimezone(ctx.runtime.zone)
    found: datetime = croniter(cron, local).get_next(datetime)
    return found.astimezone(UTC)


def is_cron(text: str) -> bool:
    return bool(croniter.is_valid(text))
