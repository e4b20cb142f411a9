"""Putting work into the queue, in the transaction of the document that causes it: without COMMIT there is no job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson

from crm_platform.documents.context import Context
from crm_platform.errors import TooManyRequestsError, ValidationError
from crm_platform.jobs.tables import JOB, QUEUED, RUNNING
from crm_platform.jobs.task import Task

RETRY_AFTER = 10
"""Seconds after which it makes sense to ask again for a job that was one too many."""


def enqueue(
    ctx: Context,
    task: str | Task,
    arguments: Mapping[str, Any],
    *,
    key: str = "",
    user: str = "",
    delay: timedelta = timedelta(),
) -> str:
    """Queue the task for `task(ctx, **arguments)`, run after COMMIT, at least once, as `user` (that of `ctx`).

    `arguments` are plain JSON data. A job with the same `key` is queued only once as long as its record is kept (see
    records.KEEP); a Task may make the key of its arguments. Returns the job's id. Raises ValidationError for arguments
    that JSON cannot say.
    """
    name = task if isinstance(task, str) else task.name
    wanted = key or ("" if isinstance(task, str) else task.key_of(arguments))
    job, now = wanted or uuid4().hex, ctx.now()
    due = now + delay
    row = {
        "id": job,
        "task": name,
        "arguments": _as_json(name, arguments),
        "user": user or ctx.user,
        "state": QUEUED,
        "due": due,
        "wait": delay.total_seconds(),
        "attempts": 0,
        "created": now,
    }
    if ctx.connection.add(JOB, row):
        ctx.runtime.dispatch(ctx.connection, job, due)
    return job


def refuse_crowd(ctx: Context, task: str, most: int) -> None:
    """Raise TooManyRequestsError when the user has `most` jobs of the task that are not done yet.

    Who asks twice at the same time waits here for the other transaction, so that both are counted.
    """
    ctx.connection.next_numbers(f"_jobs {task} {ctx.user}")
    open_jobs = {"task": task, "user": ctx.user, "state": [QUEUED, RUNNING]}
    if len(ctx.connection.fetch(JOB, open_jobs, limit=most)) >= most:
        raise TooManyRequestsError(
            "{most} of your jobs of this kind are not done yet. Wait for one of them or cancel it, then try again.",
            most=most,
            retry_after=RETRY_AFTER,
        )


def _as_json(task: str, arguments: Mapping[str, Any]) -> str:
    try:
        return orjson.dumps(arguments).decode()
    except (TypeError, ValueError) as error:
        raise ValidationError(
            "The arguments of the task {task} are not plain JSON data ({reason}). Pass names and read the documents in "
            "the task.",
            task=task,
            reason=str(error),
        ) from None
