"""A statement of account: the invoices, credit notes and payments of a period, with the balance after each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm_platform.doctypes.selling.amounts import fill_addresses, fill_company
from crm_platform.doctypes.selling.settings import company_currency
from crm_platform.pack import Context, Document, FieldError, ValidationError

SUBMITTED = 1
Entry = dict[str, Any]


def fill_statement(ctx: Context, doc: Document) -> None:
    """Fill the rows anew with each save. Raises ValidationError for a period that ends before it begins."""
    if not (doc.customer and doc.from_date and doc.to_date):
        return
    if doc.to_date < doc.from_date:
        template = "The period ends before it begins."
        raise ValidationError(template, errors=[FieldError("to_date", template)])
    doc.currency = doc.currency or company_currency(ctx)
    fill_company(ctx, doc)
    fill_addresses(ctx, doc)
    entries = sorted(_entries(ctx, doc), key=lambda entry: (entry["posting_date"], entry["creation"]))
    before = [entry for entry in entries if entry["posting_date"] < doc.from_date]
    doc.opening_balance = sum((entry["debit"] - entry["credit"] for entry in before), Decimal(0))
    doc["rows"] = _running(entries[len(before) :], doc.opening_balance)


def _running(entries: list[Entry], balance: Decimal) -> list[Entry]:
    rows = []
    for entry in entries:
        balance += entry["debit"] - entry["credit"]
        rows.append({**{name: value for name, value in entry.items() if name != "creation"}, "balance": balance})
    return rows


def _entries(ctx: Context, doc: Document) -> list[Entry]:
    """All up to the last day, by the rights of the caller."""
    until = {"docstatus": SUBMITTED, "currency": doc.currency, "posting_date": ["<=", doc.to_date.isoformat()]}
    invoices = ctx.store.list(
        "Sales Invoice",
        fields=["name", "posting_date", "due_date", "grand_total", "is_return", "creation"],
        filters={**until, "customer": doc.customer},
        limit=None,
    )
    payments = ctx.store.list(
        "Payment Entry",
        fields=["name", "posting_date", "paid_amount", "payment_type", "reference_no", "creation"],
        filters={**until, "party": doc.customer},
        limit=None,
    )
    return [*map(_invoiced, invoices), *map(_paid, payments)]


def _invoiced(row: Entry) -> Entry:
    charged = row["grand_total"]
    return {
        "posting_date": row["posting_date"],
        "creation": row["creation"],
        "document_type": "Credit Note" if row["is_return"] else "Sales Invoice",
        "document_name": row["name"],
        "due_date": None if row["is_return"] else row["due_date"],
        "debit": max(charged, Decimal(0)),
        "credit": max(-charged, Decimal(0)),
    }


def _paid(row: Entry) -> Entry:
    received = row["payment_type"] == "Receive"
    return {
        "posting_date": row["posting_date"],
        "creation": row["creation"],
        "document_type": "Payment" if received else "Refund",
        "document_name": row["name"],
        "description": row["reference_no"],
        "debit": Decimal(0) if received else row["paid_amount"],
        "credit": row["paid_amount"] if received else Decimal(0),
    }
