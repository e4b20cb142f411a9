"""Jobs under any order of events: two workers, lost ones, cancels, retries, clocks that run and are set.

The model knows of each job how often its effect was committed; the database must agree, and no job may get lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from crm_platform.database.interface import Row
from crm_platform.database.system import SystemTable
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.jobs.leases import LEASE
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.records import Desk
from crm_platform.jobs.tables import JOB, STATES
from crm_platform.jobs.task import Task
from crm_platform.jobs.worker import Worker
from crm_platform.testing import TestSite
from support.clock import Clock
from support.offices import Office, in_berlin

ENDED = ("done", "failed", "cancelled")
EFFECT = SystemTable("_effect", {"id": "int", "job": "text"}, ("id",))
PAUSES = (1.0, 60.0)


def leave(ctx: Context, name: str, fails: bool) -> None:
    """The effect of a job: one row, taken back when the job fails."""
    ctx.connection.put(EFFECT, {"id": ctx.connection.next_numbers("_effect"), "job": name})
    if fails:
        raise ValidationError("It fails.")


class Jobs(RuleBasedStateMachine):
    """Two workers on one site; `taken` are runs that have not ended yet, also those of workers that are lost."""

    office: Office
    names = count()

    jobs: Bundle[str] = Bundle("jobs")
    taken: Bundle[tuple[int, Row]] = Bundle("taken")

    def __init__(self) -> None:
        super().__init__()
        self.office.site.system(
            lambda ctx: [
                ctx.connection.remove(t, {"id": r["id"]}) for t in (JOB, EFFECT) for r in ctx.connection.fetch(t)
            ]
        )
        self.workers = [self.office.worker(leave=Task("leave", leave, pauses=PAUSES)) for _ in range(2)]
        self.queued: set[str] = set()

    @rule(target=jobs, fails=st.sampled_from([False, False, True]), delay=st.sampled_from([0, 0, 0, 30, 3600]))
    def enqueue(self, fails: bool, delay: int) -> str:
        name = f"工作 {next(self.names)}"
        arguments = {"name": name, "fails": fails}
        wait = timedelta(seconds=delay)
        self.office.site.write(lambda ctx: enqueue(ctx, "leave", arguments, key=name, delay=wait))
        self.queued.add(name)
        return name

    @rule(job=jobs)
    def enqueue_again(self, job: str) -> None:
        """With the same key: nothing happens."""
        self.office.site.write(lambda ctx: enqueue(ctx, "leave", {"name": job, "fails": False}, key=job))

    @rule(target=taken, worker=st.integers(0, 1))
    def take(self, worker: int) -> Any:
        """A worker takes a job and is held up before it does it, or is killed."""
        row = self.office.site.system(self.workers[worker].leases.take)
        return multiple() if row is None else (worker, row)

    @rule(run=taken)
    def take_over(self, run: tuple[int, Row]) -> None:
        """The other worker watches the silence of a run until it may do the job itself."""
        other = self.workers[1 - run[0]]
        for seconds in (LEASE, PAUSES[-1], 0):
            other.run_once()
            self.office.clock.go_on(seconds=seconds)

    @rule(run=consumes(taken))
    def go_on(self, run: tuple[int, Row]) -> None:
        """A run that was held up goes on, perhaps long after it was taken over."""
        worker, row = run
        self.workers[worker].perform(row)

    @rule(worker=st.integers(0, 1))
    def work(self, worker: int) -> None:
        self.workers[worker].run_once()

    @rule(seconds=st.sampled_from([0.5, 2, LEASE + 1, 4000]))
    def time_passes(self, seconds: float) -> None:
        self.office.clock.go_on(seconds=seconds)

    @rule(hours=st.sampled_from([-24, -1, 1, 24]))
    def clock_is_set(self, hours: int) -> None:
        self.office.clock.set_by(hours=hours)

    @rule(job=jobs, method=st.sampled_from(["cancel", "retry"]))
    def steer(self, job: str, method: str) -> None:
        def work(ctx: Context) -> Any:
            return getattr(Desk(ctx, dict, manager=True), method)(job)

        try:
            self.office.site.system(work)
        except ValidationError as refused:
            assert "ended" in str(refused) or "failed or was cancelled" in str(refused)

    @invariant()
    def every_job_is_there_and_its_effect_came_once_at_most(self) -> None:
        rows, effects = self.look()
        assert {row["id"] for row in rows} == self.queued
        for row in rows:
            assert row["state"] in STATES
            assert row["attempts"] <= len(PAUSES) + 1
            assert effects[row["id"]] == (row["state"] == "done"), row
            assert (row["lease"] is not None) == (row["state"] == "running")
            assert (row["finished"] is not None) == (row["state"] in ENDED)

    def look(self) -> tuple[list[Row], Counter[str]]:
        def read(ctx: Context) -> tuple[list[Row], Counter[str]]:
            effects = Counter(row["job"] for row in ctx.connection.fetch(EFFECT))
            return ctx.connection.fetch(JOB), effects

        return self.office.site.read(read)

    def teardown(self) -> None:
        """Left alone with working workers, every job ends."""
        for _ in range(len(PAUSES) + 2):
            for worker in self.workers:
                drain(worker)
            self.office.clock.go_on(seconds=LEASE + 4000)
        rows, _ = self.look()
        assert {row["state"] for row in rows} <= set(ENDED)


def drain(worker: Worker) -> None:
    while worker.run_once():
        pass


@pytest.fixture
def quiet_office(site: TestSite) -> Iterator[Office]:
    clock = Clock()
    made = in_berlin(site, clock)
    made.site.runtime.database.ensure_tables([EFFECT])
    yield Office(made, clock)
    made.site.close()


def run_machine(office: Office, examples: int, steps: int) -> None:
    machine = type("JobsHere", (Jobs,), {"office": office})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=checks)
    )


def test_no_order_of_events_loses_a_job_or_repeats_its_effect(quiet_office: Office) -> None:
    run_machine(quiet_office, 15, 25)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_two_thousand_orders_of_events(quiet_office: Office) -> None:
    run_machine(quiet_office, 2000, 50)
