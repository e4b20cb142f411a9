"""The battle card of a competitor: everything for the talk on one page, as it is today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from crm_platform.pack import Context, Document, writes
from crm_platform.plugins.competitors.deals import win_loss
from crm_platform.plugins.competitors.manifest import MANIFEST
from crm_platform.plugins.competitors.products import MOST, PRODUCT

CARD = "Battle Card"


@writes
def make_battle_card(ctx: Context, name: str) -> dict[str, str]:
    """Make the card of a competitor, or make it again: what was written on it by hand stays."""
    competitor = ctx.store.get("Competitor", name)
    if ctx.store.exists(CARD, name):
        card = ctx.store.get(CARD, name, for_update=True)
    else:
        card = ctx.store.new(CARD, {"competitor": name})
    for field, value in {**_figures(ctx, name), **_rows(ctx, name)}.items():
        card.set(field, value)
    card.strategy = competitor.strategy
    card.set("points", [{key: row[key] for key in ("kind", "point", "our_answer")} for row in competitor.points])
    return {"doctype": CARD, "name": str(ctx.store.save(card).name)}


def _figures(ctx: Context, name: str) -> dict[str, Any]:
    today = date.fromisoformat(ctx.today())
    since = today - timedelta(days=int(ctx.settings(MANIFEST)["days"]) - 1)
    found = [row for row in win_loss(ctx, since=since.isoformat()) if row["competitor"] == name]
    figures = (
        {key: found[0][key] for key in ("won", "lost", "win_rate")} if found else {"won": 0, "lost": 0, "win_rate": 0}
    )
    return {"day": today, **figures}


def _rows(ctx: Context, name: str) -> dict[str, Any]:
    names = ctx.store.list(PRODUCT, filters={"competitor": name, "status": ["!=", "Withdrawn"]}, limit=MOST)
    products = [ctx.store.get(PRODUCT, row["name"]) for row in sorted(names, key=lambda row: str(row["name"]))]
    return {
        "comparison": [_compared(product, row) for product in products for row in product.features],
        "prices": [_priced(product) for product in products if product.price_since],
    }


def _compared(product: Document, row: Document) -> dict[str, Any]:
    return {"competing_product": product.product_name, **{k: row[k] for k in ("feature", "theirs", "ours", "verdict")}}


def _priced(product: Document) -> dict[str, Any]:
    known = {key: product[key] for key in ("currency", "price", "our_product", "our_price")}
    return {"competing_product": product.product_name, **known}
