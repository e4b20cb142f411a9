"""The sales forecast: open deals by month and category at once, history by a job, and what came of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from crm_platform.doctypes.insight.by_history import Carried, MissingLibrary, TooShort, by_history
from crm_platform.pack import Context, Document, FieldError, Job, ValidationError, enqueue, task

FORECAST = "Sales Forecast"
CATEGORIES = {"Commit": "commit", "Best Case": "best_case", "Pipeline": "pipeline"}
OPEN = ["stage_type", "in", ["Open", "Ongoing"]]
LONGEST = 36
CENT = Decimal("0.01")


def fill_deals(ctx: Context, doc: Document) -> None:
    """The months of a new forecast with what open deals let expect. Raises ValidationError for 0 or too many months."""
    if not doc.is_new or not doc.made_on or doc.months:
        return
    if not 1 <= doc.horizon <= LONGEST or doc.history_months < 1:
        template = "A forecast looks 1 to {most} months ahead, and at least one month back."
        raise ValidationError(
            template, errors=[FieldError("horizon", template, params={"most": LONGEST})], most=LONGEST
        )
    first = _next_month(doc.made_on)
    starts = months_from(first, doc.horizon)
    if doc.made_on.isoformat() != ctx.today():
        doc.note = ctx._("Made for a day that is over: which deals were open then is not known.")
        doc.months = [{"month": start} for start in starts]
        return
    doc.deals_known = 1
    bounds = [*starts, months_from(first, doc.horizon + 1)[-1]]
    weighted = _deals(ctx, "base_expected_value", bounds)
    kinds = {field: _deals(ctx, "base_opportunity_amount", bounds, kind) for kind, field in CATEGORIES.items()}
    doc.months = [
        {"month": start, "weighted": weighted.get(n, 0), **{field: found.get(n, 0) for field, found in kinds.items()}}
        for n, start in enumerate(starts)
    ]


def _deals(ctx: Context, field: str, bounds: Sequence[date], category: str = "") -> Mapping[int, Any]:
    filters: list[list[Any]] = [OPEN, *([["forecast_category", "=", category]] if category else [])]
    store = ctx.as_system().store
    return store.series("Opportunity", f"sum({field})", "expected_closing", bounds, filters=filters)


def look_at_history(ctx: Context, doc: Document) -> None:
    """A new forecast by history takes some seconds: a job adds it."""
    enqueue(ctx, add_history, {"name": doc.name})


@task("crm:add_history_to_forecast", steps=True)
def add_history(job: Job, name: str) -> None:
    """The forecast by history, or why there is none; it takes seconds, so nothing is locked while it is computed."""
    doc, sold = job.read(lambda ctx: _asked(ctx, name))
    try:
        found, reason = by_history(sold, doc.horizon + 1, int(doc.confidence or 80)), ""
    except (MissingLibrary, TooShort) as error:
        found, reason = None, str(error)
    job.write(lambda ctx: _write(ctx, name, found, reason))


def _asked(ctx: Context, name: str) -> tuple[Document, list[Decimal]]:
    """The forecast, and what was sold in the months before it."""
    doc = ctx.as_system().store.get(FORECAST, name)
    this_month = doc.made_on.replace(day=1)
    return doc, invoiced(ctx, [*months_from(this_month, -doc.history_months), this_month])


def _write(ctx: Context, name: str, found: Carried | None, reason: str) -> None:
    """With the months that are over already; the month in which it was made is carried on through, and left out."""
    store = ctx.as_system().store
    doc = store.get(FORECAST, name, for_update=True)
    if reason:
        doc.note = " ".join(filter(None, (doc.note, ctx._(reason))))
    if found:
        doc.method = found.method
        for row, (mean, lower, upper) in zip(doc.months, found.months[1:], strict=True):
            row.by_history, row.lower, row.upper = mean, lower, upper
    _close(ctx, doc)
    store.save(doc)


def close_months(ctx: Context) -> None:
    """The schedule of the first day of a month: forecasts learn what was really sold."""
    store = ctx.as_system().store
    for row in store.list(FORECAST, filters=[["Sales Forecast Month", "is_over", "=", 0]], distinct=True, limit=None):
        doc = store.get(FORECAST, row["name"], for_update=True)
        if _close(ctx, doc):
            store.save(doc)


def make_forecast(ctx: Context) -> None:
    """The schedule after it: one forecast a month, so that there is something to be measured by."""
    store = ctx.as_system().store
    store.insert(store.new(FORECAST))


def _close(ctx: Context, doc: Document) -> bool:
    """Note what was sold in the months that are over; whether there was one."""
    today = date.fromisoformat(ctx.today())
    rows = [row for row in doc.months if not row.is_over and _next_month(row.month) <= today]
    for row in rows:
        row.actual, row.is_over = invoiced(ctx, [row.month, _next_month(row.month)])[0], 1
    return bool(rows)


def invoiced(ctx: Context, bounds: Sequence[date]) -> list[Decimal]:
    """Net total of invoices and credit notes in each span between two neighbouring days."""
    store = ctx.as_system().store
    found = store.series(
        "Sales Invoice", "sum(base_net_total)", "posting_date", bounds, filters=[["docstatus", "=", 1]]
    )
    return [Decimal(found.get(number) or 0).quantize(CENT) for number, _ in enumerate(pairwise(bounds))]


def months_from(first: date, count: int) -> list[date]:
    """`count` first days of months from `first` on; before it when `count` is negative."""
    start = first.year * 12 + first.month - 1
    numbers = range(start, start + count) if count >= 0 else range(start + count, start)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
