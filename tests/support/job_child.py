"""A worker that is killed: `job_child.py SITE ENGINE`. It says "begun" in the middle of a job, and does not end one.

`job_child.py SITE commit-and-die` changes a document, queues a job in the same transaction, and ends without a word.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from crm_platform.app import create_worker
from crm_platform.documents.context import Context
from crm_platform.jobs.job import Job
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.task import Task
from crm_platform.serving.work import run
from crm_platform.sites.opening import open_site

EFFECT = "Effect"
"""A DocType with the field `cause`, which is unique."""


def leave(ctx: Context, cause: str) -> None:
    """The effect; a second one with the same cause is refused by the database."""
    ctx.store.insert(ctx.store.new(EFFECT, {"cause": cause}))


def in_one(ctx: Context, cause: str) -> None:
    """A plain task."""
    leave(ctx, cause)
    _begun(cause)


def in_steps(job: Job, cause: str) -> str:
    """A task with steps: it looks whether an earlier attempt left its effect."""
    job.write(lambda ctx: leave_once(ctx, cause))
    _begun(cause)
    job.progress(50, "half")
    job.write(lambda ctx: leave_once(ctx, f"{cause} 2"))
    return f"attempt {job.attempt}"


def leave_once(ctx: Context, cause: str) -> None:
    if not ctx.store.count(EFFECT, filters={"cause": cause}):
        leave(ctx, cause)


def _begun(cause: str) -> None:
    """In the child: say so and stay. Elsewhere: go on."""
    if __name__ == "__main__" and not cause.startswith("quick"):
        sys.stdout.write(f"begun {cause}\n")
        sys.stdout.flush()
        time.sleep(600)


TASKS: Mapping[str, Task] = {
    "in_one": Task("in_one", in_one, pauses=(0.0,) * 5),
    "in_one_twice": Task("in_one_twice", in_one, pauses=(0.0,)),
    "in_steps": Task("in_steps", in_steps, pauses=(0.0,) * 5, steps=True),
}


def change(ctx: Context) -> None:
    """A change, and what is to follow it."""
    ctx.store.insert(ctx.store.new("ToDo", {"description": "改"}))
    enqueue(ctx, "in_one", {"cause": "quick"}, key="follow")


if __name__ == "__main__":
    site = open_site(Path(sys.argv[1]))
    if sys.argv[2] == "commit-and-die":
        site.runtime.write(lambda ctx: change(site.system(ctx)))
        os._exit(9)
    run(create_worker(site, TASKS), site, sys.argv[2])
