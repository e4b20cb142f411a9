"""Checks of a Service Level Agreement: the fields it watches, its times, hours and escalations."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from crm_platform.automation.checks.faults import at, check, condition_faults, field_faults
from crm_platform.automation.checks.people import people_faults
from crm_platform.automation.checks.values import values_faults
from crm_platform.automation.rule import Action
from crm_platform.automation.service_levels.agreements import ESCALATION, holidays_of, hours_of
from crm_platform.automation.service_levels.calendar import Calendar
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.model import DocType

PRIORITY = "priority"
"""Default of the priority field: a DocType without it has one priority."""


def check_agreement(ctx: Context, doc: Document) -> None:
    """Refuse an agreement that could never work. Raises ValidationError with all faults."""
    check(ctx, doc, _faults)


def _faults(ctx: Context, meta: DocType, doc: Document) -> Iterator[FieldError]:
    """Everything that is wrong with a Service Level Agreement."""
    for name in ("condition", "response_condition"):
        yield from condition_faults(meta, doc.get(name), FieldError(name, ""), "document")
    yield from field_faults(meta, str(doc.get("status_field", "")), FieldError("status_field", ""))
    if doc.get("priority_field") not in (None, "", PRIORITY):
        yield from field_faults(meta, doc["priority_field"], FieldError("priority_field", ""))
    times = [*_time_faults(doc), *_hours_faults(doc)]
    yield from (*times, *_status_faults(meta, doc))
    if not times:
        yield from _reach_faults(ctx, doc)
    for index, row in enumerate(doc["escalations"], start=1):
        yield from _escalation_faults(ctx, meta, row, index)


def _time_faults(doc: Document) -> Iterator[FieldError]:
    for index, row in enumerate(doc["priorities"], start=1):
        if not row.get("response_time") and not (doc.get("apply_sla_for_resolution") and row.get("resolution_time")):
            yield FieldError(
                "response_time", "Give a time for the response or the resolution.", table="priorities", row=index
            )
    if doc.get("start_date") and doc.get("end_date") and doc["end_date"] < doc["start_date"]:
        yield FieldError("end_date", "The end lies before the start.")


def _hours_faults(doc: Document) -> Iterator[FieldError]:
    zone = str(doc.get("time_zone", ""))
    try:
        ZoneInfo(zone or "UTC")
    except (KeyError, ValueError):
        yield FieldError(
            "time_zone", "There is no time zone {zone}. Write it like Asia/Shanghai.", params={"zone": zone}
        )
    rows = [row.as_dict() for row in doc["support_and_resolution"] if row.get("workday")]
    for index, row in enumerate(rows, start=1):
        if not any(hours_of([row]).values()):
            template = "The working hours end before they begin."
            yield FieldError("end_time", template, table="support_and_resolution", row=index)


def _reach_faults(ctx: Context, doc: Document) -> Iterator[FieldError]:
    """The longest time ends within the next years: a clock that never does would refuse its documents."""
    seconds = [row.get(name, 0.0) for row in doc["priorities"] for name in ("response_time", "resolution_time")]
    hours = hours_of(row.as_dict() for row in doc["support_and_resolution"])
    free, worked = holidays_of(ctx.connection, ctx.definitions, doc.get("holiday_list"))
    zone = ZoneInfo(doc["time_zone"]) if doc.get("time_zone") else ctx.runtime.zone
    try:
        Calendar(hours, zone, free, worked).add(ctx.now(), max(seconds, default=0.0))
    except ValidationError as error:
        yield FieldError("support_and_resolution", error.template)


def _status_faults(meta: DocType, doc: Document) -> Iterator[FieldError]:
    field = meta.field(str(doc.get("status_field", "")))
    named = {table: [row.get("status") for row in doc[table]] for table in ("pause_sla_on", "sla_fulfilled_on")}
    for table, statuses in named.items():
        for index, status in enumerate(statuses, start=1):
            place = FieldError("status", "", table=table, row=index)
            if field is not None and field.fieldtype == "Select" and status not in field.choices:
                yield at(place, "{field} has no choice {status}.", field=field.fieldname, status=status)
            elif table == "pause_sla_on" and status in named["sla_fulfilled_on"]:
                yield at(place, "{status} cannot both pause and end the clocks.", status=status)


def _escalation_faults(ctx: Context, meta: DocType, row: Document, index: int) -> Iterator[FieldError]:
    def place(field: str) -> FieldError:
        return FieldError(field, "", table="escalations", row=index)

    if not 0 < row.get("percent", 0) <= 1000:
        yield at(place("percent"), "Give a percentage from 1 to 1000.")
    action = Action(str(row.get("action")), {name: row[name] for name in ESCALATION})
    if action.kind == "Set Fields":
        yield from values_faults(ctx, meta, meta, action, place("field_values"))
    else:
        yield from people_faults(ctx, meta, action, place)
