"""Putting work into the queue, in the transaction of the document that causes it: without COMMIT there is no job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson

from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.jobs.tables import JOB, QUEUED
from crm_platform.jobs.task import Task


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
