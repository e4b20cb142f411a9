"""The Python form of conditions: the same answers as the SQL form, from the same tree, for one document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from crm_platform.database.conditions import Always, And, Compare, Condition, Not, Or, Path
from crm_platform.database.operators import NEGATIONS, is_empty, like_pattern
from crm_platform.database.values import check_decimal
from crm_platform.errors import DataError

Get = Callable[[Path], list[Any]]

_FOLD = str.maketrans(ascii_uppercase, ascii_lowercase)


def evaluate(condition: Condition, get: Get) -> bool:
    """Whether the document meets `condition`.

    `get` gives the values at a path: one for a column or through a Link (None when missing), one per row for a table
    field, where any row that matches is enough. Raises DataError for an operator or value that SQL would refuse.
    """
    match condition:
        case Compare(path):
            return any(matches(condition, value) for value in get(path))
        case And(parts):
            return all(evaluate(part, get) for part in parts)
        case Or(parts):
            return any(evaluate(part, get) for part in parts)
        case Not(part):
            return not evaluate(part, get)
        case Always(value):
            return value


def matches(compare: Compare, current: Any) -> bool:
    """Whether one value meets one comparison."""
    operator = NEGATIONS.get(compare.operator, compare.operator)
    test = _TESTS.get(operator)
    if test is None:
        raise DataError("The operator {operator} is not known.", operator=compare.operator)
    try:
        return test(current, compare.value) != (compare.operator in NEGATIONS)
    except TypeError:
        field = ".".join(compare.path)
        raise DataError("{operator} on {field} got a value of another kind.", operator=operator, field=field) from None


def _comparable(value: Any) -> Any:
    return check_decimal(value) if isinstance(value, Decimal) else value


def _equal(current: Any, value: Any) -> bool:
    if is_empty(value):
        return is_empty(current)
    return current is not None and bool(_comparable(current) == _comparable(value))


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda current, value: (
        current is not None and value is not None and compare(_comparable(current), _comparable(value))
    )


def _among(current: Any, values: Any) -> bool:
    return any(_equal(current, value) for value in values)


def _between(current: Any, values: Any) -> bool:
    low, high = values
    return _AT_LEAST(current, low) and _AT_MOST(current, high)


def _like(current: Any, pattern: Any) -> bool:
    if current is None or pattern is None:
        return False
    return _pattern(pattern.translate(_FOLD)).fullmatch(current.translate(_FOLD)) is not None


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    """The regular expression of a LIKE pattern: % any text, _ any character, the backslash takes their meaning away.

    Each text between two % is taken at its first place for good (an atomic group): no pattern makes it slow.
    """
    signs = re.findall(r"\\.|.", like_pattern(pattern) or "", re.DOTALL)
    first, *rest = _pieces(signs)
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    return re.compile(first + "".join(f"(?>.*?{piece})" for piece in middle) + ".*" + last, re.DOTALL)


def _pieces(signs: Iterable[str]) -> list[str]:
    """What stands between the % signs, as regular expressions."""
    pieces = [""]
    for sign in signs:
        if sign == "%":
            pieces.append("")
        else:
            pieces[-1] += "." if sign == "_" else re.escape(sign[-1])
    return pieces


def _is(current: Any, value: Any) -> bool:
    if value not in ("set", "not set"):
        raise DataError("{operator} takes “set” or “not set”.", operator="is")
    return is_empty(current) is (value == "not set")


_AT_LEAST = _ordered(lambda current, value: bool(current >= value))
_AT_MOST = _ordered(lambda current, value: bool(current <= value))

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": _equal,
    "<": _ordered(lambda current, value: bool(current < value)),
    "<=": _AT_MOST,
    ">": _ordered(lambda current, value: bool(current > value)),
    ">=": _AT_LEAST,
    "in": _among,
    "like": _like,
    "between": _between,
    "is": _is,
}
