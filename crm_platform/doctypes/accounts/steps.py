"""What is billed, credited and paid: orders, contracts, deliveries and claims to invoices, those to payments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from crm_platform.doctypes.selling.discounts import share
from crm_platform.doctypes.selling.limits import LIMITS, cost_per_unit
from crm_platform.doctypes.selling.making import DISCOUNT, Step, Values, carried, insert
from crm_platform.doctypes.selling.steps import take_product
from crm_platform.pack import Context, Document, ValidationError, writes

ORDER_ROWS = MappingProxyType({"sales_order": "parent", "so_detail": "name"})
AS_BILLED = ("currency", "conversion_rate", "sales_person", "sales_partner", "commission_rate", "territory", "campaign")
DRAFT, SUBMITTED = 0, 1
OF_ORDERS = next(limit for limit in LIMITS["Sales Invoice"] if limit.source == "Sales Order")


def price_as_ordered(ctx: Context, source: Document, values: Values) -> None:
    """What was delivered costs what the order says; currency and terms are the order's, too."""
    orders: dict[str, Document] = {}
    discount = Decimal(0)
    for row in values["items"]:
        name = row["sales_order"]
        if name and name not in orders:
            orders[name] = ctx.store.get("Sales Order", name)
        ordered = {one.name: one for one in orders[name]["items"]} if name else {}
        if row["so_detail"] in ordered:
            origin = ordered[row["so_detail"]]
            discount += share(ctx, orders[name], origin, "Sales Invoice", OF_ORDERS, row["qty"])
            row.update({**carried(ctx, origin, "Sales Invoice Item"), "qty": row["qty"]})
    if orders:
        first = next(iter(orders.values()))
        values.update({**carried(ctx, first, "Sales Invoice"), "customer": source.customer, DISCOUNT: discount})
        taxes = [tax for tax in first.taxes if tax.charge_type == "On Net Total" or not first.billed_qty]
        values["taxes"] = [carried(ctx, tax, "Sales Taxes and Charges") for tax in taxes]
        values["sales_team"] = [carried(ctx, row, "Sales Team") for row in first.sales_team]


def credit_as_billed(ctx: Context, source: Document, values: Values) -> None:
    """A credit note names the invoice that it takes back from, and has its taxes, currency, rate and sales team."""
    name = next(row.sales_invoice for row in source["items"] if row.sales_invoice)
    invoice = ctx.store.get("Sales Invoice", name)
    values.update({"return_against": name, **{field: invoice[field] for field in AS_BILLED}})
    values["sales_team"] = [carried(ctx, row, "Sales Team") for row in invoice.sales_team]
    rates = [tax for tax in invoice.taxes if tax.charge_type == "On Net Total"]
    values["taxes"] = [carried(ctx, tax, "Sales Taxes and Charges") for tax in rates]


def credit_per_unit(ctx: Context, source: Document, values: Values) -> None:  # noqa: ARG001 one signature for all
    """What each of an invoice's units really cost, the discount of the document taken off."""
    rows = {row.name: row for row in source["items"]}
    for row in values["items"]:
        row["rate"] = cost_per_unit(rows[row["si_detail"]])


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "sales_invoice": Step("Sales Order", "Sales Invoice", rows=ORDER_ROWS),
        "sales_invoice_from_contract": Step(
            "Contract",
            "Sales Invoice",
            fields={"customer": "party_name", "contract": "name"},
            rows={"contract": "parent", "contract_item": "name"},
        ),
        "sales_invoice_from_delivery": Step(
            "Delivery Note",
            "Sales Invoice",
            rows={
                "delivery_note": "parent",
                "dn_detail": "name",
                "sales_order": "against_sales_order",
                "so_detail": "so_detail",
            },
            finish=price_as_ordered,
        ),
        "sales_invoice_from_service": Step(
            "Service Request",
            "Sales Invoice",
            fields={"service_request": "name"},
            link="service_request",
            from_draft=True,
            finish=take_product,
        ),
        "return_of_invoice": Step(
            "Sales Invoice",
            "Sales Return",
            rows={"sales_invoice": "parent", "si_detail": "name"},
            finish=credit_per_unit,
        ),
        "credit_note": Step(
            "Sales Return",
            "Sales Invoice",
            rows={"sales_return": "parent", "sales_return_item": "name", "price_list_rate": "rate"},
            fixed={"is_return": 1},
            sign=-1,
            finish=credit_as_billed,
        ),
    }
)
"""By the name of the API method, crm.make_<name>."""


@writes
def make_payment_entry(ctx: Context, name: str) -> dict[str, str]:
    """The payment of what is open of an invoice, or the refund of what was paid too much: a draft, made once.

    Raises ValidationError when the invoice is not submitted or nothing is open.
    """
    invoice = ctx.store.get("Sales Invoice", name, for_update=True)
    if invoice.docstatus != SUBMITTED or not invoice.outstanding_amount:
        raise ValidationError("Nothing of {name} is open.", name=name)
    where = [["Payment Entry", "docstatus", "=", DRAFT], ["Payment Entry Reference", "reference_name", "=", name]]
    found = ctx.store.list("Payment Entry", filters=where, order_by="creation", limit=1)
    made = str(found[0]["name"]) if found else _new_payment(ctx, invoice)
    return {"doctype": "Payment Entry", "name": made}


def _new_payment(ctx: Context, invoice: Document) -> str:
    amount = abs(invoice.outstanding_amount)
    values = {
        "party": invoice.customer,
        "payment_type": "Receive" if invoice.outstanding_amount > 0 else "Pay",
        "currency": invoice.currency,
        "conversion_rate": invoice.conversion_rate,
        "paid_amount": amount,
        "references": [{"reference_name": invoice.name, "allocated_amount": amount}],
    }
    return insert(ctx, "Payment Entry", values)
