"""Jobs: queued with their cause, done once, tried again, taken over from a worker that was killed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_platform.database.interface import Row
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import Schedule, Schedules
from crm_platform.jobs.tables import JOB
from crm_platform.jobs.task import PAUSES
from crm_platform.jobs.worker import KEEP, LEASE, LeaseLost, Worker
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite, make_site

START = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, database_url: str, site_template: Path, clock: Clock) -> Iterator[TestSite]:
    """A site in Berlin, on each database, with a clock of its own."""
    database = database_url if database_url.startswith("postgresql") else ""
    made = make_site(tmp_path / "site", database, template=site_template).site
    made.close()
    made.folder.write_settings(replace(made.settings, time_zone="Europe/Berlin"))
    site = open_site(made.folder.path, clock=clock)
    yield TestSite(site)
    site.close()


def note(ctx: Context, text: str) -> None:
    ctx.store.insert(ctx.store.new("ToDo", {"description": text}))


def note_and_fail(ctx: Context, text: str) -> None:
    note(ctx, text)
    raise RuntimeError("after the effect")


def worker(office: TestSite, *schedules: Schedule, **tasks: Any) -> Worker:
    known = {"note": note, "note_and_fail": note_and_fail, **tasks}
    return Worker(office.site.runtime, lambda: known, office.site.access.as_user, Schedules(lambda: schedules))


def notes(office: TestSite) -> list[str]:
    rows = office.read(lambda ctx: ctx.store.list("ToDo", fields=["description"], order_by="creation", limit=None))
    return [str(row["description"]) for row in rows]


def jobs(office: TestSite) -> list[Row]:
    return office.system(lambda ctx: ctx.connection.fetch(JOB, order_by="created"))


def queue(office: TestSite, task: str, user: str = "Administrator", **options: Any) -> str:
    return office.write(lambda ctx: enqueue(ctx, task, {"text": "你好"}, **options), user)


def test_a_job_runs_after_the_commit_as_the_user_who_caused_it(office: TestSite) -> None:
    office.role("Note Taker")
    author = office.user("li.wei@example.com", "System Manager")
    queue(office, "note", author)
    assert notes(office) == []
    assert worker(office).run_once()
    assert notes(office) == ["你好"]
    owners = office.read(lambda ctx: ctx.store.list("ToDo", fields=["owner"]))
    assert [row["owner"] for row in owners] == [author]
    assert not worker(office).run_once()


def test_there_is_no_job_when_its_cause_is_rolled_back(office: TestSite) -> None:
    def cause(ctx: Context) -> None:
        enqueue(ctx, "note", {"text": "never"})
        raise ValidationError("No.")

    with pytest.raises(ValidationError):
        office.write(cause)
    assert not worker(office).run_once()


def test_a_key_queues_once_also_after_the_job_is_done(office: TestSite, clock: Clock) -> None:
    for _ in range(2):
        queue(office, "note", key="welcome-王芳")
        worker(office).run_once()
    assert notes(office) == ["你好"]
    clock.go_on(seconds=KEEP.total_seconds() + 1)
    queue(office, "note")
    while worker(office).run_once():
        pass
    assert [job["id"] for job in jobs(office) if job["id"] == "welcome-王芳"] == []


def test_a_failing_job_leaves_nothing_and_is_tried_again_with_longer_pauses(office: TestSite, clock: Clock) -> None:
    queue(office, "note_and_fail")
    for attempt, pause in enumerate(PAUSES, start=1):
        assert worker(office).run_once()
        (job,) = jobs(office)
        assert (job["state"], job["attempts"], job["error"]) == ("queued", attempt, "RuntimeError: after the effect")
        clock.go_on(seconds=pause - 1)
        assert not worker(office).run_once()
        clock.go_on(seconds=1)
    assert worker(office).run_once()
    assert jobs(office)[0]["state"] == "failed"
    assert not worker(office).run_once()
    assert notes(office) == []


def test_a_delayed_job_waits(office: TestSite, clock: Clock) -> None:
    queue(office, "note", delay=timedelta(hours=1))
    assert not worker(office).run_once()
    clock.go_on(hours=1)
    assert worker(office).run_once()


def test_an_unknown_task_is_named_and_imports_nothing(office: TestSite) -> None:
    queue(office, "os.system")
    worker(office).run_once()
    assert jobs(office)[0]["error"] == "There is no task os.system. Enable the pack that brings it."


def test_X04_a_job_whose_worker_was_killed_runs_again_and_its_effects_come_once(office: TestSite, clock: Clock) -> None:
    queue(office, "note")
    killed = worker(office)
    leased = office.system(killed.lease)
    assert leased is not None
    assert not worker(office).run_once()
    clock.go_on(seconds=LEASE.total_seconds() + 1)
    assert not worker(office).run_once(), "given back, it waits for its pause"
    clock.go_on(seconds=PAUSES[0])
    assert worker(office).run_once()
    assert notes(office) == ["你好"]
    assert jobs(office)[0]["attempts"] == 2


def test_a_run_that_outlives_its_lease_is_taken_back(office: TestSite, clock: Clock) -> None:
    def slow(ctx: Context, text: str) -> None:
        note(ctx, text)

    late = worker(office, slow=slow)
    queue(office, "slow")
    leased = office.system(late.lease)
    assert leased is not None
    clock.go_on(seconds=LEASE.total_seconds() + PAUSES[0] + 1)
    other = worker(office, slow=slow)
    other.run_once()
    clock.go_on(seconds=PAUSES[0] + 1)
    assert other.run_once()
    with pytest.raises(LeaseLost):
        office.system(lambda ctx: late.do(ctx, leased))
    assert notes(office) == ["你好"]


def test_a_schedule_runs_at_its_local_time_once_for_what_was_missed(office: TestSite, clock: Clock) -> None:
    """The clocks of Berlin go forward in the night after START: 07:30 there is 06:30 UTC before and 05:30 after."""
    ran: list[datetime] = []
    morning = Schedule("morning", "30 7 * * *")
    tasks = {"morning": lambda ctx: ran.append(ctx.now())}

    def work() -> None:
        while worker(office, morning, **tasks).run_once():
            pass

    work()
    assert ran == []
    clock.now = datetime(2026, 3, 29, 5, 29, tzinfo=UTC)
    work()
    assert ran == []
    clock.now = datetime(2026, 3, 29, 5, 30, tzinfo=UTC)
    work()
    work()
    assert len(ran) == 1
    clock.go_on(days=3)
    work()
    assert len(ran) == 2
