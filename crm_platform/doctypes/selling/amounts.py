"""What a document with amounts starts from: currency and its rate, taxes of a template, prices and costs of rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from crm_platform.doctypes.selling.enquiring import ask
from crm_platform.doctypes.selling.prices import Enquiry
from crm_platform.doctypes.selling.settings import company_country, company_currency, selling_settings
from crm_platform.pack import Context, Document

DATES = ("transaction_date", "posting_date")
CUSTOMERS = ("customer", "party_name", "party")
SELLER = frozenset({"company", "company_details", "bank_details"})
SUBMITTED = 1
QUANTITY_PLACES = 6
"""As amounts are kept: what is delivered and billed adds up to what was ordered."""


def first_of(doc: Document, names: Iterable[str]) -> Any:
    """The value of the first of these fields that the DocType has."""
    return next((doc[name] for name in names if name in doc.meta.by_name), None)


def fill_amounts(ctx: Context, doc: Document) -> None:
    """Before a draft is validated: whatever its amounts are computed from."""
    if not is_draft(doc):
        return
    fill_company(ctx, doc)
    round_quantities(doc)
    fill_currency(ctx, doc)
    fill_taxes(ctx, doc)
    fill_rows(ctx, doc)


def is_draft(doc: Document) -> bool:
    """Whether the stored document, if there is one, is a draft: later nothing is filled in any more."""
    return doc.before is None or doc.before.docstatus < SUBMITTED


def round_quantities(doc: Document) -> None:
    for row in doc["items"]:
        if isinstance(row.qty, float):
            row.qty = round(row.qty, QUANTITY_PLACES)


def fill_company(ctx: Context, doc: Document) -> None:
    """Who sells, as it is printed; what was printed once stays."""
    settings = selling_settings(ctx)
    for name in doc.meta.by_name.keys() & SELLER:
        doc[name] = settings[name]


def fill_currency(ctx: Context, doc: Document) -> None:
    """Currency and rate. Without a known rate it stays 0, which a Validation Rule refuses."""
    own = company_currency(ctx)
    doc.currency = doc.currency or own
    doc.company_currency = own or doc.currency
    if doc.currency == doc.company_currency:
        doc.conversion_rate = 1
    elif not doc.conversion_rate or _has_other_currency(doc):
        doc.conversion_rate = exchange_rate(ctx, doc.currency, doc.company_currency, _day(ctx, doc))


def _has_other_currency(doc: Document) -> bool:
    """Whether a stored document got another currency, and no rate with it."""
    return doc.before is not None and doc.has_changed("currency") and not doc.has_changed("conversion_rate")


def _day(ctx: Context, doc: Document) -> str:
    day = first_of(doc, DATES)
    return str(day.isoformat()) if day else ctx.today()


def exchange_rate(ctx: Context, from_currency: str, to_currency: str, date: str) -> float:
    """The newest rate of Currency Exchange on a day (ISO); 0 when there is none."""
    pair = {"from_currency": from_currency, "to_currency": to_currency, "date": ["<=", date]}
    rows = ctx.as_system().store.list(
        "Currency Exchange", fields=["exchange_rate"], filters=pair, order_by="date desc, creation desc", limit=1
    )
    return float(rows[0]["exchange_rate"]) if rows else 0.0


def fill_taxes(ctx: Context, doc: Document) -> None:
    """The rows of the template, as long as the document has none of its own."""
    if "taxes" not in doc.meta.by_name or doc.taxes:
        return
    if doc.is_new and not doc.taxes_and_charges and "taxes_and_charges" not in doc.given:
        doc.taxes_and_charges = selling_settings(ctx).taxes_and_charges
    if doc.taxes_and_charges and doc.has_changed("taxes_and_charges"):
        template = ctx.as_system().store.get("Sales Taxes and Charges Template", doc.taxes_and_charges)
        for row in template.taxes:
            doc.append("taxes", {name: row[name] for name in ("charge_type", "description", "rate", "charge_amount")})


def fill_rows(ctx: Context, doc: Document) -> None:
    """The price of each row that has none, and its cost price of today: read as the system, since who sells need not
    see it. A product that is not there is refused later, as any link."""
    costs = _costs(ctx, {row.product for row in doc["items"] if row.product})
    for row in doc["items"]:
        if row.product in costs:
            row.valuation_rate = costs[row.product]
            if not row.price_list_rate and row.qty:
                row.price_list_rate = ask(ctx, enquiry_of(ctx, doc, row))["price_list_rate"] or 0


def _costs(ctx: Context, products: set[str]) -> dict[str, Any]:
    if not products:
        return {}
    rows = ctx.as_system().store.list(
        "Product", fields=["name", "valuation_rate"], filters={"name": ["in", sorted(products)]}, limit=None
    )
    return {row["name"]: row["valuation_rate"] for row in rows}


def enquiry_of(ctx: Context, doc: Document, row: Document) -> Enquiry:
    """What a row asks price and stock for."""
    return Enquiry(
        product=row.product,
        qty=abs(row.qty),
        currency=doc.currency or "",
        date=_day(ctx, doc),
        price_list=doc.selling_price_list or selling_settings(ctx).selling_price_list or "",
        customer=first_of(doc, CUSTOMERS) or "",
    )


def fill_addresses(ctx: Context, doc: Document) -> None:
    """Addresses as they are printed."""
    for link, text in (("customer_address", "address_display"), ("shipping_address_name", "shipping_address")):
        if link in doc.meta.by_name and (doc.is_new or doc.has_changed(link)):
            doc[text] = _address(ctx, doc[link])


ADDRESS_LINES = (("address_line1",), ("address_line2",), ("city", "county", "state", "pincode"))


def _address(ctx: Context, name: str | None) -> str | None:
    """Its lines; the country only where it is not that of the company."""
    if not name:
        return None
    address = ctx.store.get("Address", name)
    lines = [" ".join(str(address[part]) for part in parts if address[part]) for parts in ADDRESS_LINES]
    abroad = address.country if address.country != company_country(ctx) else None
    return "\n".join(line for line in (*lines, abroad) if line)


def fill_validity(ctx: Context, doc: Document) -> None:
    """How long a quotation holds when nobody says otherwise."""
    if doc.is_new and not doc.valid_till and doc.transaction_date:
        doc.valid_till = doc.transaction_date + timedelta(days=selling_settings(ctx).default_valid_till or 0)
