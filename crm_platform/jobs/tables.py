"""The two tables of this room: jobs, and when each schedule ran last."""

from __future__ import annotations

from crm_platform.database.system import SystemTable

JOB = SystemTable(
    "_job",
    {
        "id": "text",
        "task": "text",
        "arguments": "text",
        "user": "text",
        "state": "text",
        "due": "datetime",
        "attempts": "int",
        "lease": "text",
        "leased_until": "datetime",
        "error": "text",
        "created": "datetime",
        "finished": "datetime",
    },
    ("id",),
    ("state",),
)
"""`state` is queued, running, done or failed; `lease` names the one run that may finish a running job."""

SCHEDULE = SystemTable("_schedule", {"id": "text", "next": "datetime"}, ("id",))
"""When a schedule, named by pack, cron expression and function, runs next."""

JOB_TABLES = (JOB, SCHEDULE)
