"""Jobs: queued with their cause, done once, tried again, taken over from a worker that is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from crm_platform.database.interface import Row
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.jobs.job import Job
from crm_platform.jobs.leases import GONE, LEASE
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import Schedule
from crm_platform.jobs.task import PAUSES, Task, task
from crm_platform.jobs.worker import Worker
from support.offices import Office, note, work_off
from support.sabotage import defended_by, nothing


def test_a_job_runs_after_the_commit_as_the_user_who_caused_it(office: Office) -> None:
    author = office.site.user("li.wei@example.com", "System Manager")
    office.queue("note", author)
    assert office.notes() == []
    assert office.worker().run_once()
    owners = office.site.read(lambda ctx: ctx.store.list("ToDo", fields=["owner", "description"]))
    assert owners == [{"owner": author, "description": "你好"}]
    assert not office.worker().run_once()


def test_there_is_no_job_when_its_cause_is_rolled_back(office: Office) -> None:
    def cause(ctx: Context) -> None:
        enqueue(ctx, "note", {"text": "never"})
        raise ValidationError("No.")

    with pytest.raises(ValidationError):
        office.site.write(cause)
    assert not office.worker().run_once()


def test_a_failing_job_leaves_nothing_and_is_tried_again_with_longer_pauses(office: Office) -> None:
    office.queue("note_and_fail")
    for attempt, pause in enumerate(PAUSES, start=1):
        assert office.worker().run_once()
        job = office.job()
        assert (job["state"], job["attempts"], job["error"]) == ("queued", attempt, "RuntimeError: after the effect")
        office.clock.go_on(seconds=pause - 1)
        assert not office.worker().run_once()
        office.clock.go_on(seconds=1)
    assert office.worker().run_once()
    assert office.job()["state"] == "failed"
    assert not office.worker().run_once()
    assert office.notes() == []


def test_a_task_says_how_often_it_is_tried(office: Office) -> None:
    office.queue("once")
    office.worker(once=task("once", pauses=())(note_then_fail)).run_once()
    assert (office.job()["state"], office.job()["attempts"]) == ("failed", 1)


def note_then_fail(ctx: Context, text: str) -> None:
    note(ctx, text)
    raise ValidationError("{text} is not to be.", text=text)


def test_a_delayed_job_waits(office: Office) -> None:
    office.queue("note", delay=timedelta(hours=1))
    assert not office.worker().run_once()
    office.clock.go_on(hours=1)
    assert office.worker().run_once()


def test_an_unknown_task_is_named_and_imports_nothing(office: Office) -> None:
    office.queue("os.system")
    office.worker().run_once()
    assert office.job()["error"] == "There is no task os.system. Enable the pack that brings it."


def test_what_a_task_returns_is_kept(office: Office) -> None:
    job = office.queue("count")
    office.worker(count=lambda ctx, text: {"signs": len(text), "text": text}).run_once()
    assert office.job(job)["result"] == '{"signs":2,"text":"你好"}'


@pytest.mark.parametrize(("result", "sentence"), [({1, 2}, "plain JSON"), ("x" * 70_000, "too big")])
def test_a_result_that_cannot_be_kept_is_refused_with_the_whole_job(
    office: Office, result: object, sentence: str
) -> None:
    def work(ctx: Context, text: str) -> object:
        note(ctx, text)
        return result

    office.queue("work")
    office.worker(work=work).run_once()
    assert sentence in office.job()["error"]
    assert office.notes() == []


@defended_by("crm_platform.jobs.job:Job.hold", replace_with=nothing)
def test_X04_a_run_that_was_taken_over_is_taken_back(office: Office) -> None:
    """A worker that hangs loses its job to another one; when it goes on, what it did is rolled back."""
    office.queue("note")
    late = office.worker()
    row = taken(office, late)
    other = office.worker()
    assert not other.run_once()
    office.clock.go_on(seconds=LEASE)
    assert not other.run_once(), "given back, it waits for its pause"
    assert office.job()["error"] == GONE
    office.clock.go_on(seconds=PAUSES[0])
    assert other.run_once()
    late.perform(row)
    assert office.notes() == ["你好"]
    assert (office.job()["state"], office.job()["attempts"]) == ("done", 2)


def taken(office: Office, worker: Worker) -> Row:
    row = office.site.system(worker.leases.take)
    assert row is not None
    return row


def test_a_worker_that_is_started_again_at_its_place_puts_back_what_it_left(office: Office) -> None:
    office.queue("note")
    killed = office.worker()
    taken(office, killed)
    again = office.worker()
    again.leases.place = killed.leases.place
    again.stopping.set()
    again.run()
    assert (office.job()["state"], office.job()["error"]) == ("queued", GONE)


@defended_by("crm_platform.jobs.leases:Leases.left_behind", replace_with=lambda *_: [])
def test_X17_a_job_that_was_stopped_for_its_time_says_so_and_is_parked_after_its_attempts(office: Office) -> None:
    slow = Task("note", note, pauses=(1.0,), time_limit=60)
    office.queue("note")
    for state in ("queued", "failed"):
        worker = office.worker(note=slow)
        taken(office, worker)
        office.clock.go_on(seconds=61)
        worker.stopping.set()
        worker.run()
        assert office.job()["error"] == "The job ran for more than 60 seconds and was stopped."
        assert office.job()["state"] == state
        office.clock.go_on(seconds=1)


def test_a_job_that_outlives_its_lease_keeps_it_by_its_pulse(office: Office) -> None:
    """Observed by another worker all the time, on the clock of which more than a lease passes."""
    running, may_end = Event(), Event()

    def long(job: Job, text: str) -> str:
        running.set()
        assert may_end.wait(60)
        job.write(lambda ctx: note(ctx, text))
        return "ended"

    office.queue("long")
    worker = office.worker(long=Task("long", long, steps=True))
    thread = Thread(target=worker.run_once)
    thread.start()
    assert running.wait(60)
    other, beats = office.worker(), set[int]()
    while len(beats) < 4:
        other.run_once()
        beat = office.job()["beat"]
        if beat not in beats:
            beats.add(beat)
            office.clock.go_on(seconds=LEASE - 1)
    may_end.set()
    thread.join()
    assert (office.job()["state"], office.job()["attempts"]) == ("done", 1)
    assert office.notes() == ["你好"]


@defended_by("crm_platform.jobs.leases:Leases.abandoned", replace_with=lambda *_: [])
def test_X04_a_lost_worker_is_noticed_by_its_silence(office: Office) -> None:
    office.queue("note")
    taken(office, office.worker())
    other = office.worker()
    other.run_once()
    office.clock.go_on(seconds=LEASE)
    other.run_once()
    assert office.job()["state"] == "queued"


@pytest.mark.parametrize("hours", [-24, -1, 24])
@defended_by("crm_platform.jobs.leases:is_due", replace_with=lambda row, now: row["due"] <= now)
def test_X28_a_clock_that_is_set_neither_stops_nor_repeats_a_job(office: Office, hours: int) -> None:
    held = office.queue("note")
    worker, other = office.worker(), office.worker()
    row = taken(office, worker)
    other.run_once()
    queued = office.queue("note")
    office.clock.set_by(hours=hours)
    assert other.run_once(), "the queued job runs at once"
    assert not other.run_once()
    assert office.job(held)["state"] == "running", "the live one is not taken over"
    worker.perform(row)
    assert office.job(queued)["state"] == office.job(held)["state"] == "done"
    assert len(office.notes()) == 2


@pytest.mark.parametrize("hours", [-24, -1, 24])
@defended_by("crm_platform.jobs.schedules:SET_BACK", replace_with=timedelta(0))
def test_X28_a_clock_that_is_set_lets_no_schedule_run_twice(office: Office, hours: int) -> None:
    """It jumps after the morning's run and is set right again an hour later: one run a day, before and after."""
    ran: list[datetime] = []
    worker = office.worker(Schedule("morning", "30 7 * * *"), morning=lambda ctx: ran.append(ctx.now()))
    work_off(worker)
    office.clock.now = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    work_off(worker)
    assert len(ran) == 1
    for jump in (hours, -hours):
        office.clock.set_by(hours=jump)
        office.clock.go_on(minutes=30)
        work_off(worker)
    assert len(ran) == (2 if hours > 0 else 1), "once for the day that the clock jumped over"
    office.clock.go_on(days=2)
    work_off(worker)
    assert len(ran) == (3 if hours > 0 else 2)
    assert all(later - earlier >= timedelta(hours=12) for earlier, later in zip(ran, ran[1:], strict=False))


def test_a_schedule_runs_at_its_local_time_once_for_what_was_missed(office: Office) -> None:
    """The clocks of Berlin go forward in the night after the start: 07:30 is 06:30 UTC before and 05:30 after."""
    ran: list[datetime] = []
    worker = office.worker(Schedule("morning", "30 7 * * *"), morning=lambda ctx: ran.append(ctx.now()))
    work_off(worker)
    for minute, runs in ((29, 0), (30, 1), (31, 1)):
        office.clock.now = datetime(2026, 3, 29, 5, minute, tzinfo=UTC)
        work_off(worker)
        assert len(ran) == runs
    office.clock.go_on(days=3)
    work_off(worker)
    assert len(ran) == 2


def test_a_schedule_that_ran_by_a_clock_far_ahead_starts_anew(office: Office) -> None:
    ran: list[datetime] = []
    worker = office.worker(Schedule("morning", "30 7 * * *"), morning=lambda ctx: ran.append(ctx.now()))
    work_off(worker)
    for days, runs in ((400, 1), (-400, 1), (1, 1), (1, 2)):  # what it did for the first morning it did early
        office.clock.set_by(days=days)
        work_off(worker)
        assert len(ran) == runs
