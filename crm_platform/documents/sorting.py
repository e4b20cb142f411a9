"""Sort keys of a site: whether it keeps them, lists sorted by them, keys for documents that have none yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.interface import Connection
from crm_platform.database.query import Column, Order, Query
from crm_platform.database.system import META
from crm_platform.documents.paths import Paths
from crm_platform.i18n.sort_keys import sort_key
from crm_platform.metadata.model import Definitions, DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

KEPT = "sort_keys"
"""Counter that says whether the site keeps sort keys: its tables have columns for them, whatever site.json says."""

BATCH = 500
AT_ONCE = 5_000
"""So many documents get their keys within the change of the model; the worker does the others."""


def keeps_order(connection: Connection) -> bool:
    """Whether the tables of this site have sort keys."""
    return any(row["value"] for row in connection.fetch(META, {"key": KEPT}))


def keep_order(connection: Connection, language: str) -> None:
    """From the next merge of the definitions on keep sort keys where the language sorts by Pinyin, else none."""
    connection.put(META, {"key": KEPT, "value": int(language.startswith("zh"))})


def sorted_by_keys(paths: Paths, orders: Iterable[Order]) -> tuple[Order, ...]:
    """The orders of a list, each by the sort key of its field where one is kept."""
    return tuple(_by_key(paths, order) for order in orders)


def _by_key(paths: Paths, order: Order) -> Order:
    if order.alias:
        return order
    *way, column = order.path
    key = paths.holder(order.path).sort_keys.get(column)
    return replace(order, path=(*way, key)) if key else order


def follow(ctx: Context, old: Definitions) -> None:
    """Empty the keys that `old` had and are kept no more: they tell of the texts. Give the documents of DocTypes with
    new ones theirs; of many documents only the first."""
    left = AT_ONCE // BATCH
    for meta in ctx.definitions.values():
        before = old.get(meta.name)
        had = before.sort_keys.items() if before else set()
        for _, key in had - meta.sort_keys.items():
            ctx.connection.update_rows(before or meta, {key: None}, {"docstatus": (0, 1, 2)})
        for source, key in meta.sort_keys.items() - had:
            while left and _fill(ctx, meta, source, key):
                left -= 1


def fill(ctx: Context) -> bool:
    """Give a batch of documents without sort keys theirs; False when all have them."""
    keyed = ((meta, *pair) for meta in ctx.definitions.values() for pair in meta.sort_keys.items())
    return any(_fill(ctx, meta, source, key) for meta, source, key in keyed)


def _fill(ctx: Context, meta: DocType, source: str, key: str) -> bool:
    """Whether there were documents with a value and no key."""
    without = all_of(Compare((key,), "is", "not set"), Compare((source,), "is", "set"))
    columns = (Column(("name",), "name"), Column((source,), "value"))
    rows = ctx.connection.select(Query(meta, columns, without, limit=BATCH))
    for row in rows:
        ctx.connection.update_row(meta, row["name"], {key: sort_key(row["value"])})
    return bool(rows)
