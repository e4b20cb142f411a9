"""Values of the language: null, true/false, number, text, list and row, and what a document's values become.

Numbers are int or Decimal (a float becomes the decimal it is printed as); dates and times are text in Frappe's wire
format. The browser's twin is `frontend/src/shared/expressions/values.ts`; `docs/reference/expressions.md` is the law.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from types import NoneType
from typing import Any, Final, TypeAlias

from crm_platform.errors import ExpressionError, Text
from crm_platform.expressions.limits import (
    MAX_LIST,
    MAX_NESTED_LISTS,
    MAX_NUMBER,
    MAX_TEXT,
    MIN_EXPONENT,
    PRECISION,
)

Number: TypeAlias = int | Decimal
Row: TypeAlias = Mapping[str, Any]
Value: TypeAlias = None | bool | int | Decimal | str | list[Any] | Row

ARITHMETIC: Final = Context(prec=PRECISION, rounding=ROUND_HALF_UP)
_AS_IS: Final = frozenset({str, bool, NoneType})
_MAX_EXPONENT: Final = Decimal(MAX_NUMBER).adjusted()
_NUMERIC: Final = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")


def from_document(value: object) -> Value:
    """The value of the language that `value`, found in a document, stands for.

    Raises ExpressionError for numbers out of range, long or deep lists and objects that are no data.
    """
    kind = type(value)
    if kind in _AS_IS:
        return value  # type: ignore[return-value]  # the three types are Values
    if kind is int and -MAX_NUMBER < value < MAX_NUMBER:  # type: ignore[operator]  # compared as the int it is
        return value  # type: ignore[return-value]  # an int
    if kind is Decimal or kind is float:
        return _decimal(value)  # type: ignore[arg-type]  # one of the two
    return _converted(value, 0)


def _converted(value: object, depth: int) -> Value:
    match value:
        case None | bool() | Mapping():
            return value
        case str():
            return str(value)
        case int():
            return bounded(int(value))
        case float() | Decimal():
            return _decimal(value)
        case datetime() | date() | time() | timedelta():
            return _wire(value)
        case list() | tuple():
            return _list(value, depth)
    raise ExpressionError("A value of type {type} cannot be used in an expression.", type=type(value).__name__)


def _decimal(value: float | Decimal) -> Number:
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not number.is_finite() or (number and not MIN_EXPONENT <= number.adjusted() < _MAX_EXPONENT):
        raise ExpressionError("The number is too large, too small or not a number. Use numbers below 10^18.")
    return number or 0


def _list(values: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
    if len(values) > MAX_LIST or depth >= MAX_NESTED_LISTS:
        raise ExpressionError("The list is longer than {limit} values or nested too deeply.", limit=MAX_LIST)
    return [_converted(value, depth + 1) for value in values]


def _wire(value: datetime | date | time | timedelta) -> str:
    """Frappe's wire format, which has no zone: times are those of the site."""
    if isinstance(value, datetime | time) and value.tzinfo is not None:
        raise ExpressionError("A time with a zone cannot be used in an expression: give the site's own time.")
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, timedelta):
        seconds = value // timedelta(seconds=1)
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{value.microseconds:06d}"
    if isinstance(value, time):
        return value.isoformat("microseconds")
    return value.isoformat()


def is_empty(value: Value) -> bool:
    """Null and the text without characters: both mean that nothing was entered."""
    return value is None or (isinstance(value, str) and not value)  # a Decimal takes long to differ from a text


def truth(value: Value) -> bool:
    """Whether a condition with this value holds: not for null, '', 0, false, an empty list or row."""
    return bool(value)


def as_number(value: Value) -> Number | None:
    """The number that `value` is or, for a text, reads as; None when there is none."""
    if isinstance(value, (int, Decimal)):  # not a union, which is made anew each time
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, str) and _NUMERIC.fullmatch(value):
        return Decimal(value)
    return None


def number(value: Value) -> Number:
    """The number to compute with: 0 for an empty value. Raises ExpressionError when there is none."""
    if type(value) is Decimal or type(value) is int:
        return value
    if is_empty(value):
        return 0
    result = as_number(value)
    if result is None:
        raise ExpressionError("{value} is not a number.", value=described(value))
    return result


def bounded(value: Number) -> Number:
    """`value` unless it is too large. Raises ExpressionError."""
    if not -MAX_NUMBER < value < MAX_NUMBER:
        raise ExpressionError("The number is too large. Results are below 10^18.")
    return value


def text(value: Value) -> str:
    """The text of a value: '' for null, a number without exponent or needless zeros. Raises ExpressionError."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return _plain(value)
        case str():
            return bounded_text(value)
    raise ExpressionError("{value} cannot be used as a text.", value=described(value))


def _plain(value: Decimal) -> str:
    digits = f"{value:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def bounded_text(value: str) -> str:
    """`value` unless it is too long. Raises ExpressionError."""
    if len(value) > MAX_TEXT:
        raise ExpressionError("The text is longer than {limit} characters.", limit=MAX_TEXT)
    return value


def described(value: Value) -> str | Text:
    """How a message names a value."""
    if isinstance(value, str):
        return f"'{value[:40]}…'" if len(value) > 40 else f"'{value}'"
    if isinstance(value, list):
        return Text("A list")
    return Text("A row") if isinstance(value, Mapping) else text(value)
