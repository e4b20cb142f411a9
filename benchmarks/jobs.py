"""`python -m benchmarks.jobs [--postgres URL]`: what queueing a job costs, and how many a worker does."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        site = make_site(Path(work) / "site", arguments.postgres)
        table = Table("measure", "value", "limit", title="jobs, PostgreSQL" if arguments.postgres else "jobs, SQLite")
        table.add_row("a row of a small table", f"{raw_microseconds(site):.0f} µs", "")
        table.add_row("enqueue in a transaction", f"{enqueue_microseconds(site, keys=False):.0f} µs", "60 µs")
        table.add_row("enqueue with a key", f"{enqueue_microseconds(site, keys=True):.0f} µs", "60 µs")
        table.add_row(f"jobs per second, {2 * QUEUED} waiting", f"{jobs_per_second(site, steps=False):.0f}", "")
        table.add_row("jobs with steps per second", f"{jobs_per_second(site, steps=True):.0f}", "")
        Console().print(table)
        site.site.close()


if __name__ == "__main__":
    main()
