"""Roll-ups worked out anew from the rows that link to a document: for back-fills, checks, and an extreme that left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import Compare, Condition, all_of
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.feeds import Feed
from crm_platform.documents.formulas import over_nothing

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

PAGE = 5_000
"""Rows that are read at once."""

BEST = 50
"""Rows that are looked at, best first, for one that passes the filter."""


def gather(ctx: Context, feed: Feed, names: Sequence[str]) -> dict[str, Any]:
    """The roll-up of each of the named documents, from all rows that link to it."""
    values: dict[str, Any] = {name: over_nothing(feed.field, feed.rollup) for name in names}
    for row in _rows(ctx, feed, names):
        name = feed.target_of(row)
        if name in values and feed.counts(ctx, row):
            values[name] = combine(feed, values[name], feed.value(row))
    return values


def combine(feed: Feed, so_far: Any, value: Any) -> Any:
    """The roll-up with one more value."""
    if feed.rollup.is_additive:
        return so_far + value
    if so_far is None or value is None:
        return value if so_far is None else so_far
    return better(feed, so_far, value)


def better(feed: Feed, first: Any, second: Any) -> Any:
    """The smaller or larger of two values, whichever is sought."""
    return min(first, second) if feed.rollup.function == "min" else max(first, second)


def _linking(feed: Feed, names: Sequence[str]) -> Condition:
    of_type = [Compare((feed.type_column,), "=", feed.target.name)] if feed.type_column else []
    return all_of(Compare((feed.rollup.link,), "in", tuple(names)), *of_type)


def _columns(feed: Feed) -> tuple[Column, ...]:
    return tuple(Column((column,), column) for column in sorted(feed.columns | {"name"}))


def _rows(ctx: Context, feed: Feed, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The linking rows, page by page in the order of their names."""
    last = ""
    while True:
        where = all_of(_linking(feed, names), Compare(("name",), ">", last))
        rows = ctx.connection.select(Query(feed.source, _columns(feed), where, order_by=_BY_NAME, limit=PAGE))
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1]["name"]


_BY_NAME = (Order(("name",)),)


def extreme(ctx: Context, feed: Feed, name: str) -> Any:
    """The smallest or largest value among the rows that link to one document; None when there is none."""
    where = all_of(_linking(feed, [name]), Compare((feed.rollup.field,), "is", "set"))
    order = (Order((feed.rollup.field,), descending=feed.rollup.function == "max"),)
    limit, offset = (1 if feed.condition is None else BEST), 0
    while True:
        rows = ctx.connection.select(
            Query(feed.source, _columns(feed), where, order_by=order, limit=limit, offset=offset)
        )
        for row in rows:
            if feed.counts(ctx, row):
                return feed.value(row)
        if len(rows) < limit:
            return None
        offset += limit


def too_large(value: Any) -> bool:
    """Whether a number is beyond what a field holds exactly, in the databases and in a browser."""
    if isinstance(value, Decimal):
        return abs(value) > LARGEST_AMOUNT
    return isinstance(value, int | float) and abs(value) > LARGEST_COUNT


LARGEST_AMOUNT = Decimal("9000000000000")
LARGEST_COUNT = 2**53 - 1
