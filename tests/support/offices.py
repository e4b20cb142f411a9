"""Fixture: a site with a clock that stands still, and a worker with a few tasks, for tests of jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from crm_platform.database.interface import Row
from crm_platform.documents.context import Context
from crm_platform.jobs.leases import Leases
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import Schedule, Schedules
from crm_platform.jobs.tables import JOB
from crm_platform.jobs.worker import Worker
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from support.clock import Clock


@dataclass
class Office:
    """A site in Berlin, its clock, and what tests of jobs do with them."""

    site: TestSite
    clock: Clock

    def worker(self, *schedules: Schedule, **tasks: Any) -> Worker:
        """A worker of its own place, without chance in its pauses."""
        known = {"note": note, "note_and_fail": note_and_fail, **tasks}
        leases = Leases(monotonic=self.clock.monotonic, jitter=lambda: 1.0)
        site = self.site.site
        return Worker(
            site.runtime, lambda: known, site.access.as_user, Schedules(lambda: schedules), leases=leases, pulse=0.05
        )

    def queue(self, task: Any, user: str = "Administrator", /, **options: Any) -> str:
        return self.site.write(lambda ctx: enqueue(ctx, task, {"text": "你好"}, **options), user)

    def job(self, job: str = "") -> Row:
        """The record of a job, by default of the only one."""
        where = {"id": job} if job else {}
        (row,) = self.site.system(lambda ctx: ctx.connection.fetch(JOB, where))
        return row

    def notes(self) -> list[str]:
        rows = self.site.read(lambda ctx: ctx.store.list("ToDo", fields=["description"], limit=None))
        return sorted(str(row["description"]) for row in rows)


def note(ctx: Context, text: str) -> None:
    ctx.store.insert(ctx.store.new("ToDo", {"description": text}))


def note_and_fail(ctx: Context, text: str) -> None:
    note(ctx, text)
    raise RuntimeError("after the effect")


def work_off(worker: Worker) -> int:
    """Do every job that is due; returns how many."""
    done = 0
    while worker.run_once():
        done += 1
    return done


def in_berlin(site: TestSite, clock: Callable[[], Any]) -> TestSite:
    """The site opened again, in Berlin, by another clock."""
    site.site.close()
    site.site.folder.write_settings(replace(site.site.settings, time_zone="Europe/Berlin"))
    return TestSite(open_site(site.site.folder.path, clock=clock))


@pytest.fixture
def office(site: TestSite, tmp_path: Path) -> Iterator[Office]:
    """An office on each database."""
    clock = Clock()
    made = in_berlin(site, clock)
    yield Office(made, clock)
    made.site.close()


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
