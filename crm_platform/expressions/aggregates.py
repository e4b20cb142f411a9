"""Aggregates: one value over the rows of a child table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from crm_platform.expressions.numbers import largest, smallest
from crm_platform.expressions.operators import add, divide
from crm_platform.expressions.values import Value, is_empty, number, truth


class Aggregator(NamedTuple):
    """What makes one value of the rows' values; `least` arguments: 1 when the table alone is enough."""

    combine: Callable[[list[Value]], Value]
    least: int


def total(values: list[Value]) -> Value:
    """The sum; 0 over no rows."""
    result: Value = 0
    for value in values:
        result = add(result, number(value))
    return result


def count(values: list[Value]) -> Value:
    """How many of the values hold."""
    return sum(map(truth, values))


def average(values: list[Value]) -> Value:
    """The mean of the values that are not empty; null when all are."""
    present = [value for value in values if not is_empty(value)]
    return divide(total(present), len(present))


AGGREGATES: Final[dict[str, Aggregator]] = {
    "sum": Aggregator(total, 2),
    "count": Aggregator(count, 1),
    "avg": Aggregator(average, 2),
    "min": Aggregator(smallest, 2),
    "max": Aggregator(largest, 2),
}
