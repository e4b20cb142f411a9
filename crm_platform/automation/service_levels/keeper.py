"""Keeps the clocks of documents: started when an agreement fits, paused, ended and resumed as their status says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm_platform.automation.service_levels import records
from crm_platform.automation.service_levels.agreements import RESPONSE, Agreement
from crm_platform.automation.service_levels.clock import FULFILLED, PAUSED, RUNNING, STOPPED, Clock
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import ExpressionError


@dataclass(frozen=True)
class Keeper:
    """The agreements of one DocType, the most important first."""

    agreements: Sequence[Agreement]

    def follow(self, ctx: Context, doc: Document) -> None:
        """On `on_change`: start or move the clocks of a document."""
        rows = records.clocks_of(ctx, doc.doctype, str(doc["name"]))
        if not rows:
            agreement = self.fitting(ctx, doc)
            if agreement is not None:
                records.start(ctx, agreement, doc)
            return
        known = {agreement.name: agreement for agreement in self.agreements}
        for row in rows:
            agreement = known.get(row["service_level_agreement"])
            if agreement is not None:
                records.keep(ctx, row, moved(ctx, agreement, doc, row), agreement)

    def fitting(self, ctx: Context, doc: Document) -> Agreement | None:
        """The agreement that counts for the document; a condition that cannot be evaluated does not fit."""
        for agreement in self.agreements:
            try:
                if agreement.fits(ctx, doc):
                    return agreement
            except ExpressionError:
                continue
        return None


def moved(ctx: Context, agreement: Agreement, doc: Document, row: Document) -> Clock:
    """The clock of `row` as the document now wants it."""
    clock, calendar, now = records.clock_of(row), agreement.calendar(ctx), ctx.now()
    if clock.state == STOPPED:
        return clock
    seconds = agreement.seconds(doc).get(row["kind"], clock.allowed_seconds)
    if agreement.priority_field and doc.has_changed(agreement.priority_field) and seconds != clock.allowed_seconds:
        clock = clock.allow(seconds, calendar)
    wanted = _state(ctx, agreement, doc, row)
    if wanted == RUNNING:
        return clock.run(now, calendar)
    return clock if wanted in ("", clock.state) else clock.stand(now, calendar, wanted)


def _state(ctx: Context, agreement: Agreement, doc: Document, row: Document) -> str:
    """The state that the document asks for; empty when it asks for none.

    A response stays given. Where the status did not change, what somebody did to the clock by hand stays.
    """
    status = doc.get(agreement.status_field, "") if agreement.status_field else ""
    if row["kind"] == RESPONSE and (row["state"] == FULFILLED or _responded(ctx, agreement, doc, row, status)):
        return FULFILLED
    if not agreement.status_field or not doc.has_changed(agreement.status_field):
        return ""
    if status in agreement.fulfilled:
        return FULFILLED
    return PAUSED if status in agreement.paused else RUNNING


def _responded(ctx: Context, agreement: Agreement, doc: Document, row: Document, status: str) -> bool:
    if agreement.response_condition is None:
        return bool(status != row.get("first_status", ""))
    try:
        return agreement.response_condition.holds(expression_scope(ctx, doc))
    except ExpressionError:
        return False


def listeners_of_agreements(agreements: Iterable[Agreement]) -> list[Listener]:
    """A listener for each DocType that has an agreement."""
    by_doctype: dict[str, list[Agreement]] = {}
    for agreement in agreements:
        by_doctype.setdefault(agreement.doctype, []).append(agreement)
    return [
        Listener("core", doctype, "on_change", Keeper(tuple(found)).follow) for doctype, found in by_doctype.items()
    ]
