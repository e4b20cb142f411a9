"""Runs jobs: leases one, does it in a transaction that also marks it done, or puts it back for later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import orjson

from crm_platform.database.interface import Connection, Row
from crm_platform.documents.context import Context
from crm_platform.documents.events import Watch, unwatched
from crm_platform.documents.runtime import Runtime
from crm_platform.errors import CRMError, ValidationError
from crm_platform.jobs.schedules import Schedules
from crm_platform.jobs.tables import JOB
from crm_platform.jobs.task import PAUSES, Function

LOG = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""After so long without an end a job counts as abandoned (its worker was killed) and runs again."""

KEEP = timedelta(days=7)
"""Finished jobs, and with them their keys, are kept so long."""

IDLE = 1.0

AsUser = Callable[[Context, str], Context]
Tasks = Callable[[], Mapping[str, Function]]


class LeaseLost(Exception):
    """The job ran longer than its lease and somebody else has it now: what this run did is taken back."""


@dataclass
class Worker:
    """Works through the queue of one site.

    `tasks` gives the functions that may run, by name: composition decides, nothing is imported by a name from the
    database. `as_user` turns a bare Context into one of a user; `schedules` queue what is due by the clock.
    """

    runtime: Runtime
    tasks: Tasks
    as_user: AsUser
    schedules: Schedules
    watch: Watch = unwatched
    stopping: Event = field(default_factory=Event)

    def run(self) -> None:
        """Work until `stopping` is set."""
        while not self.stopping.is_set():
            if not self.run_once():
                self.stopping.wait(IDLE)

    def run_once(self) -> bool:
        """Queue what the clock asks for, then do one job. False when there was none."""
        if not self.runtime.read(self._has_work):
            return False
        self.runtime.write(self.schedules.queue_due)
        job = self.runtime.write(self.lease)
        if job is None:
            return False
        try:
            self.runtime.write(lambda ctx: self.do(ctx, job))
        except LeaseLost:
            LOG.warning("Job %s (%s) outlived its lease; another worker has it", job["id"], job["task"])
        except Exception as error:  # a task may raise anything: it is noted, and the job tried again
            LOG.warning("Job %s (%s) failed", job["id"], job["task"], exc_info=not isinstance(error, CRMError))
            reason = str(error) if isinstance(error, CRMError) else f"{type(error).__name__}: {error}"
            self.runtime.write(lambda ctx: _put_back(ctx, job, reason))
        return True

    def _has_work(self, ctx: Context) -> bool:
        """Look without a writer's lock: most of the time there is nothing."""
        return bool(self.schedules.due(ctx)) or any(
            row[column] <= ctx.now()
            for state, column in (("queued", "due"), ("running", "leased_until"))
            for row in ctx.connection.fetch(JOB, {"state": state}, order_by=column, limit=1)
        )

    def lease(self, ctx: Context) -> Row | None:
        """Take the job that has been due longest; of several workers only one gets it."""
        _free_abandoned(ctx)
        for row in ctx.connection.fetch(JOB, {"state": "queued"}, order_by="due", limit=1):
            if row["due"] > ctx.now():
                return None
            lease = {
                "state": "running",
                "lease": uuid4().hex,
                "leased_until": ctx.now() + LEASE,
                "attempts": row["attempts"] + 1,
            }
            where = {"id": row["id"], "state": "queued", "attempts": row["attempts"]}
            if ctx.connection.change(JOB, lease, where):
                return {**row, **lease}
        return None

    def do(self, ctx: Context, job: Row) -> None:
        """The effects of a job in the database and its end are one transaction: they happen once."""
        ended = {"state": "done", "finished": ctx.now(), "lease": None, "leased_until": None, "error": None}
        if not ctx.connection.change(JOB, ended, {"id": job["id"], "lease": job["lease"]}):
            raise LeaseLost
        task = self.tasks().get(job["task"])
        if task is None:
            raise ValidationError("There is no task {task}. Enable the pack that brings it.", task=job["task"])
        pack = str(job["task"]).partition(":")[0] if ":" in job["task"] else ""
        self.watch(pack, f"task {job['task']}")
        try:
            task(self.as_user(ctx, job["user"]), **orjson.loads(job["arguments"]))
        finally:
            self.watch("", "")


def _free_abandoned(ctx: Context) -> None:
    """Give back jobs whose worker is gone, and forget old ones."""
    for row in ctx.connection.fetch(JOB, {"state": "running"}, order_by="leased_until", limit=10):
        if row["leased_until"] < ctx.now():
            _put_back(ctx, row, "The worker ended before the job did.")
    for row in ctx.connection.fetch(JOB, {"state": "done"}, order_by="finished", limit=10):
        if row["finished"] < ctx.now() - KEEP:
            ctx.connection.remove(JOB, {"id": row["id"]})


def _put_back(ctx: Context, job: Mapping[str, Any], reason: str) -> None:
    """For another attempt later; after the last one the job stays as failed, with its reason."""
    attempts = job["attempts"]
    again = attempts <= len(PAUSES)
    values: dict[str, Any] = {"error": reason[:1000], "lease": None, "leased_until": None}
    if again:
        values |= {"state": "queued", "due": ctx.now() + timedelta(seconds=PAUSES[attempts - 1])}
    else:
        values |= {"state": "failed", "finished": ctx.now()}
    ctx.connection.change(JOB, values, {"id": job["id"], "lease": job["lease"]})


def failed(connection: Connection) -> list[Row]:
    """Jobs that were given up, the newest first."""
    return connection.fetch(JOB, {"state": "failed"}, order_by="-finished")
