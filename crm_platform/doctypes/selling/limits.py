"""No more is delivered, billed or taken back than was ordered, agreed or sold: checked when a document is submitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm_platform.doctypes.selling.amounts import CUSTOMERS, first_of
from crm_platform.pack import Context, Document, FieldError, ValidationError

SUBMITTED = 1
HELD = frozenset({"On Hold", "Stopped", "Terminated"})
"""Workflow states of a submitted document from which nothing more is made."""
TOLERANCE = MICRO = Decimal("0.000001")


@dataclass(frozen=True)
class Price:
    """What one unit of a source's row may cost at most, and the sentence for what is beyond it."""

    of: Callable[[Document], Decimal]
    refusal: str


def rate_of(row: Document) -> Decimal:
    rate: Decimal = row.rate
    return rate


def cost_per_unit(row: Document) -> Decimal:
    """What each of the units really cost, the discount of the document taken off."""
    net: Decimal = row.net_amount
    return (net / exact(row.qty)).quantize(MICRO)


AGREED = Price(rate_of, "{product} was agreed at {agreed} in {name}; it cannot be charged at {price}.")
BILLED = Price(cost_per_unit, "{product} cost {agreed} in {name}; it cannot be taken back at {price}.")


@dataclass(frozen=True)
class Limit:
    """Rows whose field `link` names a document of `source`, and `detail` one of its rows: its quantity is the limit.

    `per_period`: it holds for each of the document's billing periods. `price`: nor does a unit cost more.
    """

    source: str
    link: str
    detail: str
    per_period: bool = False
    price: Price | None = None


LIMITS: Mapping[str, Sequence[Limit]] = {
    "Delivery Note": (
        Limit("Sales Order", "against_sales_order", "so_detail"),
        Limit("Sales Return", "sales_return", "sales_return_item"),
    ),
    "Sales Invoice": (
        Limit("Sales Order", "sales_order", "so_detail", price=AGREED),
        Limit("Contract", "contract", "contract_item", per_period=True, price=AGREED),
        Limit("Sales Return", "sales_return", "sales_return_item"),
    ),
    "Sales Order": (Limit("Contract", "contract", "contract_item", per_period=True),),
    "Sales Return": (
        Limit("Delivery Note", "delivery_note", "dn_detail"),
        Limit("Sales Invoice", "sales_invoice", "si_detail", price=BILLED),
    ),
}
"""By the DocType that is submitted."""


def check_limits(ctx: Context, doc: Document) -> None:
    """Raise ValidationError when a row goes beyond what its source has left, or its source is not open to it.

    The sources are locked, in the order of their names, so that two documents at once do not share what is left.
    """
    for limit in LIMITS[doc.doctype]:
        names = sorted({row[limit.link] for row in doc["items"] if row[limit.link]})
        for name in names:
            source = ctx.as_system().store.get(limit.source, name, for_update=True)
            _check_open(doc, source)
            _check_rows(ctx, doc, limit, source)
    if doc.get("return_against"):
        _check_open(doc, ctx.as_system().store.get(doc.doctype, doc.return_against, for_update=True))


def _check_open(doc: Document, source: Document) -> None:
    params = {"doctype": source.doctype, "name": source.name}
    if source.docstatus != SUBMITTED:
        raise ValidationError("{doctype} {name} is not submitted. Submit it first.", **params)
    if source.get("workflow_state") in HELD:
        raise ValidationError("{doctype} {name} is stopped or on hold. Open it again first.", **params)
    if first_of(source, CUSTOMERS) != first_of(doc, CUSTOMERS):
        raise ValidationError("{doctype} {name} belongs to another customer.", **params)
    if source.get("currency") and doc.get("currency") and source.currency != doc.currency:
        raise ValidationError("{doctype} {name} is in another currency.", **params)


def _check_rows(ctx: Context, doc: Document, limit: Limit, source: Document) -> None:
    rows = {row.name: row for row in source["items"]}
    own: dict[str, Decimal] = {}
    for index, row in enumerate(doc["items"], start=1):
        if row[limit.link] != source.name:
            continue
        origin = rows.get(row[limit.detail])
        if origin is None or origin.product != row.product:
            raise _refusal("{name} has no such row of {product}.", index, name=source.name, product=row.product)
        if limit.price and row.rate > (most := limit.price.of(origin)):
            prices = {"agreed": plain(most), "price": plain(row.rate)}
            raise _refusal(limit.price.refusal, index, product=row.product, name=source.name, **prices)
        quantity = own[origin.name] = own.get(origin.name, Decimal(0)) + exact(row.qty)
        left = allowed(source, origin, limit) - taken(ctx, doc.doctype, limit, origin.name, negative=row.qty < 0)
        if abs(quantity) > left + TOLERANCE:
            template = "{product}: only {left} of {name} are left, not {qty}."
            raise _refusal(
                template, index, product=row.product, left=plain(left), name=source.name, qty=plain(abs(quantity))
            )


def _refusal(template: str, index: int, **params: object) -> ValidationError:
    return ValidationError(
        template, errors=[FieldError("qty", template, table="items", row=index, params=params)], title=None, **params
    )


def allowed(source: Document, row: Document, limit: Limit) -> Decimal:
    """How many of a row there are to be had."""
    return exact(row.qty) * (source.billing_periods if limit.per_period else 1)


def taken(ctx: Context, doctype: str, limit: Limit, row: str, *, negative: bool = False) -> Decimal:
    """How many of a source's row submitted documents have taken; of credit notes and returns with `negative`."""
    child = f"{doctype} Item"
    asked = {limit.detail: row, "docstatus": SUBMITTED, "qty": ["<" if negative else ">", 0]}
    found = ctx.as_system().store.list(child, fields=["qty"], filters=asked, limit=None, parent=doctype)
    return sum((abs(exact(one["qty"])) for one in found), Decimal(0))


def exact(quantity: float) -> Decimal:
    """The decimal that a quantity is printed as."""
    return Decimal(repr(quantity))


def plain(number: Decimal) -> str:
    """Without needless zeros."""
    return f"{number.normalize():f}"
