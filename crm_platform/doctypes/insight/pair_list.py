"""The pairs of products of the last year as records (Product Pair) for reports and lists; counted by night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from crm_platform.doctypes.insight.pairs import pair_documents, product_pairs
from crm_platform.pack import Context, Job, enqueue, task

PAIR = "Product Pair"
MOST = 1000
"""Pairs that are kept: those in most invoices."""
FIGURES = ("documents", "support", "confidence", "lift")
Rows = Sequence[Mapping[str, Any]]


@task("crm:refresh_product_pairs", steps=True, cancellable=True, time_limit=3600.0)
def refresh(job: Job) -> None:
    """Count anew, of all invoices: who may see the pairs sees no document by them."""
    rows = job.read(lambda ctx: product_pairs(ctx.as_system(), limit=MOST)["rows"])
    job.write(partial(keep, rows))


def every_night(ctx: Context) -> None:
    enqueue(ctx, refresh, {})


def keep(rows: Rows, ctx: Context) -> None:
    """Make the records those of `rows`: what is not among them goes, what has changed is written."""
    store = ctx.as_system().store
    there = {
        (row["product"], row["with_product"]): row
        for row in store.list(PAIR, fields=["name", "product", "with_product", *FIGURES], limit=None)
    }
    wanted = {(row["product"], row["with_product"]): row for row in rows}
    for pair in there.keys() - wanted.keys():
        store.delete(PAIR, there[pair]["name"])
    store.insert_many([store.new(PAIR, row) for pair, row in wanted.items() if pair not in there])
    for pair, row in wanted.items():
        if pair in there and any(there[pair][name] != row[name] for name in FIGURES):
            doc = store.get(PAIR, there[pair]["name"], for_update=True)
            for name in FIGURES:
                doc[name] = row[name]
            store.save(doc)


def documents_of(ctx: Context, name: str) -> dict[str, Any]:
    """The invoices behind a Product Pair, as far as the caller may read them. Raises as `pair_documents` does."""
    pair = ctx.store.get(PAIR, name)
    return pair_documents(ctx, pair.product, pair.with_product)
