"""The API methods of the pack: one that reads, one that writes, one open to guests; and a source of prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm_platform.pack import Context, guest, writes


def open_loans(ctx: Context, customer: str) -> int:
    """How many loans of a customer are out."""
    return int(ctx.store.count("Loan", filters={"customer": customer, "workflow_state": "Out"}))


def lent_before(ctx: Context, item: str) -> list[dict[str, Any]]:
    """Loans of the same item: rows for the side of the form."""
    rows = ctx.store.list("Loan", fields=["name", "item", "workflow_state"], filters={"item": item}, limit=3)
    return [
        {"doctype": "Loan", "name": row["name"], "title": row["item"], "text": ctx._(row["workflow_state"])}
        for row in rows
    ]


def lent_to(ctx: Context, name: str) -> list[dict[str, Any]]:
    """What a customer has lent: rows for the page of the customer."""
    rows = ctx.store.list("Loan", fields=["name", "item"], filters={"customer": name}, limit=20)
    return [{"doctype": "Loan", "name": row["name"], "title": row["item"]} for row in rows]


@writes
def extend(ctx: Context, name: str, due_date: str) -> str:
    """Give a loan another due date."""
    return str(ctx.store.update("Loan", name, {"due_date": due_date}).due_date)


@writes
def extend_like(ctx: Context, name: str, other: str) -> dict[str, str]:
    """Give a loan the due date of another one."""
    due = ctx.store.get("Loan", other).due_date
    return {"message": extend(ctx, name, due.isoformat())}


@guest
def opening_hours(ctx: Context) -> str:
    return ctx._("Monday to Friday")


PRICES = {"CNY": 2}


def price_on_the_shelf(
    ctx: Context,
    product: str,
    qty: float,
    currency: str,
    customer: str,
    date: str,
) -> dict[str, Any] | None:
    """Books that are lent cost what PRICES says, from ten on 1; nobody counts them. Fails for other currencies."""
    if not product.startswith("BOOK"):
        return None
    return {"price_list_rate": Decimal(min(PRICES[currency], 2 if qty < 10 else 1))}
