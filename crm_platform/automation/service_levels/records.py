"""SLA Clock documents: read as clocks, written back when they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from crm_platform.automation.service_levels.agreements import Agreement
from crm_platform.automation.service_levels.calendar import Calendar
from crm_platform.automation.service_levels.clock import Clock, started
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document

CLOCK = "SLA Clock"
BREACH = 100.0
"""Percent of the allowed time at which a clock runs out."""


def clocks_of(ctx: Context, doctype: str, name: str) -> Sequence[Document]:
    """The clocks of a document, open for change."""
    where = all_of(Compare(("reference_name",), "=", name), Compare(("reference_doctype",), "=", doctype))
    store = ctx.as_system().store
    rows = ctx.connection.select(Query(ctx.definitions[CLOCK], where=where))
    return [store.get(CLOCK, row["name"], for_update=True) for row in rows]


def clock_of(row: Document) -> Clock:
    """The clock that a document tells."""
    return Clock(
        row.get("allowed_seconds", 0.0),
        row["started"],
        row["state"],
        row["due"],
        row.get("running_since"),
        row.get("stood_since"),
        row.get("used_seconds", 0.0),
        row.get("paused_seconds", 0.0),
        row.get("ended"),
        bool(row.get("breached")),
    )


def keep(ctx: Context, row: Document, clock: Clock, agreement: Agreement) -> None:
    """Write a clock back if it changed, with the moment of its next step."""
    if clock == clock_of(row):
        return
    for name, value in _values(ctx, clock, agreement, row["kind"], row.get("steps_done", 0)).items():
        row[name] = value
    ctx.as_system().store.save(row)


def start(ctx: Context, agreement: Agreement, doc: Document) -> None:
    """New clocks for a document, from now on."""
    store, calendar = ctx.as_system().store, agreement.calendar(ctx)
    goal = agreement.goal(doc)
    clocks = []
    for kind, seconds in agreement.seconds(doc).items():
        clock = started(ctx.now(), seconds, calendar)
        values = {
            "reference_doctype": doc.doctype,
            "reference_name": doc["name"],
            "service_level_agreement": agreement.name,
            "priority": goal.priority if goal is not None else None,
            "kind": kind,
            "first_status": doc.get(agreement.status_field) if agreement.status_field else None,
            **_values(ctx, clock, agreement, kind, 0),
        }
        clocks.append(store.new(CLOCK, values))
    if clocks:
        store.insert_many(clocks)


def _values(ctx: Context, clock: Clock, agreement: Agreement, kind: str, done: int) -> dict[str, Any]:
    following = next_step(clock, agreement, kind, done, agreement.calendar(ctx))
    return {**asdict(clock), "breached": int(clock.breached), "next_step": following}


def next_step(clock: Clock, agreement: Agreement, kind: str, done: int, calendar: Calendar) -> datetime | None:
    """When the clock asks for something: it runs out, or an escalation is due; None while it stands still."""
    percents = [step.percent for step in agreement.steps_of(kind)[done : done + 1]]
    if not clock.breached:
        percents.append(int(BREACH))
    moments = (clock.moment_of(percent, calendar) for percent in percents)
    return min((moment for moment in moments if moment is not None), default=None)
