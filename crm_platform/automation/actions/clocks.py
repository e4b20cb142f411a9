"""Start, Pause, Resume and Stop Clock: what a rule does to the SLA clocks of its document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from crm_platform.automation.rule import Action
from crm_platform.automation.run import Effect, Run
from crm_platform.automation.service_levels import records
from crm_platform.automation.service_levels.agreements import Agreement, enabled_agreements
from crm_platform.automation.service_levels.calendar import Calendar
from crm_platform.automation.service_levels.clock import PAUSED, RUNNING, STOPPED, Clock
from crm_platform.automation.service_levels.keeper import Keeper
from crm_platform.documents.document import Document
from crm_platform.errors import ValidationError

Move = Callable[[Run, Clock, Calendar], Clock]


def start(run: Run, action: Action) -> list[Effect]:
    """Clocks by the agreement that the action names, or the one that fits."""
    doc = run.doc
    if records.clocks_of(run.ctx, doc.doctype, str(doc["name"])):
        return []
    agreement = _agreement(run, action.text("service_level_agreement"))
    sentence = run.ctx._("The clocks of {agreement} start.", agreement=agreement.name)
    return [Effect(sentence, partial(records.start, run.ctx, agreement, doc))]


def _agreement(run: Run, name: str) -> Agreement:
    found = [
        agreement
        for agreement in enabled_agreements(run.ctx.connection, run.ctx.definitions, name)
        if agreement.doctype == run.doc.doctype
    ]
    chosen = (found[0] if found else None) if name else Keeper(tuple(found)).fitting(run.ctx, run.doc)
    if chosen is None:
        raise ValidationError(
            "No Service Level Agreement fits {doctype} {name}.", doctype=run.doc.doctype, name=run.doc["name"]
        )
    return chosen


def _moving(states: frozenset[str], template: str, move: Move) -> Callable[[Run, Action], list[Effect]]:
    """A plan for the clocks that are in one of the states."""

    def plan(run: Run, action: Action) -> list[Effect]:  # noqa: ARG001 one signature for all
        known = {one.name: one for one in enabled_agreements(run.ctx.connection, run.ctx.definitions)}
        rows = records.clocks_of(run.ctx, run.doc.doctype, str(run.doc["name"]))
        return [
            Effect(
                run.ctx._(template, kind=row["kind"]),
                partial(_move, run, row, known[row["service_level_agreement"]], move),
            )
            for row in rows
            if row["state"] in states and row["service_level_agreement"] in known
        ]

    return plan


def _move(run: Run, row: Document, agreement: Agreement, move: Move) -> None:
    records.keep(run.ctx, row, move(run, records.clock_of(row), agreement.calendar(run.ctx)), agreement)


pause = _moving(
    frozenset({RUNNING}),
    "The clock for the {kind} is paused.",
    lambda run, clock, calendar: clock.stand(run.ctx.now(), calendar, PAUSED),
)
resume = _moving(
    frozenset({PAUSED}),
    "The clock for the {kind} goes on.",
    lambda run, clock, calendar: clock.run(run.ctx.now(), calendar),
)
stop = _moving(
    frozenset({RUNNING, PAUSED}),
    "The clock for the {kind} is stopped.",
    lambda run, clock, calendar: clock.stand(run.ctx.now(), calendar, STOPPED),
)
