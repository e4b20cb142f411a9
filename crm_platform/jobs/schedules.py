"""Work by the clock: cron expressions in the site's time zone, each turned into a job when it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_platform.database.interface import Row
from crm_platform.deferred import Deferred
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.tables import SCHEDULE

SET_BACK = timedelta(hours=25)
"""A clock that lies further back than this behind a schedule's last time was wrong then: the schedule starts anew. A
smaller step back (a day that comes twice) lets nothing run twice."""

CRON = "crm_platform.jobs.cron"
next_time: Callable[[Context, str], datetime] = Deferred(CRON, "next_time")
is_cron: Callable[[str], bool] = Deferred(CRON, "is_cron")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule: the task that it queues, and its cron expression."""

    task: str
    cron: str


@dataclass(frozen=True)
class Schedules:
    """`every` gives the schedules of the engine and of the packs that are enabled at the moment."""

    every: Callable[[], Iterable[Schedule]]

    def due(self, ctx: Context) -> list[tuple[Schedule, Row | None]]:
        """Those whose time has come, with their record; and new ones, which have none yet."""
        known = {row["id"]: row for row in ctx.connection.fetch(SCHEDULE)}
        found = ((schedule, known.get(schedule.task)) for schedule in self.every())
        return [(schedule, row) for schedule, row in found if row is None or _has_come(row, ctx.now())]

    def queue_due(self, ctx: Context) -> None:
        """Queue each schedule whose time has come, once for all times that were missed. One that is new waits for its
        first time. Of several workers one queues it: the time is moved on by a conditional UPDATE."""
        for schedule, row in self.due(ctx):
            following, now = next_time(ctx, schedule.cron), ctx.now()
            if row is None:
                ctx.connection.add(SCHEDULE, {"id": schedule.task, "next": following})
                continue
            where = {"id": schedule.task, "next": row["next"]}
            if ctx.connection.change(SCHEDULE, {"next": following, "queued": now}, where) and row["next"] <= now:
                enqueue(ctx, schedule.task, {}, key=f"{schedule.task} {row['next'].isoformat()}", user=ADMINISTRATOR)


def _has_come(row: Row, now: datetime) -> bool:
    """Whether a schedule is to be looked at: its time has come, or the clock was far ahead when it was queued last."""
    return row["next"] <= now or (row["queued"] is not None and now < row["queued"] - SET_BACK)
