"""Putting work into the queue, in the transaction of the document that causes it: without COMMIT there is no job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson

from crm_platform.documents.context import Context
from crm_platform.jobs.tables import JOB


def enqueue(
    ctx: Context,
    task: str,
    arguments: Mapping[str, Any],
    *,
    key: str = "",
    user: str = "",
    delay: timedelta = timedelta(),
) -> str:
    """Queue the task for `task(ctx, **arguments)`, run after COMMIT, at least once, as `user` (that of `ctx`).

    `arguments` are plain JSON data. A job with the same `key` is queued only once as long as its record is kept (see
    worker.KEEP). Returns the job's id.
    """
    job = key or uuid4().hex
    if key and ctx.connection.fetch(JOB, {"id": key}):
        return job
    ctx.connection.put(
        JOB,
        {
            "id": job,
            "task": task,
            "arguments": orjson.dumps(arguments).decode(),
            "user": user or ctx.user,
            "state": "queued",
            "due": ctx.now() + delay,
            "attempts": 0,
            "created": ctx.now(),
        },
    )
    return job
