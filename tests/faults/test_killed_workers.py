"""Workers that are really killed in the middle of a job: it runs again, and its effects come once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from crm_platform.app import create_worker
from crm_platform.jobs.leases import LEASE
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.records import Desk
from crm_platform.jobs.worker import Worker
from crm_platform.serving.work import run
from crm_platform.testing import TestSite
from support import job_child
from support.job_child import EFFECT, TASKS
from support.offices import until

KINDS = ("in_one", "in_steps")
CHILD = Path(job_child.__file__)


@contextmanager
def working(folder: Path, engine: str) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process group of its own; all of it is killed at the end."""
    command = [sys.executable, "-P", str(CHILD), str(folder), engine]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture(
    params=[
        "sqlite-builtin",
        pytest.param("postgresql-builtin", marks=pytest.mark.soak),
        "postgresql-procrastinate",
    ]
)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine on each database that it is for."""
    return str(request.param)


@pytest.fixture
def place(engine: str, request: pytest.FixtureRequest) -> TestSite:
    """A site with the DocType of effects."""
    database = engine.partition("-")[0]
    site: TestSite = request.getfixturevalue("sqlite_site" if database == "sqlite" else "postgres_site")
    site.doctype(EFFECT, {"fieldname": "cause", "fieldtype": "Data", "label": "Cause", "unique": 1})
    return site


def queue(site: TestSite, task: str, cause: str) -> str:
    return site.write(lambda ctx: enqueue(ctx, task, {"cause": cause}))


def effects(site: TestSite) -> list[str]:
    rows = site.read(lambda ctx: ctx.store.list(EFFECT, fields=["cause"], order_by="cause", limit=None))
    return [row["cause"] for row in rows]


def record(site: TestSite, job: str) -> dict[str, object]:
    found: dict[str, object] = site.system(lambda ctx: Desk(ctx, dict, manager=True).get(job))
    return found


def after_a_lease(site: TestSite, engine: str) -> Worker:
    """A worker that has watched the silence of the others for long enough."""
    worker = create_worker(site.site, TASKS)
    worker.leases.monotonic = lambda: 0.0
    site.system(worker.leases.abandoned)
    worker.leases.monotonic = lambda: LEASE
    return worker


def finish(site: TestSite, worker: Worker, engine: str, job: str) -> None:
    """Let a worker with this engine work until the job has ended."""
    thread = Thread(target=run, args=(worker, site.site, engine))
    thread.start()
    try:
        until(lambda: record(site, job)["state"] in ("done", "failed"))
    finally:
        worker.stopping.set()
        thread.join(60)


@pytest.mark.parametrize(("task", "left"), [("in_one", []), ("in_steps", ["原因"])])
def test_X04_a_worker_killed_in_the_middle_of_a_job(place: TestSite, engine: str, task: str, left: list[str]) -> None:
    database, _, name = engine.partition("-")
    job = queue(place, task, "原因")
    with working(place.site.folder.path, name) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun 原因\n"
    assert record(place, job)["state"] == "running"
    assert effects(place) == left, "what was committed is there, and nothing else"
    finish(place, after_a_lease(place, name), name, job)
    ended = record(place, job)
    assert (ended["state"], ended["attempts"]) == ("done", 2)
    assert effects(place) == (["原因"] if task == "in_one" else ["原因", "原因 2"])


def test_X04_a_poison_job_is_parked_after_its_attempts(place: TestSite, engine: str) -> None:
    job = queue(place, "in_one_twice", "毒")
    name = engine.partition("-")[2]
    for attempt in (1, 2):
        with working(place.site.folder.path, name) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun 毒\n"
        assert record(place, job)["attempts"] == attempt
        worker = after_a_lease(place, name)
        place.system(worker.tidy)
    assert record(place, job)["state"] == "failed"
    assert effects(place) == []


def kill_at_random(place: TestSite, engine: str, kills: int) -> None:
    """Jobs that are quick, and kills at any moment: every effect comes once."""
    name = engine.partition("-")[2]
    jobs = [queue(place, task, f"quick {number} {task}") for number in range(kills * 4) for task in KINDS]
    for _ in range(kills):
        with working(place.site.folder.path, name):
            seen = len(effects(place))
            until(lambda seen=seen: len(effects(place)) > seen)
        place.system(after_a_lease(place, name).tidy)
    worker = after_a_lease(place, name)
    for job in jobs:
        finish_here(worker, place, job)
    assert len(effects(place)) == kills * 4 * 3, "one of each plain task, two of each with steps"


def finish_here(worker: Worker, site: TestSite, job: str) -> None:
    while record(site, job)["state"] != "done":
        assert worker.run_once()


def test_X04_workers_killed_at_any_moment_leave_every_effect_once(place: TestSite, engine: str) -> None:
    kill_at_random(place, engine, 1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_X04_a_hundred_kills(place: TestSite, engine: str) -> None:
    kill_at_random(place, engine, 100)


def test_X06_what_is_to_follow_a_change_follows_also_when_the_process_dies_after_the_commit(
    place: TestSite, engine: str
) -> None:
    """The seam is between COMMIT and the side effect: the job is in the same transaction, so there is no such seam."""
    subprocess.run([sys.executable, "-P", str(CHILD), str(place.site.folder.path), "commit-and-die"], check=False)
    finish(place, create_worker(place.site, TASKS), engine.partition("-")[2], "follow")
    assert effects(place) == ["quick"]
