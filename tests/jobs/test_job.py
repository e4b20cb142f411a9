"""Tasks in steps: their own transactions, progress that is seen while they run, an end when somebody cancels them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest

from crm_platform.jobs import job as job_module
from crm_platform.jobs.job import Job
from crm_platform.jobs.records import Desk
from crm_platform.jobs.task import Task
from crm_platform.jobs.worker import Worker
from support.offices import Office, note


@pytest.fixture
def every_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sentence of progress is written down, also when they follow each other at once."""
    monkeypatch.setattr(job_module, "TELL_EVERY", 0.0)


def ask_to_stop(office: Office, job: str) -> str:
    desk = lambda ctx: Desk(ctx, dict, manager=True).cancel(job)  # noqa: E731
    return str(office.site.system(desk)["state"])


def steps(function: Callable[..., object]) -> Task:
    return Task("steps", function, steps=True)


def test_each_step_is_committed_and_a_failure_keeps_what_was_done(office: Office) -> None:
    def work(job: Job, text: str) -> None:
        job.write(lambda ctx: note(ctx, f"{text} {job.attempt}"))
        if job.attempt == 1:
            raise RuntimeError("between two steps")

    office.queue("steps")
    worker = office.worker(steps=steps(work))
    worker.run_once()
    assert office.notes() == ["你好 1"]
    office.clock.go_on(seconds=10)
    worker.run_once()
    assert office.notes() == ["你好 1", "你好 2"]
    assert office.job()["state"] == "done"


def test_a_step_has_the_rights_of_the_user(office: Office) -> None:
    clerk = office.site.user("wang.fang@example.com")
    seen: list[bool] = []
    office.queue("steps", clerk)
    office.worker(
        steps=steps(lambda job, text: seen.append(job.read(lambda ctx: "Administrator" in ctx.roles)))
    ).run_once()
    assert seen == [False]
    assert office.job()["user"] == clerk


@pytest.mark.usefixtures("every_word")
def test_progress_is_seen_while_the_job_runs(office: Office) -> None:
    seen: list[tuple[int, str, str]] = []

    def work(job: Job, text: str) -> None:
        for percent in (0, 33.4, 250):
            job.progress(percent, "{count} of {total} rows", count=percent, total=250)
            row = office.job()
            seen.append((row["percent"], row["sentence"], row["state"]))

    office.queue("steps")
    office.worker(steps=steps(work)).run_once()
    assert seen == [
        (0, "0 of 250 rows", "running"),
        (33, "33.4 of 250 rows", "running"),
        (100, "250 of 250 rows", "running"),
    ]
    assert office.job()["percent"] == 100


def test_progress_costs_little_when_it_is_told_often(office: Office) -> None:
    def work(job: Job, text: str) -> None:
        for number in range(10_000):
            job.progress(number / 100)

    office.queue("steps")
    office.worker(steps=steps(work)).run_once()
    assert office.job()["beat"] < 100, "so often it was written down"


def test_a_cancelled_step_is_taken_back_and_those_before_it_stay(office: Office) -> None:
    def work(job: Job, text: str) -> None:
        job.write(lambda ctx: note(ctx, "first"))
        assert ask_to_stop(office, job.id) == "running"
        job.write(lambda ctx: note(ctx, "second"))

    office.queue("steps")
    office.worker(steps=steps(work)).run_once()
    assert office.notes() == ["first"]
    assert office.job()["state"] == "cancelled"


@pytest.mark.usefixtures("every_word")
def test_a_long_step_learns_of_its_end_by_telling_its_progress(office: Office) -> None:
    def work(job: Job, text: str) -> None:
        job.progress(1)
        ask_to_stop(office, job.id)
        job.progress(2)
        raise AssertionError("not reached")

    office.queue("steps")
    office.worker(steps=steps(work)).run_once()
    assert office.job()["state"] == "cancelled"


def test_a_task_that_only_waits_learns_of_its_end_by_its_pulse(office: Office) -> None:
    started = Event()

    def work(job: Job, text: str) -> None:
        started.set()
        waiting = Event()
        while not waiting.wait(0.01):
            job.check()

    office.queue("steps")
    thread = start(office.worker(steps=steps(work)))
    assert started.wait(60)
    ask_to_stop(office, office.job()["id"])
    thread.join(60)
    assert office.job()["state"] == "cancelled"


def start(worker: Worker) -> Thread:
    thread = Thread(target=worker.run_once)
    thread.start()
    return thread


def test_a_task_that_is_through_is_done_also_when_somebody_cancels_it_late(office: Office) -> None:
    def work(job: Job, text: str) -> str:
        job.write(lambda ctx: note(ctx, text))
        ask_to_stop(office, job.id)
        return "through"

    office.queue("steps")
    office.worker(steps=steps(work)).run_once()
    assert (office.job()["state"], office.job()["result"]) == ("done", '"through"')


def test_a_cancelled_job_whose_worker_is_lost_is_not_tried_again(office: Office) -> None:
    office.queue("note")
    lost = office.worker()
    assert office.site.system(lost.leases.take) is not None
    ask_to_stop(office, office.job()["id"])
    other = office.worker()
    other.run_once()
    office.clock.go_on(seconds=30)
    other.run_once()
    assert office.job()["state"] == "cancelled"
