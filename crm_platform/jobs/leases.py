"""Who works at which job: taking one, telling a live worker from a lost one, giving a job back for another attempt."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any
from uuid import uuid4

from crm_platform.database.interface import Row
from crm_platform.documents.context import Context
from crm_platform.jobs.tables import CANCELLED, FAILED, JOB, NEVER, QUEUED, RUNNING

LEASE = 30.0
"""Seconds without a sign of life after which a running job counts as abandoned: its worker was killed."""

LOOK_AHEAD = 20
"""How many jobs a worker looks at to find one that no other takes at the same moment."""

EARLY = timedelta(seconds=1)
ERROR_LENGTH = 1000
GONE = "The worker ended before the job did."

_RANDOM = SystemRandom()


def jitter() -> float:
    """A factor for a pause, so that jobs that failed together do not come back together."""
    return _RANDOM.uniform(1.0, 1.25)


@dataclass
class Leases:
    """The leases of one worker, at its `place`.

    A lost worker is told by its beat, which no longer grows, on the observer's own `monotonic` clock: the times that
    workers write down do not count, so that no clock that is set takes a job from a live worker or keeps it with a
    dead one. `patience` are the seconds that a due job is left to whom it is delivered to.
    """

    place: str = field(default_factory=lambda: uuid4().hex)
    length: float = LEASE
    patience: float = 0.0
    monotonic: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = jitter
    _seen: dict[str, tuple[int, float]] = field(default_factory=dict)

    def due(self, ctx: Context) -> Iterator[Row]:
        """Queued jobs whose time has come, those that waited longest first."""
        now = ctx.now()
        for row in ctx.connection.fetch(JOB, order_by="due", limit=LOOK_AHEAD):
            late = (now - row["due"]).total_seconds()
            if row["state"] == QUEUED and is_due(row, now) and not 0 <= late < self.patience:
                yield row

    def take(self, ctx: Context) -> Row | None:
        """Take a due job; of several workers only one gets it."""
        return next((taken for row in self.due(ctx) if (taken := self.take_this(ctx, row)) is not None), None)

    def take_named(self, ctx: Context, job: str) -> Row | None:
        """Take one certain job, if it is queued and due; it may have been delivered a moment too early."""
        soon = ctx.now() + EARLY
        rows = ctx.connection.fetch(JOB, {"id": job, "state": QUEUED})
        return next((self.take_this(ctx, row) for row in rows if is_due(row, soon)), None)

    def take_this(self, ctx: Context, row: Row) -> Row | None:
        """Take the queued job that `row` shows, unless somebody was quicker."""
        lease = {
            "state": RUNNING,
            "due": NEVER,
            "lease": uuid4().hex,
            "beat": 0,
            "place": self.place,
            "attempts": row["attempts"] + 1,
            "started": ctx.now(),
        }
        where = {"id": row["id"], "state": QUEUED, "attempts": row["attempts"]}
        return {**row, **lease} if ctx.connection.change(JOB, lease, where) else None

    def abandoned(self, ctx: Context) -> list[Row]:
        """Running jobs whose beat has not grown for `length` seconds of watching."""
        now = self.monotonic()
        rows = ctx.connection.fetch(JOB, {"state": RUNNING})
        before, self._seen = self._seen, {}
        for row in rows:
            beat, since = before.get(row["lease"], (None, now))
            self._seen[row["lease"]] = (row["beat"], since if beat == row["beat"] else now)
        return [row for row in rows if now - self._seen[row["lease"]][1] >= self.length]

    def left_behind(self, ctx: Context) -> list[Row]:
        """Running jobs of the worker that had this place before: it is gone."""
        return ctx.connection.fetch(JOB, {"state": RUNNING, "place": self.place})

    def give_back(
        self, ctx: Context, job: Mapping[str, Any], pauses: tuple[float, ...], reason: str
    ) -> datetime | None:
        """Queue a job for another attempt, and return when; after the last one it is parked as failed, with its reason.

        A job that somebody wanted to cancel is cancelled. Nothing happens when the lease is no longer that of `job`.
        """
        values: dict[str, Any] = {"error": reason[:ERROR_LENGTH], "lease": None, "place": None}
        attempts, now = job["attempts"], ctx.now()
        wait = pauses[attempts - 1] * self.jitter() if attempts <= len(pauses) else None
        if self._is_unwanted(ctx, job):
            values |= {"state": CANCELLED, "finished": now}
        elif wait is None:
            values |= {"state": FAILED, "finished": now}
        else:
            values |= {"state": QUEUED, "due": now + timedelta(seconds=wait), "wait": wait}
        if not ctx.connection.change(JOB, values, {"id": job["id"], "lease": job["lease"]}):
            return None
        ctx.runtime.announce(ctx, job["id"], job["user"])
        return values.get("due")

    def _is_unwanted(self, ctx: Context, job: Mapping[str, Any]) -> bool:
        return any(row["cancel_asked"] is not None for row in ctx.connection.fetch(JOB, {"id": job["id"]}))


def is_due(row: Row, now: datetime) -> bool:
    """Whether a queued job may run. A time further ahead than the job was ever to wait was written before the clock
    was set back."""
    ahead = (row["due"] - now).total_seconds()
    return bool(ahead <= 0 or ahead > (row["wait"] or 0))
