"""No more is credited than was billed: neither money, nor of a product, over all credit notes of an invoice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.selling.limits import SUBMITTED, TOLERANCE, check_limits, exact, plain
from crm_platform.pack import Context, Document, FieldError, ValidationError


def check_invoice(ctx: Context, doc: Document) -> None:
    """Raise ValidationError when an invoice or a credit note goes beyond what its sources have left."""
    check_limits(ctx, doc)
    if doc.return_against:
        invoice = ctx.as_system().store.get(doc.doctype, doc.return_against, for_update=True)
        _check_quantities(ctx, doc, invoice)
        _check_amount(doc, invoice)


def _check_quantities(ctx: Context, doc: Document, invoice: Document) -> None:
    sold, credited = _quantities(invoice["items"]), _quantities(_credited(ctx, invoice))
    asked = _quantities(doc["items"])
    for index, row in enumerate(doc["items"], start=1):
        left = sold.get(row.product, Decimal(0)) + credited.get(row.product, Decimal(0))
        if -asked[row.product] > left + TOLERANCE:
            template = "{product}: only {left} of {name} are left to credit, not {qty}."
            params = {"product": row.product, "left": plain(left), "name": invoice.name}
            params["qty"] = plain(-asked[row.product])
            fault = FieldError("qty", template, table="items", row=index, params=params)
            raise ValidationError(template, errors=[fault], title=None, **params)


def _check_amount(doc: Document, invoice: Document) -> None:
    left = invoice.grand_total + invoice.return_total
    if -doc.grand_total > left:
        template = "Only {left} of {name} is left to credit, not {amount}. Lower a price or a quantity."
        raise ValidationError(template, left=plain(left), name=invoice.name, amount=plain(-doc.grand_total))


def _quantities(rows: Iterable[Document | Mapping[str, Any]]) -> dict[str, Decimal]:
    """Product → how many of it the rows have: below 0 in credit notes."""
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row["product"]] = found.get(row["product"], Decimal(0)) + exact(row["qty"])
    return found


def _credited(ctx: Context, invoice: Document) -> Iterable[Mapping[str, Any]]:
    """The rows of the credit notes that an invoice has already."""
    store, doctype = ctx.as_system().store, invoice.doctype
    notes = store.list(doctype, filters={"return_against": invoice.name, "docstatus": SUBMITTED}, limit=None)
    asked = {"parent": ["in", [note["name"] for note in notes]]}
    return store.list(f"{doctype} Item", fields=["product", "qty"], filters=asked, limit=None, parent=doctype)
