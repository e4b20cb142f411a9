"""Products that are bought together: how often, and how much oftener than by chance, with the documents behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from crm_platform.pack import Context, ValidationError

DAYS = {"Sales Invoice": "posting_date", "Sales Order": "transaction_date"}
YEAR = timedelta(days=365)
LONGEST = 50 * YEAR
"""A time that is asked for."""
WEEK = timedelta(days=7)
MOST_ROWS = 100_000
"""That are read at once: those of a week."""
SUBMITTED = 1
Baskets = Mapping[str, frozenset[str]]
Pair = tuple[str, str]


@dataclass
class Counted:
    """How many documents hold a product, and how many a pair: once as (a, b) and once as (b, a)."""

    documents: int = 0
    alone: Counter[str] = field(default_factory=Counter)
    both: Counter[Pair] = field(default_factory=Counter)

    def add(self, baskets: Baskets) -> None:
        self.documents += len(baskets)
        for basket in baskets.values():
            self.alone.update(basket)
            self.both.update(permutations(sorted(basket), 2))


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
    counted = Counted()
    for baskets in _weekly(ctx, document_type, from_date, to_date):
        counted.add(baskets)
    found = [_row(pair, count, counted) for pair, count in counted.both.items() if count >= least]
    found.sort(key=lambda row: (-row["documents"], -row["lift"], row["product"], row["with_product"]))
    return {"documents": counted.documents, "rows": found[: max(limit, 0)]}


def pair_documents(
    ctx: Context,
    product: str,
    with_product: str,
    document_type: str = "Sales Invoice",
    from_date: str = "",
    to_date: str = "",
) -> dict[str, Any]:
    """The documents behind a row of `product_pairs`, as a list with filters. Raises as it does."""
    parts = _weekly(ctx, document_type, from_date, to_date)
    names = sorted(name for part in parts for name, basket in part.items() if {product, with_product} <= basket)
    return {"list": document_type, "filters": [["name", "in", names]]}


def _row(pair: Pair, count: int, counted: Counted) -> dict[str, Any]:
    product, with_product = pair
    confidence = count / counted.alone[product]
    return {
        "product": product,
        "with_product": with_product,
        "documents": count,
        "support": round(count / counted.documents, 4),
        "confidence": round(confidence, 4),
        "lift": round(confidence * counted.documents / counted.alone[with_product], 4),
    }


def _day(text: str, argument: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        template = "{label}: {value} is not a valid date. Write it as YYYY-MM-DD."
        raise ValidationError(template, label=argument, value=text[:60]) from None


def _weekly(ctx: Context, document_type: str, from_date: str, to_date: str) -> Iterator[Baskets]:
    """The documents of the time that is asked for, week by week."""
    if document_type not in DAYS:
        raise ValidationError("Choose one of {choices}.", choices=", ".join(DAYS))
    last = _day(to_date or ctx.today(), "to_date")
    first = _day(from_date, "from_date") if from_date else max(last, date.min + YEAR) - YEAR
    if last - first > LONGEST:
        raise ValidationError("Choose a time of at most {limit} days.", limit=LONGEST.days)
    for start in range(first.toordinal(), last.toordinal() + 1, WEEK.days):
        end = min(start + WEEK.days - 1, last.toordinal())
        yield _baskets(ctx, document_type, date.fromordinal(start), date.fromordinal(end))


def _baskets(ctx: Context, document_type: str, first: date, last: date) -> Baskets:
    """{document: its products}; what came back is no purchase."""
    item = f"{document_type} Item"
    rows = ctx.store.list(
        document_type,
        fields=["name", f"`tab{item}`.product as product"],
        filters=[
            [document_type, "docstatus", "=", SUBMITTED],
            [document_type, DAYS[document_type], "between", [first.isoformat(), last.isoformat()]],
            [item, "qty", ">", 0],
        ],
        group_by=f"name, `tab{item}`.product",
        limit=MOST_ROWS,
    )
    if len(rows) == MOST_ROWS:
        raise ValidationError("There are more than {limit} rows in a week, too many to count.", limit=MOST_ROWS)
    found = defaultdict[str, set[str]](set)
    for row in rows:
        if row["product"]:
            found[row["name"]].add(row["product"])
    return {name: frozenset(products) for name, products in found.items()}
