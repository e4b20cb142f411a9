"""What customers of the same class hold and this one does not: a hint for the next talk."""

from __future__ import annotations

from typing import Any

from crm_platform.pack import Context

ACCOUNT = "Bank Account"
HINTS = 3
MOST = 500
"""Products of a bank, and accounts of one customer."""


def cross_selling(ctx: Context, customer: str) -> list[dict[str, Any]]:
    """Products with the number of accounts that customers of the same value class hold, the most frequent first.

    Counted over all customers of the class: no customer is told, so the caller needs to see only this one.
    """
    value_class = ctx.store.get("Customer", customer).bank_value_class
    own = ctx.store.list(
        ACCOUNT, fields=["product"], filters={"customer": customer, "status": ["!=", "Closed"]}, limit=MOST
    )
    if not value_class:
        return []
    rows = ctx.as_system().store.list(
        ACCOUNT,
        fields=["product", "count(name) as accounts"],
        filters=[
            ["customer.bank_value_class", "=", value_class],
            ["status", "!=", "Closed"],
            ["product", "not in", [row["product"] for row in own] or [""]],
        ],
        group_by="product",
        limit=MOST,
    )
    return sorted(rows, key=lambda row: (-row["accounts"], row["product"]))[:HINTS]


def show_cross_selling(ctx: Context, name: str) -> dict[str, str]:
    """The button on the customer."""
    hints = cross_selling(ctx, name)
    if not hints:
        return {"message": ctx._("No product that others of this class hold is missing here.")}
    return {
        "message": ctx._("Others of this class also hold: {products}.", products=", ".join(h["product"] for h in hints))
    }
