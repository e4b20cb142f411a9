"""Sales targets: what was reached of each, the documents behind it, and a year in quarters or months."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.commission.bases import BASES
from crm_platform.doctypes.commission.sales import SUBMITTED, Sale, Scope
from crm_platform.doctypes.selling.limits import exact
from crm_platform.doctypes.selling.settings import company_currency, company_places
from crm_platform.doctypes.selling.sharing import split
from crm_platform.pack import Context, Document, ValidationError, writes

TARGET, PERSON = "Sales Target", "Sales Person"
PARTS = {"Quarter": 4, "Month": 12}
COPIED = ("target_type", "target_name", "product_group", "target_based_on", "fiscal_year")


def fill_target(ctx: Context, doc: Document) -> None:
    """The figures as of now, once it is known whose they are and of when."""
    doc.company_currency = company_currency(ctx)
    if doc.target_name and doc.from_date and ctx.as_system().store.exists(doc.target_type, doc.target_name):
        doc.actual_amount, doc.actual_qty = actual(ctx, doc)
        doc.actual_as_of = ctx.now()


@writes
def refresh(ctx: Context, name: str) -> dict[str, str]:
    """Reckon what was reached of a target anew. Raises ValidationError when its period is closed."""
    store, seen = ctx.as_system().store, ctx.store.get(TARGET, name)
    store.save(store.get(TARGET, seen.name))
    return {"doctype": TARGET, "name": name}


def refresh_open(ctx: Context) -> None:
    """Targets whose period has begun and is not closed, by the clock."""
    store = ctx.as_system().store
    fields = ["name", "to_date", "fiscal_year.closed_until as closed_until"]
    for row in store.list(TARGET, fields=fields, filters={"from_date": ["<=", ctx.today()]}, limit=None):
        if not row["closed_until"] or row["to_date"] > row["closed_until"]:
            store.save(store.get(TARGET, row["name"]))


def actual(ctx: Context, doc: Document) -> tuple[Decimal, float]:
    """The amount, net in the currency of the company, and the quantity; both less returns."""
    persons = _scope(ctx, doc).persons
    sales = counted(ctx, doc)
    amounts = (sale.part_of(sale.amount, persons) if persons else sale.amount for sale in sales)
    quantities = (sale.qty_of(persons) if persons else sale.qty for sale in sales)
    return sum(amounts, Decimal(0)), float(sum(quantities, Decimal(0)))


def counted(ctx: Context, doc: Document) -> list[Sale]:
    """What counts for a target: submitted documents of its persons or territory, its period and product group."""
    return [sale for sale in BASES[doc.target_based_on](ctx, _scope(ctx, doc)) if sale.docstatus == SUBMITTED]


def _scope(ctx: Context, doc: Document) -> Scope:
    is_person = doc.target_type == PERSON
    return Scope(
        doc.to_date,
        since=doc.from_date,
        persons=frozenset(_below(ctx, doc.target_name)) if is_person else frozenset(),
        territory="" if is_person else doc.target_name,
        product_group=doc.product_group or "",
    )


def _below(ctx: Context, person: str) -> list[str]:
    """A person, or everybody of a team."""
    rows = ctx.as_system().store.list(PERSON, filters=[["name", "descendants of (inclusive)", person]], limit=None)
    return [row["name"] for row in rows]


def documents_of(ctx: Context, name: str) -> dict[str, Any]:
    """The documents that a target's figure is made of, as a list with filters."""
    doc = ctx.store.get(TARGET, name)
    doctype = doc.target_based_on
    names = sorted({sale.name for sale in counted(ctx, doc) if sale.doctype == doctype})
    if not names:
        raise ValidationError("Nothing counts for this target yet.")
    return {"list": doctype, "filters": [["name", "in", names]]}


def spread(period_type: str) -> Callable[..., dict[str, Any]]:
    """The API method that gives a year's target to its parts: function(ctx, name) → the list of the parts."""

    @writes
    def parts(ctx: Context, name: str) -> dict[str, Any]:
        year = ctx.store.get(TARGET, name, for_update=True)
        if year.period_type != "Year":
            raise ValidationError("Only the target of a year has parts.")
        if ctx.store.count(TARGET, filters={"parent_target": name}):
            raise ValidationError("{target} has parts already. Delete them first.", target=name)
        count = PARTS[period_type]
        amounts = _equal(year.target_amount or Decimal(0), count, company_places(ctx))
        quantities = _equal(exact(year.target_qty or 0), count)
        for number, (amount, qty) in enumerate(zip(amounts, quantities, strict=True), start=1):
            figures = {"target_amount": amount, "target_qty": float(qty)}
            _insert_part(ctx, year, {"period_type": period_type, "period_number": number, **figures})
        return {"list": TARGET, "filters": [["parent_target", "=", name]]}

    return parts


def _equal(whole: Decimal, count: int, places: int | None = None) -> list[Decimal]:
    """Equal parts that add up, rounded to `places`; without them as finely as the whole is given."""
    fine = max(0, -int(whole.normalize().as_tuple().exponent)) if places is None else places
    return split(whole, [Decimal(1)] * count, fine)


def _insert_part(ctx: Context, year: Document, values: dict[str, Any]) -> None:
    part = ctx.store.new(TARGET, {**{name: year[name] for name in COPIED}, **values})
    part.parent_target = year.name
    ctx.store.insert(part)
