"""Preventive maintenance: schedules by date or usage make visits; a finished one is in the life of the product."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from crm_platform.pack import Context, Document, FieldError, ValidationError, months_later
from crm_platform.plugins.warranty.cover import INSTALLED
from crm_platform.plugins.warranty.installed import note_service

SCHEDULE, VISIT = "Maintenance Schedule", "Maintenance Visit"
MONTHS = {"Monthly": 1, "Quarterly": 3, "Half Yearly": 6, "Yearly": 12}
PAGE = 200
"""Schedules that are read at a time."""

LONGEST_LEAD = 90
"""Days in advance: no schedule makes its visits earlier, so the nightly job looks no further."""


def prepare_schedule(ctx: Context, doc: Document) -> None:
    """Work out what comes next, whenever what it follows from is entered or changed."""
    if (doc.lead_days or 0) > LONGEST_LEAD:
        raise ValidationError(
            "Visits are made at most {days} days in advance.",
            days=LONGEST_LEAD,
            errors=[FieldError("lead_days", "Too early.")],
        )
    if doc.end_date and doc.start_date and doc.end_date < doc.start_date:
        raise ValidationError(
            "The schedule ends before its first visit.", errors=[FieldError("end_date", "Too early.")]
        )
    if doc.has_changed("basis") or doc.has_changed("start_date"):
        doc.next_date = doc.start_date if doc.basis != "Usage" else None
    if doc.has_changed("basis") or doc.has_changed("every_usage"):
        doc.next_usage = _reading(ctx, doc) + doc.every_usage if doc.basis != "Date" else 0


def _reading(ctx: Context, doc: Document) -> float:
    return float(ctx.as_system().store.get(INSTALLED, doc.installed_product).usage or 0)


def following(day: date, periodicity: str) -> date:
    """The next day of a periodicity."""
    return day + timedelta(days=7) if periodicity == "Weekly" else months_later(day, MONTHS[periodicity])


def every_night(ctx: Context) -> None:
    """Make the visits whose day is near."""
    today = date.fromisoformat(ctx.today())
    horizon = (today + timedelta(days=LONGEST_LEAD)).isoformat()
    due = [["status", "=", "Active"], ["next_date", "is", "set"], ["next_date", "<=", horizon]]
    for schedule in _schedules(ctx, due):
        while schedule.next_date and schedule.next_date <= today + timedelta(days=schedule.lead_days or 0):
            _make_visit(ctx, schedule, schedule.next_date)
            later = following(schedule.next_date, schedule.periodicity)
            schedule.next_date = None if schedule.end_date and later > schedule.end_date else later
        if schedule.next_date is None and schedule.basis == "Date":
            schedule.status = "Ended"
        if schedule.has_changed("next_date"):
            ctx.as_system().store.save(schedule)


def _schedules(ctx: Context, filters: Any) -> Iterator[Document]:
    """Those that fit, to be changed, page by page: what is changed on the way moves none of them."""
    store = ctx.as_system().store
    following_page: dict[str, str] = {}
    while True:
        rows, cursor = store.page(SCHEDULE, filters=filters, order_by="name asc", limit=PAGE, **following_page)
        yield from (store.get(SCHEDULE, row["name"], for_update=True) for row in rows)
        if not cursor:
            return
        following_page = {"cursor": cursor}


def reading_came(ctx: Context, product: Document) -> None:
    """Make the visit that a reading asks for, once, however far the reading jumped."""
    if not product.has_changed("usage"):
        return
    due = {"installed_product": product.name, "status": "Active", "next_usage": ["between", [0.001, product.usage]]}
    for schedule in _schedules(ctx, due):
        _make_visit(ctx, schedule, date.fromisoformat(ctx.today()))
        schedule.next_usage += (
            1 + (product.usage - schedule.next_usage) // schedule.every_usage
        ) * schedule.every_usage
        ctx.as_system().store.save(schedule)


def _make_visit(ctx: Context, schedule: Document, day: date) -> None:
    store = ctx.as_system().store
    visit = store.new(VISIT, {"installed_product": schedule.installed_product, "maintenance_type": "Scheduled"})
    visit.mntc_date, visit.technician, visit.maintenance_schedule = day, schedule.technician, schedule.name
    visit.set("purposes", [{"description": row.description} for row in schedule.tasks])
    store.insert(visit)


def check_visit(ctx: Context, doc: Document) -> None:
    """A finished visit says how far it came; a complete one has everything done."""
    if not doc.completion_status:
        raise ValidationError(
            "Enter whether the work is complete.",
            errors=[FieldError("completion_status", "Choose one.", "MandatoryError")],
        )
    if doc.completion_status == "Fully Completed" and any(not row.is_done for row in doc.purposes):
        raise ValidationError(
            "Not everything is done: the visit is partially completed.",
            errors=[FieldError("purposes", "Mark what is done.")],
        )


def finish_visit(ctx: Context, doc: Document) -> None:
    note_service(ctx, doc.installed_product, doc.usage, doc.mntc_date)
