"""The records of jobs: who sees which, what may be cancelled, tried again, discarded, and when they are forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.errors import DoesNotExistError, PermissionError, ValidationError
from crm_platform.jobs.records import KEEP, Desk, forget
from crm_platform.jobs.task import Task
from support.offices import Office, note, work_off

CANCELLABLE = Task("stoppable", note, cancellable=True)


def at_desk(office: Office, user: str, method: str, *arguments: Any, manager: bool = False) -> Any:
    tasks = {"note": note, "stoppable": CANCELLABLE}
    return office.site.write(lambda ctx: getattr(Desk(ctx, lambda: tasks, manager), method)(*arguments), user)


@pytest.fixture
def clerk(office: Office) -> str:
    return office.site.user("wang.fang@example.com")


def test_users_see_their_own_jobs_and_a_manager_all(office: Office, clerk: str) -> None:
    own, other = office.queue("note", clerk), office.queue("note")
    assert [row["id"] for row in at_desk(office, clerk, "list")] == [own]
    assert {row["id"] for row in at_desk(office, "Administrator", "list", manager=True)} == {own, other}
    for method in ("get", "cancel", "retry", "discard"):
        with pytest.raises(DoesNotExistError, match=f"There is no job {other}"):
            at_desk(office, clerk, method, other)
        with pytest.raises(DoesNotExistError, match="There is no job missing"):
            at_desk(office, clerk, method, "missing")


def test_a_list_shows_neither_arguments_nor_results(office: Office, clerk: str) -> None:
    job = office.queue("note", clerk)
    assert all("你好" not in str(row) for row in at_desk(office, clerk, "list"))
    assert at_desk(office, clerk, "get", job)["arguments"] == {"text": "你好"}


def test_a_list_of_one_state_the_newest_first(office: Office) -> None:
    jobs = []
    for _ in range(3):
        jobs.append(office.queue("note"))
        office.clock.go_on(seconds=1)
    office.worker().run_once()
    listed = at_desk(office, "Administrator", "list", "queued", 1)
    assert [(row["id"], row["state"]) for row in listed] == [(jobs[2], "queued")]
    with pytest.raises(ValidationError, match="no job state lost"):
        at_desk(office, "Administrator", "list", "lost")


def test_a_queued_job_is_cancelled_at_once(office: Office, clerk: str) -> None:
    job = office.queue(CANCELLABLE, clerk)
    assert at_desk(office, clerk, "cancel", job)["state"] == "cancelled"
    assert work_off(office.worker(stoppable=CANCELLABLE)) == 0
    with pytest.raises(ValidationError, match="has ended"):
        at_desk(office, clerk, "cancel", job)


def test_what_a_user_caused_is_not_the_users_to_stop(office: Office, clerk: str) -> None:
    """A notice to the boss about a change must reach the boss."""
    job = office.queue("note", clerk)
    with pytest.raises(PermissionError, match="Only a System Manager may cancel"):
        at_desk(office, clerk, "cancel", job)
    assert at_desk(office, "Administrator", "cancel", job, manager=True)["state"] == "cancelled"


def test_a_dead_letter_is_tried_again_with_all_its_attempts(office: Office, clerk: str) -> None:
    job = office.queue("stoppable", clerk)
    with pytest.raises(ValidationError, match="failed or was cancelled can be tried again"):
        at_desk(office, clerk, "retry", job)
    office.worker(stoppable=Task("stoppable", fail, pauses=())).run_once()
    assert office.job(job)["state"] == "failed"
    assert at_desk(office, clerk, "retry", job)["state"] == "queued"
    office.worker(stoppable=CANCELLABLE).run_once()
    record = at_desk(office, clerk, "get", job)
    assert (record["state"], record["attempts"], record["error"]) == ("done", 1, None)
    assert office.notes() == ["你好"]


def fail(*_: Any, **__: Any) -> None:
    raise RuntimeError("no")


def test_only_a_manager_discards_and_only_what_is_over(office: Office, clerk: str) -> None:
    job = office.queue("stoppable", clerk)
    with pytest.raises(PermissionError, match="Only a System Manager may discard"):
        at_desk(office, clerk, "discard", job)
    with pytest.raises(ValidationError, match="failed or was cancelled can be discarded"):
        at_desk(office, "Administrator", "discard", job, manager=True)
    at_desk(office, clerk, "cancel", job)
    at_desk(office, "Administrator", "discard", job, manager=True)
    assert at_desk(office, clerk, "list") == []


def test_what_is_done_is_forgotten_after_a_week_and_what_failed_is_kept(office: Office) -> None:
    done, failed = office.queue("note"), office.queue("broken")
    work_off(office.worker(broken=Task("broken", fail, pauses=())))
    office.clock.go_on(seconds=KEEP.total_seconds())
    assert office.site.system(forget) == 0
    office.clock.go_on(seconds=1)
    assert office.site.system(forget) == 1
    assert [row["id"] for row in at_desk(office, "Administrator", "list", manager=True)] == [failed]
    assert done != failed
