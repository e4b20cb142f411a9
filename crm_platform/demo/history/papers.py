"""The papers of a sale before its invoice: quotation, order and delivery note, each made from the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from crm_platform.demo.history.masters import CURRENCIES
from crm_platform.demo.history.records import Record, record

if TYPE_CHECKING:
    from crm_platform.demo.history.trade import Sale


def papers_of(random: Random, sales: Sequence[Sale], at: datetime) -> Iterator[Record]:
    """Those of some sales."""
    for sale in sales:
        yield record("Quotation", at, f"quotation-{sale.label}", **_quotation(random, sale))
    for sale in sales:
        yield record("Sales Order", at, f"order-{sale.label}", **_order(sale))
    for sale in sales:
        yield record("Delivery Note", at, **_delivery(sale))


def _items(sale: Sale, *left_out: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in ("place", *left_out)} for row in sale.rows]


def _money(sale: Sale) -> dict[str, Any]:
    currency = sale.customer.currency
    return {"currency": currency, "conversion_rate": CURRENCIES.get(currency, 1), "sales_person": sale.customer.agent}


def _quotation(random: Random, sale: Sale) -> dict[str, Any]:
    day = sale.day - timedelta(days=random.randint(8, 40))
    return {
        "party_name": f"@{sale.customer.label}",
        "transaction_date": day.isoformat(),
        "valid_till": (day + timedelta(days=60)).isoformat(),
        **_money(sale),
        "items": _items(sale),
        "workflow_state": "Issued",
        "docstatus": 1,
    }


def _order(sale: Sale) -> dict[str, Any]:
    items = [
        {**item, "name": f"row-{sale.label}-{place}", "prevdoc_docname": f"@quotation-{sale.label}"}
        for place, item in enumerate(_items(sale))
    ]
    day = sale.day - timedelta(days=5)
    return {
        "customer": f"@{sale.customer.label}",
        "transaction_date": day.isoformat(),
        "delivery_date": sale.day.isoformat(),
        **_money(sale),
        "items": items,
        "workflow_state": "Confirmed",
        "docstatus": 1,
    }


def _delivery(sale: Sale) -> dict[str, Any]:
    items = [
        {**item, "against_sales_order": f"@order-{sale.label}", "so_detail": f"row-{sale.label}-{place}"}
        for place, item in enumerate(_items(sale, "price_list_rate", "discount_percentage"))
    ]
    day = sale.day.isoformat()
    return {"customer": f"@{sale.customer.label}", "posting_date": day, "items": items, "docstatus": 1}
