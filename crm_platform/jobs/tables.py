"""The two tables of this room: jobs, and when each schedule ran last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from crm_platform.database.system import SystemTable

QUEUED: Final = "queued"
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
STATES: Final = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)
"""`failed` are the dead letters: given up after the last attempt, kept until somebody retries or discards them."""

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)

JOB = SystemTable(
    "_job",
    {
        "id": "text",
        "task": "text",
        "arguments": "text",
        "user": "text",
        "state": "text",
        "due": "datetime",
        "wait": "float",
        "attempts": "int",
        "lease": "text",
        "beat": "int",
        "place": "text",
        "cancel_asked": "datetime",
        "percent": "int",
        "sentence": "text",
        "result": "text",
        "error": "text",
        "created": "datetime",
        "started": "datetime",
        "finished": "datetime",
    },
    ("id",),
    ("due", "state", "user"),
)
"""`due` is NEVER for a job that nobody waits for, so that its index begins with those that are to run; `wait` are the
seconds that it was ahead when it was set. `lease` names the one run that may finish a running job, `beat` grows as long
as that run lives, `place` is the worker's place under its supervisor."""

SCHEDULE = SystemTable("_schedule", {"id": "text", "next": "datetime", "queued": "datetime"}, ("id",))
"""When a schedule, named by pack, cron expression and function, runs next, and when it was queued last."""

JOB_TABLES = (JOB, SCHEDULE)
