"""What a plan or a target is based on: orders, invoices or payments, each with what takes it back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from crm_platform.doctypes.commission.sales import (
    DAYS,
    DRAFT,
    INVOICE,
    ORDER,
    PAYMENT,
    Sale,
    Scope,
    chunks,
    documents,
)
from crm_platform.pack import Context


def ordered(ctx: Context, scope: Scope) -> list[Sale]:
    """Orders, and the credit notes of what was ordered: these take back from the order's day."""
    notes = documents(ctx, INVOICE, [*scope.filters(ctx, INVOICE), [INVOICE, "return_against", "is", "set"]])
    orders = _orders_of(ctx, {sale.against for sale in notes})
    days = _days(ctx, ORDER, set(orders.values()))
    returned = [
        replace(note, counts_on=days[orders[note.against]], basis=ORDER) for note in notes if note.against in orders
    ]
    return [*documents(ctx, ORDER, scope.filters(ctx, ORDER)), *returned]


def invoiced(ctx: Context, scope: Scope) -> list[Sale]:
    """Invoices and credit notes: these take back from the day of their invoice."""
    sales = documents(ctx, INVOICE, scope.filters(ctx, INVOICE))
    days = _days(ctx, INVOICE, {sale.against for sale in sales if sale.against})
    return [replace(sale, counts_on=days.get(sale.against, sale.day)) for sale in sales]


def paid(ctx: Context, scope: Scope) -> list[Sale]:
    """Payments and refunds, each with its part of the invoice's net amounts, rounded half up, and of its quantities."""
    invoices: dict[str, list[Sale]] = {}
    for sale in documents(ctx, INVOICE, replace(scope, since=None).filters(ctx, INVOICE)):
        invoices.setdefault(sale.name, []).append(sale)
    return [
        _paid_part(row, sale)
        for chunk in chunks(sorted(invoices))
        for row in _payments(ctx, scope, chunk)
        for sale in invoices[row["invoice"]]
        if sale.grand_total
    ]


def _payments(ctx: Context, scope: Scope, invoices: Collection[str]) -> Collection[Mapping[str, Any]]:
    row = "`tabPayment Entry Reference`"
    filters = [
        [PAYMENT, "docstatus", ">", DRAFT],
        [PAYMENT, "posting_date", "<=", scope.until.isoformat()],
        ["Payment Entry Reference", "reference_name", "in", list(invoices)],
    ]
    if scope.since:
        filters.append([PAYMENT, "posting_date", ">=", scope.since.isoformat()])
    keys = ["name", "posting_date", "docstatus", f"{row}.reference_name"]
    fields = [*keys[:3], f"{row}.reference_name as invoice", f"sum({row}.signed_amount) as amount"]
    return ctx.as_system().store.list(PAYMENT, fields=fields, filters=filters, group_by=", ".join(keys), limit=None)


def _paid_part(row: Mapping[str, Any], sale: Sale) -> Sale:
    unit = Decimal(1).scaleb(-sale.places)
    amount = (sale.amount * row["amount"] / sale.grand_total).quantize(unit, ROUND_HALF_UP) + 0
    return replace(
        sale,
        doctype=PAYMENT,
        name=row["name"],
        day=row["posting_date"],
        counts_on=row["posting_date"],
        docstatus=row["docstatus"],
        amount=amount,
        qty=sale.qty * row["amount"] / sale.grand_total,
        against=sale.name,
        basis=PAYMENT,
    )


def _orders_of(ctx: Context, invoices: Collection[str]) -> Mapping[str, str]:
    """{invoice: order}, without invoices that no order led to."""
    found: dict[str, str] = {}
    for chunk in chunks(sorted(invoices)):
        filters = {"parent": ["in", chunk], "sales_order": ["is", "set"]}
        for row in ctx.as_system().store.list(
            "Sales Invoice Item",
            fields=["parent", "sales_order"],
            filters=filters,
            order_by="parent asc, idx desc",
            limit=None,
            parent=INVOICE,
        ):
            found[row["parent"]] = row["sales_order"]
    return found


def _days(ctx: Context, doctype: str, names: Collection[str]) -> Mapping[str, date]:
    day, found = DAYS[doctype], dict[str, date]()
    for chunk in chunks(sorted(names)):
        rows = ctx.as_system().store.list(doctype, fields=["name", day], filters={"name": ["in", chunk]}, limit=None)
        found.update({row["name"]: row[day] for row in rows})
    return found


BASES: Mapping[str, Callable[[Context, Scope], list[Sale]]] = {ORDER: ordered, INVOICE: invoiced, PAYMENT: paid}
"""By Commission Plan.commission_based_on and Sales Target.target_based_on."""
