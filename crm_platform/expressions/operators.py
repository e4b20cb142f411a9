"""Operators of the language as functions of two values, in tables by their sign."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from types import NoneType
from typing import Any, Final

from crm_platform.errors import ExpressionError
from crm_platform.expressions.values import (
    ARITHMETIC,
    Number,
    Value,
    as_number,
    bounded,
    bounded_text,
    described,
    is_empty,
    number,
)

_NUMBERS: Final = frozenset({int, Decimal})
_SCALARS: Final = frozenset({str, int, bool, NoneType, Decimal})


def equal(left: Value, right: Value) -> bool:
    """`==` and `===`: empty values are equal, a text is equal to the number it reads as, lists item by item."""
    kind = type(left)
    if kind is type(right) and kind in _SCALARS:
        return left == right
    if is_empty(left) or is_empty(right):
        return is_empty(left) and is_empty(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    first, second = as_number(left), as_number(right)
    return first is not None and first == second


def unequal(left: Value, right: Value) -> bool:
    """`!=` and `!==`."""
    return not equal(left, right)


def contains(item: Value, container: Value) -> bool:
    """`item in container`: an equal value of a list, or a part of a text; nothing is in anything else."""
    if isinstance(container, list):
        return any(equal(item, value) for value in container)
    return isinstance(container, str) and isinstance(item, str) and item != "" and item in container


def lacks(item: Value, container: Value) -> bool:
    """`item not in container`."""
    return not contains(item, container)


def _order(holds: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """An order sign: numbers by size, texts by code points; false where there is no order between the two."""

    def ordered(left: Value, right: Value) -> bool:
        if type(left) in _NUMBERS and type(right) in _NUMBERS:
            return holds(left, right)
        if is_empty(left) or is_empty(right):
            return is_empty(left) and is_empty(right) and holds(0, 0)
        if isinstance(left, str) and isinstance(right, str):
            return holds(left, right)
        first, second = as_number(left), as_number(right)
        return first is not None and second is not None and holds(first, second)

    return ordered


def add(left: Value, right: Value) -> Value:
    """`+`: joins two texts, adds two numbers. Raises ExpressionError for a text beside a number."""
    if isinstance(left, str) or isinstance(right, str):
        joined = _joined(left, right)
        if joined is not None:
            return joined
    first, second = number(left), number(right)
    if isinstance(first, int) and isinstance(second, int):
        return bounded(first + second)
    return bounded(ARITHMETIC.add(Decimal(first), Decimal(second)))


def _joined(left: Value, right: Value) -> str | None:
    """Two texts as one, null being ''; None when an empty text stands beside a number and counts as 0."""
    if isinstance(left, str | None) and isinstance(right, str | None):
        return bounded_text((left or "") + (right or ""))
    if is_empty(left) or is_empty(right):
        return None
    raise ExpressionError(
        "{left} and {right} cannot be added: use concat() to join texts or flt() to add numbers.",
        left=described(left),
        right=described(right),
    )


def subtract(left: Value, right: Value) -> Value:
    """`-`."""
    first, second = number(left), number(right)
    if isinstance(first, int) and isinstance(second, int):
        return bounded(first - second)
    return bounded(ARITHMETIC.subtract(Decimal(first), Decimal(second)))


def multiply(left: Value, right: Value) -> Value:
    """`*`."""
    first, second = number(left), number(right)
    if isinstance(first, int) and isinstance(second, int):
        return bounded(first * second)
    return bounded(ARITHMETIC.multiply(Decimal(first), Decimal(second)))


def divide(left: Value, right: Value) -> Value:
    """`/`, exact to 34 digits; null when the divisor is 0."""
    return _quotient(number(left), number(right))


def floor_divide(left: Value, right: Value) -> Value:
    """`//`: the quotient rounded down; null when the divisor is 0."""
    first, second = number(left), number(right)
    if _quotient(first, second) is None:
        return None
    whole = ARITHMETIC.divide_int(Decimal(first), Decimal(second))
    if _signs_differ(_remainder(first, second), second):
        return ARITHMETIC.subtract(whole, Decimal(1))
    return whole


def modulo(left: Value, right: Value) -> Value:
    """`%`: the remainder with the sign of the divisor, as in Python; null when the divisor is 0."""
    first, second = number(left), number(right)
    if _quotient(first, second) is None:
        return None
    remainder = _remainder(first, second)
    return ARITHMETIC.add(remainder, Decimal(second)) if _signs_differ(remainder, second) else remainder


def _quotient(left: Number, right: Number) -> Number | None:
    return bounded(ARITHMETIC.divide(Decimal(left), Decimal(right))) if right else None


def _remainder(left: Number, right: Number) -> Decimal:
    return ARITHMETIC.remainder(Decimal(left), Decimal(right))


def _signs_differ(remainder: Decimal, divisor: Number) -> bool:
    return bool(remainder) and (remainder < 0) != (divisor < 0)


COMPARISONS: Final[dict[str, Callable[[Value, Value], bool]]] = {
    "==": equal,
    "!=": unequal,
    "<": _order(operator.lt),
    "<=": _order(operator.le),
    ">": _order(operator.gt),
    ">=": _order(operator.ge),
    "in": contains,
    "not in": lacks,
}

ARITHMETICS: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "//": floor_divide,
    "%": modulo,
}
