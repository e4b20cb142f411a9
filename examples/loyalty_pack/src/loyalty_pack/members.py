"""What members have of their points: a price of their own, and nobody switches the pack off behind their backs."""

from __future__ import annotations

from typing import Any

from crm_platform.pack import Context, Manifest, ValidationError


def member_price(
    ctx: Context, product: str, qty: float, currency: str, customer: str, date: str, *, manifest: Manifest
) -> dict[str, Any] | None:
    """The member price of a product for a customer who has points, in the currency of the pack's settings."""
    if not customer or currency != ctx.settings(manifest)["currency"]:
        return None
    store = ctx.as_system().store
    price = store.get("Product", product).loyalty_price
    is_member = bool(price) and int(store.get("Customer", customer).loyalty_points or 0) > 0
    return {"price_list_rate": price} if is_member else None


def refuse_while_points_are_open(ctx: Context, manifest: Manifest) -> None:
    """Where the site says so, the pack stays on while customers have points."""
    if ctx.settings(manifest)["keep_while_points_are_open"] != "1":
        return
    holders = ctx.store.count("Customer", filters={"loyalty_points": [">", 0]})
    if holders:
        raise ValidationError("{count} customers still have points. Redeem them first.", count=holders)
