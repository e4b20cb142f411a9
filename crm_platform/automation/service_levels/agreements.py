"""Service Level Agreement records as the clocks need them: whom they fit, how long, and which hours count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from crm_platform import expressions
from crm_platform.automation.rule import Action
from crm_platform.automation.service_levels.calendar import Calendar, Span
from crm_platform.database.conditions import Compare
from crm_platform.database.inspection import is_empty
from crm_platform.database.interface import Connection, Row
from crm_platform.database.query import Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import CRMError
from crm_platform.expressions import Expression
from crm_platform.metadata.model import Definitions

AGREEMENT = "Service Level Agreement"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RESPONSE, RESOLUTION = "Response", "Resolution"
ESCALATION = ("users", "role", "user_fields", "subject", "message", "field_values")
WHOLE_DAY = 86_400


@dataclass(frozen=True)
class Goal:
    """A row of priorities: working seconds for the first response and for the resolution; 0 stands for none."""

    priority: str
    is_default: bool
    response: float
    resolution: float


@dataclass(frozen=True)
class Step:
    """An escalation: at `percent` of the allowed time of the clock of this kind, `action` is done."""

    kind: str
    percent: int
    action: Action


@dataclass(frozen=True)
class Agreement:
    """One enabled agreement. `zone` is empty for that of the site."""

    name: str
    doctype: str
    condition: Expression | None
    response_condition: Expression | None
    is_default: bool
    priority: int
    start: date | None
    end: date | None
    goals: tuple[Goal, ...]
    priority_field: str
    status_field: str
    paused: frozenset[str]
    fulfilled: frozenset[str]
    with_resolution: bool
    zone: str
    hours: Mapping[int, tuple[Span, ...]]
    free: frozenset[date]
    worked: Mapping[date, int]
    steps: tuple[Step, ...]
    revision: int = 1
    pack: str = ""

    def calendar(self, ctx: Context) -> Calendar:
        """Its working time on this site."""
        return Calendar(self.hours, ZoneInfo(self.zone) if self.zone else ctx.runtime.zone, self.free, self.worked)

    def fits(self, ctx: Context, doc: Document) -> bool:
        """Whether it counts for a document today. Raises ExpressionError."""
        today = date.fromisoformat(ctx.today())
        if (self.start and today < self.start) or (self.end and today > self.end):
            return False
        return self.condition is None or self.condition.holds(expression_scope(ctx, doc))

    def goal(self, doc: Document) -> Goal | None:
        """The row of the document's priority, else the default one, else the first."""
        wanted = doc.get(self.priority_field) if self.priority_field else None
        rows = [*(g for g in self.goals if g.priority == wanted), *(g for g in self.goals if g.is_default), *self.goals]
        return rows[0] if rows else None

    def seconds(self, doc: Document) -> dict[str, float]:
        """Kind of clock → allowed seconds; a kind without a time has no clock."""
        goal = self.goal(doc)
        if goal is None:
            return {}
        both = {RESPONSE: goal.response, RESOLUTION: goal.resolution if self.with_resolution else 0.0}
        return {kind: seconds for kind, seconds in both.items() if seconds > 0}

    def steps_of(self, kind: str) -> list[Step]:
        """The escalations of a kind of clock, in order."""
        return sorted((step for step in self.steps if step.kind == kind), key=lambda step: step.percent)


def enabled_agreements(connection: Connection, definitions: Definitions, name: str = "") -> Iterator[Agreement]:
    """The enabled agreements (or the one called `name`), the most important first; a broken one is left out."""
    meta = definitions.get(AGREEMENT)
    if meta is None or is_empty(connection, meta.table):
        return
    names = [row["name"] for row in connection.select(Query(meta, where=Compare(("enabled",), "=", 1)))]
    rows = connection.get_rows(meta, [one for one in names if not name or one == name])
    for row in sorted(rows, key=lambda row: (row["default_service_level_agreement"] or 0, -(row["priority"] or 0))):
        if row["document_type"] not in definitions:
            continue
        try:
            yield _agreement(connection, definitions, row)
        except (CRMError, KeyError):  # a time zone that is not there is a KeyError; doctor names the record
            continue


def _agreement(connection: Connection, definitions: Definitions, row: Row) -> Agreement:
    def children(doctype: str) -> list[Row]:
        return connection.get_children(definitions[doctype], AGREEMENT, [row["name"]])

    free, worked = holidays_of(connection, definitions, row["holiday_list"])
    if row["time_zone"]:
        ZoneInfo(row["time_zone"])
    return Agreement(
        row["name"],
        row["document_type"],
        _compiled(row["condition"]),
        _compiled(row["response_condition"]),
        bool(row["default_service_level_agreement"]),
        int(row["priority"] or 0),
        row["start_date"],
        row["end_date"],
        tuple(_goal(child) for child in children("Service Level Priority")),
        row["priority_field"] or "",
        row["status_field"] or "",
        frozenset(child["status"] for child in children("Pause SLA On Status")),
        frozenset(child["status"] for child in children("SLA Fulfilled On Status")),
        bool(row["apply_sla_for_resolution"]),
        row["time_zone"] or "",
        hours_of(children("Service Day")),
        free,
        worked,
        tuple(_step(child) for child in children("SLA Escalation")),
        int(row["revision"] or 1),
        row["pack"] or "",
    )


def _compiled(text: str | None) -> Expression | None:
    return expressions.compile(text) if text and text.strip() else None


def _goal(row: Row) -> Goal:
    return Goal(
        row["priority"],
        bool(row["default_priority"]),
        float(row["response_time"] or 0),
        float(row["resolution_time"] or 0),
    )


def _step(row: Row) -> Step:
    return Step(row["clock"], int(row["percent"] or 0), Action(row["action"], {name: row[name] for name in ESCALATION}))


def hours_of(rows: Iterable[Mapping[str, Any]]) -> dict[int, tuple[Span, ...]]:
    """Service Day rows by ISO weekday, overlapping ones joined."""
    found: dict[int, list[Span]] = {}
    for row in rows:
        span = (_seconds(row["start_time"]), _seconds(row["end_time"]) or WHOLE_DAY)
        found.setdefault(WEEKDAYS.index(row["workday"]) + 1, []).append(span)
    return {weekday: _joined(sorted(spans)) for weekday, spans in found.items()}


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for opened, closed in spans:
        if joined and opened <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closed))
        elif opened < closed:
            joined.append((opened, closed))
    return tuple(joined)


def _seconds(value: time | None) -> int:
    return 0 if value is None else value.hour * 3600 + value.minute * 60 + value.second


def holidays_of(
    connection: Connection, definitions: Definitions, name: str | None
) -> tuple[frozenset[date], dict[date, int]]:
    """Free dates of a Holiday List, and dates that are worked instead with the weekday whose hours they have."""
    rows = connection.get_children(definitions["Holiday"], "Holiday List", [name]) if name else []
    worked = {row["holiday_date"]: WEEKDAYS.index(row["works_like"]) + 1 for row in rows if row["works_like"]}
    return frozenset(row["holiday_date"] for row in rows if not row["works_like"]), worked
