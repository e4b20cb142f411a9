"""The fixed table of functions: all that an expression can call. `docs/reference/expressions.md` describes each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from crm_platform.expressions import dates, numbers, texts
from crm_platform.expressions.values import Value, is_empty, text

_MANY: Final = 50


class Function(NamedTuple):
    """An entry of the table: what is called, and with how many values."""

    call: Callable[..., Value]
    least: int
    most: int


def coalesce(*values: Value) -> Value:
    """The first value that is not empty, else null."""
    return next((value for value in values if not is_empty(value)), None)


def minimum(*values: Value) -> Value:
    """The smallest of the values."""
    return numbers.smallest(values)


def maximum(*values: Value) -> Value:
    """The largest of the values."""
    return numbers.largest(values)


CLOCK_FUNCTIONS: Final[dict[str, Callable[[Value], Value]]] = {"today": dates.today, "now": dates.now}
"""Functions that are called with the caller's clock instead of values."""

FUNCTIONS: Final[dict[str, Function]] = {
    "today": Function(dates.today, 0, 0),
    "now": Function(dates.now, 0, 0),
    "date": Function(dates.date_part, 1, 1),
    "add_days": Function(dates.add_days, 2, 2),
    "add_months": Function(dates.add_months, 2, 2),
    "add_years": Function(dates.add_years, 2, 2),
    "date_diff": Function(dates.date_diff, 2, 2),
    "year": Function(dates.year, 1, 1),
    "month": Function(dates.month, 1, 1),
    "day": Function(dates.day, 1, 1),
    "weekday": Function(dates.weekday, 1, 1),
    "first_day": Function(dates.first_day, 1, 1),
    "last_day": Function(dates.last_day, 1, 1),
    "len": Function(texts.length, 1, 1),
    "lower": Function(texts.lower, 1, 1),
    "upper": Function(texts.upper, 1, 1),
    "trim": Function(texts.trim, 1, 1),
    "contains": Function(texts.contains, 2, 2),
    "startswith": Function(texts.startswith, 2, 2),
    "endswith": Function(texts.endswith, 2, 2),
    "left": Function(texts.left, 2, 2),
    "right": Function(texts.right, 2, 2),
    "replace": Function(texts.replace, 3, 3),
    "concat": Function(texts.concat, 1, _MANY),
    "cstr": Function(text, 1, 1),
    "cint": Function(numbers.cint, 1, 1),
    "flt": Function(numbers.flt, 1, 2),
    "abs": Function(numbers.absolute, 1, 1),
    "round": Function(numbers.round_half_up, 1, 2),
    "floor": Function(numbers.floor, 1, 1),
    "ceil": Function(numbers.ceil, 1, 1),
    "min": Function(minimum, 2, _MANY),
    "max": Function(maximum, 2, _MANY),
    "coalesce": Function(coalesce, 1, _MANY),
}

ALIASES: Final = {"ifnull": "coalesce", "int": "cint", "float": "flt", "str": "cstr"}
"""Other spellings; the tree has the name of the table."""
