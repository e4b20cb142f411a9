"""Price and availability of a product: asked of the sources that packs bring, else of the own price lists and stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm_platform.pack import Context, Document


@dataclass(frozen=True)
class Enquiry:
    """What a price is asked for: a quantity of a product, on a day (ISO), for a customer, in a currency."""

    product: str
    qty: float
    currency: str
    date: str
    price_list: str = ""
    customer: str = ""


def own_price(ctx: Context, enquiry: Enquiry) -> Decimal | None:
    """The price of the price list; without one the standard price of the product; None when neither is known.

    Of several prices that hold, the customer's own counts before the general one, then the one of the largest quantity,
    then the newest, then one that ends.
    """
    prices = [row for row in _prices(ctx, enquiry) if _holds(row, enquiry)]
    if prices:
        return Decimal(max(prices, key=_weight)["price_list_rate"])
    product = ctx.as_system().store.get("Product", enquiry.product)
    fits = (product.currency or enquiry.currency) == enquiry.currency
    return Decimal(product.standard_rate) if fits and product.standard_rate else None


def _weight(row: Mapping[str, Any]) -> tuple[bool, float, str, bool]:
    return bool(row["customer"]), row["min_qty"], str(row["valid_from"] or ""), bool(row["valid_upto"])


def _prices(ctx: Context, enquiry: Enquiry) -> list[dict[str, Any]]:
    fields = ["price_list_rate", "customer", "min_qty", "valid_from", "valid_upto"]
    asked = {
        "product": enquiry.product,
        "currency": enquiry.currency,
        "price_list": enquiry.price_list or _default(ctx),
    }
    return list(ctx.as_system().store.list("Product Price", fields=fields, filters=asked, limit=None))


def _default(ctx: Context) -> str:
    rows = ctx.as_system().store.list("Price List", filters={"is_default": 1, "enabled": 1}, order_by="name")
    return str(rows[0]["name"]) if rows else ""


def _holds(row: Mapping[str, Any], enquiry: Enquiry) -> bool:
    first, last = row["valid_from"], row["valid_upto"]
    return (
        row["customer"] in (None, "", enquiry.customer)
        and row["min_qty"] <= enquiry.qty
        and (first is None or first.isoformat() <= enquiry.date)
        and (last is None or last.isoformat() >= enquiry.date)
    )


def own_stock(ctx: Context, product: str) -> float | None:
    """How many are in stock and not promised; None for what has no stock. Of a bundle: how many can be put together."""
    parts = bundle_parts(ctx, product)
    if parts:
        counts = [(own_stock(ctx, part.product), part.qty) for part in parts]
        whole = [stock // qty for stock, qty in counts if stock is not None]
        return min(whole, default=None)
    found = ctx.as_system().store.get("Product", product)
    return float(found.projected_qty) if found.is_stock_item else None


def bundle_parts(ctx: Context, product: str) -> list[Document]:
    """What a bundle is made of; nothing for a product that is no bundle."""
    system = ctx.as_system().store
    found = system.list("Product Bundle", filters={"product": product, "disabled": 0}, limit=1)
    return list(system.get("Product Bundle", found[0]["name"])["items"]) if found else []
