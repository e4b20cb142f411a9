"""Runs jobs: takes one, does it with a pulse beside it, and ends it or puts it back for another attempt."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import orjson

from crm_platform.database.interface import Row
from crm_platform.documents.context import Context
from crm_platform.documents.runtime import Runtime
from crm_platform.errors import CRMError, ValidationError
from crm_platform.jobs.attempt import Attempt
from crm_platform.jobs.job import AsUser, JobCancelled, LeaseLost
from crm_platform.jobs.leases import GONE, Leases
from crm_platform.jobs.schedules import Schedules
from crm_platform.jobs.task import PAUSES, Task, Tasks, find

LOG = logging.getLogger(__name__)

IDLE = 0.5
"""Seconds between two looks at an empty queue."""

PULSE = 5.0
"""Seconds between two signs of life of a running job; several fit into a lease."""

WatchJob = Callable[[str, str, float], None]
"""Told (pack, job, time limit in seconds) before a job runs and ("", "", 0.0) after it: the supervisor's heartbeat."""


def unwatched(pack: str, job: str, limit: float) -> None:
    """The watcher of workers without a supervisor: nobody ends a job that takes too long."""


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
    watch: WatchJob = unwatched
    leases: Leases = field(default_factory=Leases)
    pulse: float = PULSE
    stopping: Event = field(default_factory=Event)

    def run(self) -> None:
        """Work until `stopping` is set. What the last worker at this place left is put back first."""
        self.runtime.write(self._take_over)
        while not self.stopping.is_set():
            if not self.run_once():
                self.stopping.wait(IDLE)

    def run_once(self) -> bool:
        """Queue what the clock asks for, then do one job. False when there was none."""
        if not self.runtime.read(self.has_work):
            return False
        row = self.runtime.write(self._take)
        if row is not None:
            self.perform(row)
        return row is not None

    def deliver(self, job: str) -> None:
        """Do this job, if it is due and nobody has it: what another queue delivers."""
        row = self.runtime.write(lambda ctx: self.leases.take_named(ctx, job))
        if row is not None:
            self.perform(row)

    def has_work(self, ctx: Context) -> bool:
        """Look without a writer's lock: most of the time there is nothing."""
        return bool(self.schedules.due(ctx) or self.leases.abandoned(ctx) or any(self.leases.due(ctx)))

    def _take(self, ctx: Context) -> Row | None:
        self.tidy(ctx)
        return self.leases.take(ctx)

    def tidy(self, ctx: Context) -> None:
        """Queue what the clock asks for, and what lost workers left."""
        self.schedules.queue_due(ctx)
        for row in self.leases.abandoned(ctx):
            self._put_back(ctx, row, GONE)

    def _take_over(self, ctx: Context) -> None:
        for row in self.leases.left_behind(ctx):
            self._put_back(ctx, row, self._end_of(ctx, row))

    def _end_of(self, ctx: Context, row: Row) -> str:
        """Why the worker at this place ended: the supervisor ends one whose job takes too long."""
        task = find(self.tasks, row["task"])
        if task is None or (ctx.now() - row["started"]).total_seconds() < task.time_limit:
            return GONE
        return f"The job ran for more than {task.time_limit:g} seconds and was stopped."

    def perform(self, row: Row) -> None:
        """Do the job that was taken. Whatever becomes of it is written to its record."""
        job = Attempt(self.runtime, row, self.as_user)
        try:
            with self._pulse_of(job):
                self._do(job)
        except LeaseLost:
            LOG.warning("Job %s (%s) was taken over by another worker", job.id, row["task"])
        except JobCancelled:
            job.cancel()
        except Exception as error:  # a task may raise anything: it is noted, and the job tried again
            LOG.warning("Job %s (%s) failed", job.id, row["task"], exc_info=not isinstance(error, CRMError))
            reason = str(error) if isinstance(error, CRMError) else f"{type(error).__name__}: {error}"
            self.runtime.write(lambda ctx: self._put_back(ctx, row, reason))

    def _do(self, job: Attempt) -> None:
        name = str(job.row["task"])
        task = find(self.tasks, name)
        if task is None:
            raise ValidationError("There is no task {task}. Enable the pack that brings it.", task=name)
        arguments = orjson.loads(job.row["arguments"])
        self.watch(name.partition(":")[0] if ":" in name else "core", f"job {job.id} ({name})", task.time_limit)
        try:
            if task.steps:
                job.close(task.function(job, **arguments))
            else:
                self.runtime.write(lambda ctx: self._in_one(ctx, job, task, arguments))
        finally:
            self.watch("", "", 0.0)

    def _in_one(self, ctx: Context, job: Attempt, task: Task, arguments: Mapping[str, Any]) -> None:
        """The effects of a job in the database and its end are one transaction: they happen once."""
        job.finish(ctx, task.function(self.as_user(ctx, job.user), **arguments))

    @contextmanager
    def _pulse_of(self, job: Attempt) -> Iterator[None]:
        ended = Event()

        def beat() -> None:
            while not ended.wait(self.pulse):
                try:
                    job.beat()
                except CRMError as error:  # the database is busy or away: the next beat may get through
                    LOG.info("Job %s: no sign of life: %s", job.id, error)

        thread = Thread(target=beat, name="pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _put_back(self, ctx: Context, row: Row, reason: str) -> None:
        task = find(self.tasks, row["task"])
        due = self.leases.give_back(ctx, row, task.pauses if task else PAUSES, reason)
        if due is not None:
            ctx.runtime.dispatch(ctx.connection, row["id"], due)
