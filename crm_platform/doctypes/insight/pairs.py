"""Products that are bought together: how often, and how much oftener than by chance, with the documents behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from crm_platform.pack import Context, ValidationError

DAYS = {"Sales Invoice": "posting_date", "Sales Order": "transaction_date"}
YEAR = timedelta(days=365)
MOST_ROWS = 100_000
SUBMITTED = 1
Baskets = Mapping[str, frozenset[str]]


def product_pairs(
    ctx: Context,
    document_type: str = "Sales Invoice",
    from_date: str = "",
    to_date: str = "",
    least: int = 2,
    limit: int = 50,
) -> dict[str, Any]:
    """Pairs of products in the submitted documents that the caller may read, those in most documents first.

    `document_type` is Sales Invoice or Sales Order; days are ISO, by default the last year; pairs in fewer than `least`
    documents are left out; at most `limit` rows. Of n documents a pair has support = n(both) ÷ n, confidence =
    n(both) ÷ n(product), and lift = confidence ÷ (n(with_product) ÷ n): above 1 it is more than chance.
    Raises PermissionError, ValidationError (another type, too many rows).
    """
    baskets = _baskets(ctx, document_type, from_date, to_date)
    alone = Counter(product for basket in baskets.values() for product in basket)
    both = Counter(pair for basket in baskets.values() for pair in permutations(sorted(basket), 2))
    found = [_row(pair, count, alone, len(baskets)) for pair, count in both.items() if count >= least]
    found.sort(key=lambda row: (-row["documents"], -row["lift"], row["product"], row["with_product"]))
    return {"documents": len(baskets), "rows": found[:limit]}


def pair_documents(
    ctx: Context,
    product: str,
    with_product: str,
    document_type: str = "Sales Invoice",
    from_date: str = "",
    to_date: str = "",
) -> dict[str, Any]:
    """The documents behind a row of `product_pairs`, as a list with filters. Raises as it does."""
    baskets = _baskets(ctx, document_type, from_date, to_date)
    names = sorted(name for name, basket in baskets.items() if {product, with_product} <= basket)
    return {"list": document_type, "filters": [["name", "in", names]]}


def _row(pair: tuple[str, str], count: int, alone: Mapping[str, int], whole: int) -> dict[str, Any]:
    product, with_product = pair
    confidence = count / alone[product]
    return {
        "product": product,
        "with_product": with_product,
        "documents": count,
        "support": round(count / whole, 4),
        "confidence": round(confidence, 4),
        "lift": round(confidence * whole / alone[with_product], 4),
    }


def _baskets(ctx: Context, document_type: str, from_date: str, to_date: str) -> Baskets:
    """{document: its products}; what came back is no purchase."""
    if document_type not in DAYS:
        raise ValidationError("Choose one of {choices}.", choices=", ".join(DAYS))
    item, last = f"{document_type} Item", to_date or ctx.today()
    first = from_date or (date.fromisoformat(last[:10]) - YEAR).isoformat()
    rows = ctx.store.list(
        document_type,
        fields=["name", f"`tab{item}`.product as product"],
        filters=[
            [document_type, "docstatus", "=", SUBMITTED],
            [document_type, DAYS[document_type], "between", [first, last]],
            [item, "qty", ">", 0],
        ],
        group_by=f"name, `tab{item}`.product",
        limit=MOST_ROWS,
    )
    if len(rows) == MOST_ROWS:
        raise ValidationError("There are more than {limit} rows in this time. Choose a shorter one.", limit=MOST_ROWS)
    found = defaultdict[str, set[str]](set)
    for row in rows:
        if row["product"]:
            found[row["name"]].add(row["product"])
    return {name: frozenset(products) for name, products in found.items()}
