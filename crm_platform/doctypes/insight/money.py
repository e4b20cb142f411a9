"""Deals and costs in the currency of the company, and the product group with which a customer began."""

from __future__ import annotations

from crm_platform.doctypes.selling.amounts import exchange_rate
from crm_platform.doctypes.selling.settings import company_currency
from crm_platform.pack import Context, Document, FieldError, ValidationError


def fill_deal(ctx: Context, doc: Document) -> None:
    """The exchange rate of an opportunity; 0 when none is known: it may be worked on, and counts in no figure."""
    own = company_currency(ctx)
    if not doc.currency or not own or doc.currency == own:
        doc.conversion_rate = 1
    elif not doc.conversion_rate or (doc.has_changed("currency") and not _is_entered(doc)):
        doc.conversion_rate = exchange_rate(ctx, doc.currency, own, ctx.today())


def _is_entered(doc: Document) -> bool:
    """Whether the rate came with the change."""
    return "conversion_rate" in doc.given and (doc.is_new or doc.has_changed("conversion_rate"))


def fill_cost(ctx: Context, doc: Document) -> None:
    """Currency and rate of a cost. Raises ValidationError without a rate: the value of the customer would be wrong."""
    own = company_currency(ctx)
    doc.currency = doc.currency or own or None
    doc.company_currency = own or doc.currency
    if doc.currency == doc.company_currency:
        doc.conversion_rate = 1
    elif not doc.conversion_rate and doc.posting_date:
        doc.conversion_rate = exchange_rate(ctx, doc.currency, own, str(doc.posting_date))
    if not doc.conversion_rate:
        template = "There is no exchange rate of {currency}. Enter one, here or in Currency Exchange."
        fault = FieldError("conversion_rate", template, params={"currency": doc.currency})
        raise ValidationError(template, errors=[fault], currency=doc.currency)


def note_first_group(ctx: Context, doc: Document) -> None:
    """The first invoice says with which product group its customer began."""
    groups = [row.product_group for row in doc["items"] if row.product_group]
    if doc.entry_product_group or doc.is_return or not groups:
        return
    store = ctx.as_system().store
    customer = store.get("Customer", doc.customer, for_update=True)
    if not customer.entry_product_group:
        customer.entry_product_group = groups[0]
        store.save(customer)
