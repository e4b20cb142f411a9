"""Installed products: they take the warranty terms of their day, keep their readings, and are replaced."""

from __future__ import annotations

from datetime import date, timedelta

from crm_platform.pack import Context, Document, FieldError, ValidationError, months_later
from crm_platform.plugins.warranty.cover import INSTALLED

TERMS = "Warranty Terms"
TAKEN = (
    "product",
    "customer",
    "site_address",
    "usage_unit",
    "warranty_terms",
    "warranty_starts",
    "warranty_expiry_date",
)
"""What a replacement has of the one that it replaces: the warranty goes on, it does not begin again."""


def last_day(starts: date, months: int) -> date:
    """The last day that is covered by so many months from `starts` on."""
    return months_later(starts, months) - timedelta(days=1)


def prepare(ctx: Context, doc: Document) -> None:
    """Take the terms when they are chosen, and refuse a cover or a reading that cannot be."""
    if not (doc.product and doc.delivered_on):
        return  # What is missing is refused besides.
    if not doc.warranty_terms and doc.is_new and not doc.warranty_expiry_date:
        doc.warranty_terms = _usual_terms(ctx, doc.product)
    if doc.warranty_terms and any(map(doc.has_changed, ("warranty_terms", "warranty_starts", "delivered_on"))):
        _take_terms(ctx, doc)
    _check_days(doc)
    _check_reading(ctx, doc)


def _usual_terms(ctx: Context, product: str) -> str | None:
    rows = ctx.as_system().store.list(TERMS, filters={"product": product}, order_by="creation desc", limit=1)
    return rows[0]["name"] if rows else None


def _take_terms(ctx: Context, doc: Document) -> None:
    """Copy them: terms that change later are those of later deliveries. Serial numbers of components stay."""
    terms = ctx.as_system().store.get(TERMS, doc.warranty_terms)
    starts = doc.warranty_starts or doc.delivered_on
    if doc.is_new and doc.warranty_expiry_date:
        return
    doc.warranty_expiry_date = last_day(starts, terms.months)
    doc.usage_limit, doc.usage_unit = terms.usage_limit, doc.usage_unit or terms.usage_unit
    known = {row.component: row.serial_no for row in doc.components}
    taken = [
        {
            "component": row.component,
            "serial_no": known.get(row.component),
            "is_covered": row.is_covered,
            "expiry_date": last_day(starts, row.months) if row.months else None,
            "usage_limit": row.usage_limit,
        }
        for row in terms.components
    ]
    named = {row["component"] for row in taken}
    doc.components = [*taken, *(row for row in doc.components if row.component not in named)]


def _check_days(doc: Document) -> None:
    days = [("warranty_expiry_date", doc.warranty_expiry_date), ("warranty_starts", doc.warranty_starts)]
    days += [("components", row.expiry_date) for row in doc.components]
    days += [("extensions", row.until) for row in doc.extensions]
    faults = [FieldError(name, "Lies before the delivery.") for name, day in days if day and day < doc.delivered_on]
    if faults:
        raise ValidationError("A warranty cannot end or begin before the delivery.", errors=faults)


def _check_reading(ctx: Context, doc: Document) -> None:
    before = doc.before.usage if doc.before is not None else 0
    if (doc.usage or 0) < (before or 0):
        raise ValidationError(
            "The reading cannot go back: it was {before} already.",
            before=f"{before:g}",
            errors=[FieldError("usage", "Less than before.")],
        )
    if doc.has_changed("usage"):
        doc.usage_read_on = date.fromisoformat(ctx.today())


def note_service(ctx: Context, serial_no: str, usage: float | None, day: date) -> None:
    """After work on a product: its reading, and when it was; whoever did the work causes it, with or without rights."""
    store = ctx.as_system().store
    product = store.get(INSTALLED, serial_no, for_update=True)
    product.usage = max(product.usage or 0, usage or 0)
    product.last_service_on = max(day, product.last_service_on or day)
    store.save(product)


def replace(ctx: Context, serial_no: str, new_serial: str, day: date) -> None:
    """Put a new serial number in the place of another one; extensions and the rest of the warranty go over to it."""
    store = ctx.as_system().store
    old = store.get(INSTALLED, serial_no, for_update=True)
    if old.status != "Active":
        raise ValidationError("{serial_no} is not in use any more and cannot be replaced.", serial_no=serial_no)
    values = {key: old.get(key) for key in TAKEN} | {"serial_no": new_serial, "delivered_on": old.delivered_on}
    new = store.new(INSTALLED, values)
    new.usage_limit, new.usage, new.installed_on = old.usage_limit, old.usage, day
    new.components = [
        {k: row[k] for k in ("component", "is_covered", "expiry_date", "usage_limit")} for row in old.components
    ]
    new.extensions = [{k: row[k] for k in ("component", "until", "usage_limit", "reason")} for row in old.extensions]
    store.insert(new)
    old.status, old.replaced_by = "Replaced", new_serial
    store.save(old)
