"""The line of calls that wait: per webhook and document in order, tried again for more than a day."""

from __future__ import annotations

from datetime import timedelta

from crm_platform.documents.context import Context
from crm_platform.jobs.line import SWEPT, Line
from crm_platform.webhooks.names import LOG

PAUSES = (5, 300, 1800, 7200, 18000, 36000, 36000)
"""Seconds before the second and later attempts: those of Standard Webhooks, together 27 hours."""

DELIVERED, FAILED = "Delivered", "Failed"

LINE = Line(
    LOG,
    ("webhook", "reference_doctype", "reference_document"),
    "Queued",
    "Sending",
    "core:call_webhook",
    lease=timedelta(minutes=2),
    pauses=PAUSES,
)

KEEP = timedelta(days=30)
SWEEP = "core:sweep_webhooks"
HOURLY = "37 * * * *"


def sweep(ctx: Context) -> None:
    """Once an hour: plan calls that no job remembers, and forget old ones."""
    LINE.sweep(ctx)
    old = {"status": DELIVERED, "creation": ["<", ctx.now() - KEEP]}
    for row in ctx.as_system().store.list(LOG, filters=old, order_by="creation asc", limit=SWEPT):
        ctx.connection.delete_rows(ctx.definitions[LOG], {"name": row["name"]})
