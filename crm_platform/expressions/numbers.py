"""Number functions; rounding is half up (away from zero), as in the rest of the platform."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from crm_platform.errors import ExpressionError
from crm_platform.expressions.limits import MAX_PLACES
from crm_platform.expressions.values import (
    ARITHMETIC,
    Number,
    Value,
    as_number,
    bounded,
    is_empty,
    number,
)

_LAST_PLACES: Final = {places: Decimal((0, (1,), -places)) for places in range(-MAX_PLACES, MAX_PLACES + 1)}


def flt(value: Value, places: Value = None) -> Value:
    """The number a value reads as, 0 when there is none (Frappe's flt); rounded when `places` are given."""
    result = _lenient(value)
    return result if places is None else round_half_up(result, places)


def cint(value: Value) -> Value:
    """The whole number a value reads as, its fraction cut off, 0 when there is none (Frappe's cint)."""
    return math.trunc(_lenient(value))


def whole(value: Value) -> int:
    """A count: the number of `value` without its fraction. Raises ExpressionError when it is no number."""
    return math.trunc(number(value))


def _lenient(value: Value) -> Number:
    if isinstance(value, str):
        return as_number(value) or 0
    return number(value)


def round_half_up(value: Value, places: Value = 0) -> Value:
    """`value` rounded to `places` decimals, half up. Raises ExpressionError for too many places."""
    exponent = places if type(places) is int else whole(places)
    if abs(exponent) > MAX_PLACES:
        raise ExpressionError("Numbers are rounded to at most {limit} places.", limit=MAX_PLACES)
    return bounded(ARITHMETIC.quantize(Decimal(number(value)), _LAST_PLACES[exponent]))


def absolute(value: Value) -> Value:
    """The number without its sign."""
    return ARITHMETIC.abs(Decimal(number(value)))


def floor(value: Value) -> Value:
    """The next whole number below."""
    return math.floor(number(value))


def ceil(value: Value) -> Value:
    """The next whole number above."""
    return math.ceil(number(value))


def smallest(values: Iterable[Value]) -> Value:
    """The smallest number or the first text; empty values do not count, null when all are empty."""
    return _extreme(values, lambda first, second: first < second, lambda first, second: first < second)


def largest(values: Iterable[Value]) -> Value:
    """The largest number or the last text; empty values do not count, null when all are empty."""
    return _extreme(values, lambda first, second: first > second, lambda first, second: first > second)


def _extreme(
    values: Iterable[Value], text_wins: Callable[[str, str], bool], number_wins: Callable[[Number, Number], bool]
) -> Value:
    best: str | Number | None = None
    for value in values:
        if is_empty(value):
            continue
        candidate = value if isinstance(value, str) else number(value)
        if isinstance(best, str) and isinstance(candidate, str):
            best = candidate if text_wins(candidate, best) else best
        elif best is None or number_wins(number(candidate), number(best)):
            best = candidate
    return best
