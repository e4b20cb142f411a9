"""Which document leads to which, and what it carries: the buttons on the forms of selling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from crm_platform.doctypes.crm.lead import customer_of
from crm_platform.doctypes.selling.making import Step, Values
from crm_platform.pack import Context, Document

PARTY = MappingProxyType({"customer": "party_name"})
ORDER_ROWS = MappingProxyType({"prevdoc_docname": "parent", "quotation_item": "name"})
CONTRACT_ROWS = MappingProxyType({"contract": "parent", "contract_item": "name"})


def number_revision(ctx: Context, source: Document, values: Values) -> None:  # noqa: ARG001 one signature for all
    values["revision"] = source.revision + 1


def take_product(ctx: Context, source: Document, values: Values) -> None:  # noqa: ARG001
    """The product that a document without rows is about."""
    if not values["items"] and source.product:
        values["items"] = [{"product": source.product, "qty": 1}]


def to_customer(ctx: Context, source: Document, values: Values) -> None:
    """An order is a customer's: a lead whose offer is taken becomes one."""
    values["customer"] = source.customer or customer_of(ctx, source.lead)


def to_contract(ctx: Context, source: Document, values: Values) -> None:
    """Besides, it starts today."""
    values["party_name"] = source.customer or customer_of(ctx, source.lead)
    values["start_date"] = ctx.today()


def renew(ctx: Context, source: Document, values: Values) -> None:  # noqa: ARG001
    """A renewal begins the day after, and lasts as long as was agreed."""
    values["change_type"] = "Renewal"
    if source.end_date:
        start = source.end_date + timedelta(days=1)
        values["start_date"] = start
        values["end_date"] = months_later(start, source.renewal_months or 12) - timedelta(days=1)


def amend(ctx: Context, source: Document, values: Values) -> None:  # noqa: ARG001
    values["change_type"] = "Amendment"


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    next_first = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), next_first - timedelta(days=1))


CHANGED_TABLES = ("taxes", "parties", "fulfilment_terms")

STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "quotation_from_opportunity": Step(
            "Opportunity",
            "Quotation",
            fields={"party_name": "customer", "opportunity": "name"},
            rows={"price_list_rate": "rate"},
            link="opportunity",
            from_draft=True,
            finish=take_product,
        ),
        "quotation_revision": Step(
            "Quotation", "Quotation", fields={"revised_from": "name"}, link="revised_from", finish=number_revision
        ),
        "sales_order": Step("Quotation", "Sales Order", rows=ORDER_ROWS, finish=to_customer),
        "contract": Step(
            "Quotation",
            "Contract",
            fields={"document_name": "name"},
            rows={"quotation": "parent", "quotation_item": "name"},
            link="document_name",
            finish=to_contract,
        ),
        "contract_renewal": Step(
            "Contract",
            "Contract",
            fields={"previous_contract": "name"},
            link="previous_contract",
            tables=CHANGED_TABLES,
            finish=renew,
        ),
        "contract_amendment": Step(
            "Contract",
            "Contract",
            fields={"previous_contract": "name"},
            link="previous_contract",
            tables=CHANGED_TABLES,
            finish=amend,
        ),
        "sales_order_from_contract": Step("Contract", "Sales Order", fields=PARTY, rows=CONTRACT_ROWS),
        "delivery_note": Step(
            "Sales Order", "Delivery Note", rows={"against_sales_order": "parent", "so_detail": "name"}
        ),
        "return_of_delivery": Step(
            "Delivery Note",
            "Sales Return",
            rows={"delivery_note": "parent", "dn_detail": "name"},
        ),
        "return_delivery": Step(
            "Sales Return",
            "Delivery Note",
            rows={"sales_return": "parent", "sales_return_item": "name"},
            fixed={"is_return": 1},
            sign=-1,
        ),
        "replacement": Step(
            "Sales Return",
            "Delivery Note",
            rows={"sales_return": "parent", "sales_return_item": "name"},
            fixed={"is_return": 0},
        ),
    }
)
"""By the name of the API method, crm.make_<name>."""

BUTTONS: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        "Opportunity": (("Make Quotation", "quotation_from_opportunity", "doc.customer and doc.stage_type != 'Lost'"),),
        "Quotation": (
            ("Make Sales Order", "sales_order", "doc.docstatus == 1 and doc.status in ['Open', 'Partially Ordered']"),
            ("Make Contract", "contract", "doc.docstatus == 1 and doc.status == 'Open'"),
            ("Make Revision", "quotation_revision", "doc.docstatus == 1 and doc.status in ['Open', 'Expired', 'Lost']"),
        ),
        "Sales Order": (
            (
                "Make Delivery Note",
                "delivery_note",
                "doc.docstatus == 1 and doc.status in ['To Deliver and Bill', 'To Deliver']",
            ),
            (
                "Make Sales Invoice",
                "sales_invoice",
                "doc.docstatus == 1 and doc.status in ['To Deliver and Bill', 'To Bill']",
            ),
        ),
        "Contract": (
            ("Make Sales Order", "sales_order_from_contract", "doc.docstatus == 1 and doc.status == 'Active'"),
            ("Make Sales Invoice", "sales_invoice_from_contract", "doc.docstatus == 1 and doc.status == 'Active'"),
            ("Renew", "contract_renewal", "doc.docstatus == 1 and doc.status in ['Active', 'Inactive']"),
            ("Change", "contract_amendment", "doc.docstatus == 1 and doc.status == 'Active'"),
        ),
        "Delivery Note": (
            ("Make Sales Invoice", "sales_invoice_from_delivery", "doc.docstatus == 1 and not doc.is_return"),
            ("Make Return", "return_of_delivery", "doc.docstatus == 1 and not doc.is_return"),
        ),
        "Sales Return": (
            ("Take Back", "return_delivery", "doc.status == 'Accepted' and doc.claim_type != 'Price Reduction'"),
            (
                "Deliver Replacement",
                "replacement",
                "doc.status in ['Accepted', 'Completed'] and doc.claim_type == 'Replacement'",
            ),
            (
                "Make Credit Note",
                "credit_note",
                "doc.status == 'Accepted' and doc.claim_type != 'Replacement' and count(items, row.sales_invoice) > 0",
            ),
        ),
    }
)
"""By DocType: label, step, and when it is offered."""


def buttons(rows: tuple[tuple[str, str, str], ...]) -> list[dict[str, Any]]:
    """Rows of the hook `form_actions`."""
    return [{"label": label, "method": f"crm.make_{step}", "condition": condition} for label, step, condition in rows]
