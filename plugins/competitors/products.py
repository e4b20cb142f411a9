"""Competing products: what they cost today, and how they compare with ours."""

from __future__ import annotations

from typing import Any

from crm_platform.pack import Context, Document, FieldError, ValidationError

PRODUCT = "Competing Product"
MOST = 50


def set_price(ctx: Context, doc: Document) -> None:
    """The price that counts today is the newest one of the history that has begun; a day has one price."""
    days = [row.valid_from for row in doc.prices]
    if len(set(days)) < len(days):
        raise ValidationError(
            "Two prices begin on the same day. Delete one of them.",
            errors=[FieldError("prices", "The same day twice.")],
        )
    begun = [row for row in doc.prices if row.valid_from.isoformat() <= ctx.today()]
    today = max(begun, key=lambda row: row.valid_from, default=None)
    doc.price = today.price if today else None
    doc.price_since = today.valid_from if today else None


def prices_begin(ctx: Context) -> None:
    """Every night: prices that were entered ahead begin to count."""
    store = ctx.as_system().store
    due = store.list(PRODUCT, filters=[["prices.valid_from", "=", ctx.today()]], distinct=True, limit=None)
    for row in due:
        store.save(store.get(PRODUCT, row["name"], for_update=True))


def matrix(ctx: Context, product: str) -> dict[str, Any]:
    """How a product of ours compares: a column per competing product, a row per feature that any of them names.

    A cell has `theirs`, `ours` and the `verdict`; None where nothing is known.
    """
    own = ctx.store.get("Product", product)
    rows = ctx.store.list(PRODUCT, filters={"our_product": product, "status": ["!=", "Withdrawn"]}, limit=MOST)
    rivals = [ctx.store.get(PRODUCT, row["name"]) for row in sorted(rows, key=lambda row: str(row["name"]))]
    features = list(dict.fromkeys(row.feature for rival in rivals for row in rival.features))
    return {
        "product": {"name": product, "title": own.product_name},
        "columns": [
            {"name": rival.name, "title": rival.product_name, "competitor": rival.competitor} for rival in rivals
        ],
        "rows": [{"feature": feature, "cells": [_cell(rival, feature) for rival in rivals]} for feature in features],
    }


def _cell(rival: Document, feature: str) -> dict[str, Any] | None:
    found = next((row for row in rival.features if row.feature == feature), None)
    return {"theirs": found.theirs, "ours": found.ours, "verdict": found.verdict} if found else None


def show_rivals(ctx: Context, name: str) -> dict[str, Any]:
    """The button on our product: the list of what competes with it."""
    return {"list": PRODUCT, "filters": {"our_product": name}}
