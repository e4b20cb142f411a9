"""Competing products: what they cost today, and how they compare with ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from crm_platform.pack import Context, Document, FieldError, ValidationError

PRODUCT = "Competing Product"
MOST = 50
COMPARISON: Sequence[Mapping[str, str]] = (
    {"fieldname": "competing_product", "label": "Competing Product", "fieldtype": "Data"},
    {"fieldname": "feature", "label": "Feature", "fieldtype": "Data"},
    {"fieldname": "ours", "label": "Ours", "fieldtype": "Data"},
    {"fieldname": "theirs", "label": "Theirs", "fieldtype": "Data"},
    {"fieldname": "verdict", "label": "We Are", "fieldtype": "Data"},
)
"""What the page of our product shows of the matrix."""


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
    due = [["prices.valid_from", "=", ctx.today()]]
    for first in count(0, MOST):
        rows = store.list(PRODUCT, filters=due, distinct=True, order_by="name asc", limit=MOST, offset=first)
        for row in rows:
            store.save(store.get(PRODUCT, row["name"], for_update=True))
        if len(rows) < MOST:
            return


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


def shown_matrix(ctx: Context, name: str) -> list[dict[str, Any]]:
    """The matrix feature by feature, as the page of our product shows it."""
    table = matrix(ctx, name)
    return [
        {
            **{key: cell[key] for key in ("ours", "theirs")},
            "doctype": PRODUCT,
            "name": rival["name"],
            "competing_product": rival["title"],
            "feature": row["feature"],
            "verdict": ctx._(cell["verdict"] or ""),
        }
        for row in table["rows"]
        for rival, cell in zip(table["columns"], row["cells"], strict=True)
        if cell is not None
    ]


def show_rivals(ctx: Context, name: str) -> dict[str, Any]:
    """The button on our product: the list of what competes with it."""
    return {"list": PRODUCT, "filters": {"our_product": name}}
