"""Queueing: keys that queue once, also from two transactions at a time, and arguments that are plain data."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest

from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.records import KEEP, forget
from crm_platform.jobs.task import task
from support.offices import Office, note, work_off


@task("greet", key="{text}")
def greet(ctx: Context, text: str, sign: str = "") -> None:
    note(ctx, text + sign)


def test_a_key_queues_once_also_after_the_job_is_done(office: Office) -> None:
    worker = office.worker()
    for _ in range(2):
        assert office.queue("note", key="welcome-王芳") == "welcome-王芳"
        work_off(worker)
    assert office.notes() == ["你好"]
    office.clock.go_on(seconds=KEEP.total_seconds() + 1)
    office.site.system(forget)
    office.queue("note", key="welcome-王芳")
    work_off(worker)
    assert office.notes() == ["你好", "你好"]


def test_a_task_makes_the_key_of_its_arguments(office: Office) -> None:
    jobs = [
        office.site.write(lambda ctx, sign=sign, text=text: enqueue(ctx, greet, {"text": text, "sign": sign}))
        for text, sign in (("您好", "!"), ("您好", "?"), ("再见", ""))
    ]
    assert jobs == ["greet 您好", "greet 您好", "greet 再见"]
    work_off(office.worker(greet=greet))
    assert sorted(office.notes()) == sorted(["您好!", "再见"])


def test_two_transactions_with_one_key_queue_one_job(office: Office) -> None:
    """The second one has looked before the first one commits."""
    office.queue("note")  # the statements are compiled
    work_off(office.worker())
    gate = Barrier(2, timeout=60)

    def cause() -> None:
        gate.wait()
        office.queue("note", key="once")

    threads = [Thread(target=cause) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work_off(office.worker()) == 1


def test_arguments_that_are_no_plain_data_are_refused(office: Office) -> None:
    with pytest.raises(ValidationError, match="arguments of the task note are not plain JSON"):
        office.site.write(lambda ctx: enqueue(ctx, "note", {"text": object()}))


def test_times_are_plain_data(office: Office) -> None:
    day = datetime(2026, 1, 31, tzinfo=UTC)
    job = office.site.write(lambda ctx: enqueue(ctx, "note", {"text": day}))
    assert office.job(job)["arguments"] == '{"text":"2026-01-31T00:00:00+00:00"}'


def test_the_tasks_of_a_pack_are_called_directly_too(office: Office) -> None:
    office.site.write(lambda ctx: greet(ctx, "直接"))
    assert office.notes() == ["直接"]
