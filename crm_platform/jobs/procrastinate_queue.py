"""Delivery by procrastinate, a job queue on PostgreSQL: each job also stands in its table, in the same transaction.

Our own table stays the truth about a job: its state, attempts, progress, result. procrastinate says when and where it
runs; a delivery of a job that somebody has taken already does nothing. This module is all that enqueuing needs, so that
a server does not load the library.
"""

from __future__ import annotations

from datetime import datetime

import orjson

from crm_platform.database.interface import Connection

QUEUE = "crm_platform"
TASK = "crm_platform.run"

_INSTALLED = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"
_DEFER = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%s::varchar, %s::varchar, 0, NULL, NULL, %s::jsonb, %s::timestamptz)]"
    "::procrastinate_job_to_defer_v1[])"
)


def is_installed(connection: Connection) -> bool:
    """Whether procrastinate's tables are in this database: a worker with this engine has been started on the site."""
    return connection.dialect == "postgresql" and bool(connection.rows(_INSTALLED)[0][0])


def dispatch(connection: Connection, job: str, due: datetime) -> None:
    """Let procrastinate deliver the job when it is due, if the transaction of `connection` is committed."""
    connection.rows(_DEFER, (QUEUE, TASK, orjson.dumps({"job": job}).decode(), due))
