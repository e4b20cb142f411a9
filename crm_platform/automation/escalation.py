"""Clocks that ask for something: a look every minute marks those that ran out and queues the escalations due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from crm_platform.automation import log
from crm_platform.automation.rule import Rule, Trigger
from crm_platform.automation.running import RunRule
from crm_platform.automation.service_levels import records
from crm_platform.automation.service_levels.agreements import AGREEMENT, Agreement, Step, enabled_agreements
from crm_platform.automation.service_levels.clock import RUNNING, Clock
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Order, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError
from crm_platform.jobs.queue import enqueue

SWEEP = "core:service_levels"
ESCALATE = "core:escalation"
AT_ONCE = 500
"""Clocks that one look takes; the next one goes on."""


def sweep(ctx: Context) -> None:
    """Take every running clock whose next step has come. `ctx` acts as the system."""
    where = all_of(Compare(("next_step",), "<=", ctx.now()), Compare(("state",), "=", RUNNING))
    soonest = (Order(("next_step",)), Order(("name",)))
    rows = ctx.connection.select(Query(ctx.definitions[records.CLOCK], where=where, order_by=soonest, limit=AT_ONCE))
    known = {one.name: one for one in enabled_agreements(ctx.connection, ctx.definitions)} if rows else {}
    for found in rows:
        row = ctx.store.get(records.CLOCK, found["name"], for_update=True)
        agreement = known.get(row["service_level_agreement"])
        _take(ctx, row, agreement)


def _take(ctx: Context, row: Document, agreement: Agreement | None) -> None:
    clock = records.clock_of(row)
    if agreement is None:
        row["next_step"] = None
    elif clock.state == RUNNING:
        calendar = agreement.calendar(ctx)
        clock = replace(clock, breached=clock.breached or clock.due <= ctx.now())
        done = _escalate(ctx, row, clock, agreement)
        row["breached"], row["steps_done"] = int(clock.breached), done
        row["next_step"] = records.next_step(clock, agreement, row["kind"], done, calendar)
    ctx.store.save(row)


def _escalate(ctx: Context, row: Document, clock: Clock, agreement: Agreement) -> int:
    """Queue the escalations that are due; returns how many have been done by then."""
    done = int(row.get("steps_done", 0))
    for step in agreement.steps_of(row["kind"])[done:]:
        moment = clock.moment_of(step.percent, agreement.calendar(ctx))
        if moment is None or moment > ctx.now():
            break
        _queue(ctx, row, agreement, step, done)
        done += 1
    return done


def _queue(ctx: Context, row: Document, agreement: Agreement, step: Step, index: int) -> None:
    reason = ctx._("{percent} % of the time for the {kind} are used.", percent=step.percent, kind=row["kind"])
    entry = log.Entry(
        row["reference_doctype"], row["reference_name"], f"{row['kind']} {step.percent} %", "Queued", reason
    )
    name = log.write(ctx, rule_of(agreement, step), entry)
    arguments = {"agreement": agreement.name, "kind": row["kind"], "index": index, "entry": name, "clock": row["name"]}
    enqueue(ctx, ESCALATE, arguments, key=f"escalation {row['name']} {index}")


def rule_of(agreement: Agreement, step: Step) -> Rule:
    """The rule that an escalation is while it runs; its actions have the system's rights."""
    return Rule(
        AGREEMENT,
        agreement.name,
        agreement.doctype,
        Trigger("Escalation"),
        actions=(step.action,),
        revision=agreement.revision,
        pack=agreement.pack,
        as_system=True,
    )


@dataclass(frozen=True)
class Escalate:
    """The task `core:escalation`: one escalation on the document of a clock."""

    run: RunRule

    def prepare(self, ctx: Context, *, agreement: str, kind: str, index: int, clock: str, **_: Any) -> None:
        """Plan the action, so that its templates are filled."""
        rule, row = self._rule(ctx, agreement, kind, index), self._clock(ctx, clock)
        if rule is not None and row is not None:
            self.run.plan(ctx, rule, row["reference_doctype"], row["reference_name"])

    def perform(self, ctx: Context, *, agreement: str, kind: str, index: int, entry: str, clock: str) -> None:
        """Do the action on the document of the clock and complete the log entry."""
        row = self._clock(ctx, clock)
        rule = self._rule(ctx, agreement, kind, index) if row is not None else None
        doctype, name = (row["reference_doctype"], row["reference_name"]) if row is not None else ("", "")
        self.run.complete(ctx, rule, doctype, name, entry)

    def _rule(self, ctx: Context, name: str, kind: str, index: int) -> Rule | None:
        for agreement in enabled_agreements(ctx.connection, ctx.definitions, name):
            steps = agreement.steps_of(kind)
            return rule_of(agreement, steps[index]) if index < len(steps) else None
        return None

    def _clock(self, ctx: Context, name: str) -> Document | None:
        try:
            return ctx.as_system().store.get(records.CLOCK, name)
        except DoesNotExistError:
            return None
