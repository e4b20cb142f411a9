"""What a site clears away once a day: unnamed files, old answers, sessions, jobs, journals, logs and counts."""

from __future__ import annotations

from datetime import timedelta

from crm_platform.automation import inbox, log
from crm_platform.database.system import ATTEMPT, IDEMPOTENCY, SESSION, SystemTable
from crm_platform.documents.context import Context
from crm_platform.files.attachments import Files
from crm_platform.jobs.records import forget
from crm_platform.transfer.forgetting import expire

DAILY = "15 3 * * *"
"""Cron expression, in the site's time zone."""

KEPT = timedelta(days=2)
"""How long an answer is kept for a client that asks again, and a count of wrong tries."""

BATCH = 1000


def clear_away(ctx: Context, files: Files) -> dict[str, int]:
    """Delete what nobody needs any more; answers how many of each. `ctx` acts as the system."""
    return {
        "files": files.sweep(ctx),
        "answers": _older(ctx, IDEMPOTENCY, "created", KEPT),
        "tries": _older(ctx, ATTEMPT, "window_start", KEPT),
        "jobs": forget(ctx),
        "journals": expire(ctx),
        "runs": log.clear(ctx),
        "notifications": inbox.clear(ctx),
        "sessions": _older(ctx, SESSION, "expires", timedelta()),
    }


def _older(ctx: Context, table: SystemTable, column: str, age: timedelta) -> int:
    """Remove the rows whose time in `column` lies further back than `age`, the oldest first."""
    limit, removed = ctx.now() - age, 0
    while True:
        rows = [r for r in ctx.connection.fetch(table, order_by=column, limit=BATCH) if r[column] and r[column] < limit]
        for row in rows:
            removed += ctx.connection.remove(table, {key: row[key] for key in table.key})
        if len(rows) < BATCH:
            return removed
