"""The value of all customers: read from the figures that their pages keep, written where it has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from crm_platform.doctypes.insight.figures import CUSTOMER_FIELDS, Figures, Whole, own_interval, value_of
from crm_platform.doctypes.insight.ranking import Levels, rank, thresholds
from crm_platform.doctypes.insight.settings import SETTINGS, stated
from crm_platform.pack import Context, Document, Job, enqueue, task

VALUE = "Customer Value"
TOGETHER = 500
"""Documents that are written in one transaction, so that others come to their turn."""
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Computed:
    """The figures of all customers, and from which amounts contribution and cost are high and middle."""

    values: Sequence[Figures]
    levels: Levels


@task("crm:refresh_customer_values", steps=True, cancellable=True, time_limit=3600.0)
def refresh(job: Job) -> None:
    """Bring every Customer Value up to date; who may start this may also read them all, so the system does it."""
    computed = job.read(lambda ctx: compute(ctx.as_system()))
    there = job.read(_stored)
    wanted = {value["customer"]: value for value in computed.values}
    gone = [name for name in there if name not in wanted]
    changed = [value for value in computed.values if _differs(value, there.get(value["customer"]))]
    for names in _portions(gone):
        job.write(partial(_delete, names))
    done = 0
    for values in _portions(changed):
        job.write(partial(_write, values, there))
        done += len(values)
        job.progress(done / len(changed) * 100)
    job.write(partial(_note, computed))


def forget(ctx: Context, doc: Document) -> None:
    """The value of a customer goes with it."""
    store = ctx.as_system().store
    if store.exists(VALUE, doc.name):
        store.delete(VALUE, doc.name)


def every_night(ctx: Context) -> None:
    """The schedule: time alone changes the last twelve months, years and loyalty."""
    enqueue(ctx, refresh, {})


def compute(ctx: Context) -> Computed:
    """The figures of all customers as of today, with the rights of `ctx`."""
    rows = list(every(ctx, "Customer", CUSTOMER_FIELDS))
    whole = whole_of(ctx, rows)
    recent = _last_year(ctx, whole.today)
    values = [value_of(row, whole, recent.get(row["name"], {})) for row in rows]
    levels = thresholds(values, whole.stated)
    rank(values, rows, levels)
    return Computed(values, levels)


def every(ctx: Context, doctype: str, fields: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """All documents, page by page: a list has an end, a company may not."""
    cursor: str | None = "*"
    while cursor is not None:
        rows, cursor = ctx.store.page(doctype, cursor=cursor, fields=fields, order_by="name", limit=5000)
        yield from rows


def whole_of(ctx: Context, rows: Sequence[Mapping[str, Any]]) -> Whole:
    sales = sum((row["net_sales"] for row in rows), Decimal(0))
    profit = sum((row["gross_profit"] for row in rows), Decimal(0))
    intervals = [found for row in rows if (found := own_interval(row))]
    mean = (sum(intervals, Decimal(0)) / len(intervals)).quantize(Decimal("0.1")) if intervals else Decimal(0)
    return Whole(date.fromisoformat(ctx.today()), stated(ctx), profit / sales if sales > 0 else Decimal(0), mean)


def _last_year(ctx: Context, today: date) -> Mapping[str, Mapping[str, Any]]:
    """Gross profit and number of invoices of each customer in the last twelve months."""
    since = [["docstatus", "=", 1], ["posting_date", ">", (today - YEAR).isoformat()]]

    def grouped(column: str, *more: list[Any]) -> dict[str, Any]:
        fields = ["customer", f"{column} as figure"]
        rows = ctx.store.list("Sales Invoice", fields=fields, filters=[*since, *more], group_by="customer", limit=None)
        return {row["customer"]: row["figure"] for row in rows}

    profits, numbers = grouped("sum(gross_profit)"), grouped("count(name)", ["is_return", "=", 0])
    return {name: {"profit": profits[name], "number": numbers.get(name, 0)} for name in profits}


def _stored(ctx: Context) -> Mapping[str, Mapping[str, Any]]:
    """The Customer Values that are there, by their name, which is that of the customer."""
    return {row["name"]: row for row in every(ctx.as_system(), VALUE, ["*"])}


def _differs(value: Figures, stored: Mapping[str, Any] | None) -> bool:
    return stored is None or any(stored[name] != figure for name, figure in value.items())


def _portions(found: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(found)
    while portion := list(islice(rest, TOGETHER)):
        yield portion


def _delete(names: Sequence[str], ctx: Context) -> None:
    store = ctx.as_system().store
    for name in names:
        store.delete(VALUE, name)


def _write(values: Sequence[Figures], there: Mapping[str, Any], ctx: Context) -> None:
    store, now = ctx.as_system().store, {"computed_on": ctx.now()}
    store.insert_many([store.new(VALUE, value | now) for value in values if value["customer"] not in there])
    for value in values:
        if value["customer"] in there:
            doc = store.get(VALUE, value["customer"], for_update=True)
            _set(doc, value | now)
            store.save(doc)


def _set(doc: Document, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        doc[name] = value


def _note(computed: Computed, ctx: Context) -> None:
    store = ctx.as_system().store
    doc = store.get(SETTINGS, SETTINGS, for_update=True)
    _set(doc, {**computed.levels, "customer_count": len(computed.values), "computed_on": ctx.now()})
    store.save(doc)
