"""`python -m benchmarks.jobs [--postgres URL]`: what queueing a job costs, and how many a worker does."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from rich.console import Console

from benchmarks.figures import Figure, table
from crm_platform.database.system import IDEMPOTENCY
from crm_platform.documents.context import Context
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import Schedules
from crm_platform.jobs.task import Task
from crm_platform.jobs.worker import Worker
from crm_platform.testing import TestSite, make_site

QUEUED = 5000
DONE = 500
ROUNDS = 5
ENQUEUE_LIMIT = 60.0
"""CPU microseconds."""
ARGUMENTS = {"doctype": "Lead", "name": "L-00001", "fields": ["status", "owner"]}


def nothing(*_: object, **__: object) -> None:
    """The task that is measured: all time is the queue's."""


def enqueue_microseconds(site: TestSite, *, keys: bool) -> float:
    """CPU microseconds of one `enqueue` inside of a transaction that has begun, the best of some rounds."""

    def work(ctx: Context, number: int) -> float:
        started = time.process_time()
        for index in range(QUEUED // ROUNDS):
            enqueue(ctx, "nothing", ARGUMENTS, key=f"{number}-{index}" if keys else "")
        return (time.process_time() - started) / (QUEUED // ROUNDS)

    return min(site.write(lambda ctx, number=number: work(ctx, number)) for number in range(ROUNDS)) * 1e6


def raw_microseconds(site: TestSite) -> float:
    """One row of the engine's own tables, for comparison."""

    def work(ctx: Context) -> float:
        started = time.process_time()
        for index in range(QUEUED // ROUNDS):
            row = {"key": f"k{index}", "user": "u", "response": "r", "created": ctx.now()}
            ctx.connection.put(IDEMPOTENCY, row)
        return (time.process_time() - started) / (QUEUED // ROUNDS)

    return min(site.write(work) for _ in range(ROUNDS)) * 1e6


def jobs_per_second(site: TestSite, *, steps: bool) -> float:
    """Jobs that one worker takes, does and ends in a second, each with its own commits."""
    task = Task("nothing", nothing, steps=steps)
    worker = Worker(site.site.runtime, lambda: {"nothing": task}, site.site.access.as_user, Schedules(tuple))
    started = time.perf_counter()
    for _ in range(DONE):
        assert worker.run_once()
    return DONE / (time.perf_counter() - started)


def job_figures(folder: Path, database: str = "") -> list[Figure]:
    """What enqueueing costs in a transaction that has begun, and what one worker gets done."""
    site = make_site(folder, database)
    figures = [
        Figure("a row of a small table", raw_microseconds(site), None, "µs"),
        Figure("enqueue in a transaction", enqueue_microseconds(site, keys=False), ENQUEUE_LIMIT, "µs"),
        Figure("enqueue with a key", enqueue_microseconds(site, keys=True), ENQUEUE_LIMIT, "µs"),
        Figure(f"jobs per second, {2 * QUEUED} waiting", jobs_per_second(site, steps=False), None),
        Figure("jobs with steps per second", jobs_per_second(site, steps=True), None),
    ]
    site.site.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        Console().print(table("jobs", job_figures(Path(work) / "site", arguments.postgres)))


if __name__ == "__main__":
    main()
