"""What a product costs and whether it is there, live: the API method behind item rows, telephone and online selling."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date as day
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.selling.prices import Enquiry, own_price, own_stock
from crm_platform.doctypes.selling.settings import company_currency, selling_settings
from crm_platform.pack import Context, ValidationError

OWN = "Price Lists"


def ask(ctx: Context, enquiry: Enquiry) -> dict[str, Any]:
    """The first answer of a pack's source (hook `item_sources`), completed from the own price lists and stock figures.

    Gives `price_list_rate` (None: unknown), `available_qty` (None: no stock is kept) and `source`, who answered.
    """
    for pack, sources in ctx.contributions("item_sources"):
        for name, source in sources.items():
            found = source(ctx, enquiry.product, enquiry.qty, enquiry.currency, enquiry.customer, enquiry.date)
            if found is not None:
                return {**own_answer(ctx, enquiry), **found, "source": f"{pack}.{name}"}
    return own_answer(ctx, enquiry)


def own_answer(ctx: Context, enquiry: Enquiry) -> dict[str, Any]:
    """What the own price lists and stock figures say."""
    return {
        "price_list_rate": own_price(ctx, enquiry),
        "available_qty": own_stock(ctx, enquiry.product),
        "source": OWN,
    }


def item_details(
    ctx: Context,
    product: str,
    qty: float = 1,
    customer: str = "",
    currency: str = "",
    price_list: str = "",
    date: str = "",
) -> dict[str, Any]:
    """Price and availability of `qty` of `product`, with what an item row takes over from the product.

    `currency` and `price_list` default to those of the customer, then of the company; `date` (ISO) to today.
    Raises DoesNotExistError, ValidationError for a quantity that is not positive or a day that is none.
    """
    if not 0 < qty < math.inf:
        raise ValidationError("Ask for a quantity above 0.")
    _check(ctx, {"Currency": currency, "Price List": price_list}, date)
    found = ctx.store.get("Product", product)
    wanted = _preferences(ctx, customer)
    enquiry = Enquiry(
        product=product,
        qty=qty,
        currency=currency or wanted["currency"],
        date=date or ctx.today(),
        price_list=price_list or wanted["price_list"],
        customer=customer,
    )
    answer = ask(ctx, enquiry)
    price = answer["price_list_rate"]
    return {
        "product": product,
        "product_name": found.product_name,
        "uom": found.stock_uom,
        "item_tax_template": found.item_tax_template,
        "currency": enquiry.currency,
        **answer,
        "price_list_rate": None if price is None else float(Decimal(price)),
    }


def _check(ctx: Context, named: Mapping[str, str], date: str) -> None:
    """An enquiry by a name or day that is none has no answer: without price it would look as if nobody knew one."""
    system = ctx.as_system()
    for doctype, name in named.items():
        if name:
            system.store.get(doctype, name)
    try:
        day.fromisoformat(date or ctx.today())
    except ValueError:
        raise ValidationError("{date} is no day. Write it as 2026-12-31.", date=date[:40]) from None


def row_details(ctx: Context, row: dict[str, Any], parent: dict[str, Any]) -> dict[str, Any]:
    """Price and availability of an item row that is being entered, for its document as it stands
    (DocField.fetch_method)."""
    customer = "" if parent.get("quotation_to") == "Lead" else parent.get("customer") or parent.get("party_name") or ""
    of_day = next((parent[name] for name in ("transaction_date", "posting_date") if parent.get(name)), "")
    found = item_details(
        ctx,
        product=str(row.get("product") or ""),
        qty=abs(float(row.get("qty") or 1)) or 1,
        customer=str(customer),
        currency=str(parent.get("currency") or ""),
        price_list=str(parent.get("selling_price_list") or ""),
        date=str(of_day)[:10],
    )
    return {"price_list_rate": found["price_list_rate"] or 0, "projected_qty": found["available_qty"]}


def _preferences(ctx: Context, customer: str) -> dict[str, str]:
    """Currency and price list that count for a customer."""
    own = ctx.store.get("Customer", customer) if customer else None
    settings = selling_settings(ctx)
    return {
        "currency": str((own and own.default_currency) or company_currency(ctx)),
        "price_list": str((own and own.default_price_list) or settings.selling_price_list or ""),
    }
