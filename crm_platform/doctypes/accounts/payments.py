"""A payment pays what is open: no more than that, and of the same customer and currency."""

from __future__ import annotations

from decimal import Decimal

from crm_platform.doctypes.selling.amounts import fill_company, fill_currency, is_draft
from crm_platform.pack import Context, Document, FieldError, ValidationError

SUBMITTED = 1


def fill_payment(ctx: Context, doc: Document) -> None:
    """Who takes the money, in which currency and at which rate, as long as the payment is a draft."""
    if is_draft(doc):
        fill_company(ctx, doc)
        fill_currency(ctx, doc)


def check_allocation(ctx: Context, doc: Document) -> None:
    """Raise ValidationError when a payment allocates more than is open. Invoices are locked in the order of names."""
    allocated: dict[str, Decimal] = {}
    for row in doc.references:
        allocated[row.reference_name] = allocated.get(row.reference_name, Decimal(0)) + row.allocated_amount
    for name in sorted(allocated):
        _check_invoice(ctx, doc, name, allocated[name])


def _check_invoice(ctx: Context, doc: Document, name: str, amount: Decimal) -> None:
    invoice = ctx.as_system().store.get("Sales Invoice", name, for_update=True)
    if invoice.docstatus != SUBMITTED:
        raise ValidationError("{doctype} {name} is not submitted. Submit it first.", doctype=invoice.doctype, name=name)
    if invoice.customer != doc.party:
        raise ValidationError("{doctype} {name} belongs to another customer.", doctype=invoice.doctype, name=name)
    if invoice.currency != doc.currency:
        raise ValidationError("{doctype} {name} is in another currency.", doctype=invoice.doctype, name=name)
    is_open = invoice.outstanding_amount if doc.payment_type == "Receive" else -invoice.outstanding_amount
    if amount > is_open:
        template = "Only {open} of {name} is open, not {amount}. Leave the rest unallocated."
        params = {"open": is_open.normalize(), "name": name, "amount": amount.normalize()}
        error = FieldError("allocated_amount", template, table="references", params=params)
        raise ValidationError(
            template, errors=[error], **{k: f"{v:f}" if k != "name" else v for k, v in params.items()}
        )
