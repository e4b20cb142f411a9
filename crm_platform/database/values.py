"""Checks of values on their way into a column: what may be stored is the same on both databases."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from crm_platform.errors import DataError, FieldError
from crm_platform.metadata.kinds import Storage

Convert = Callable[[Any], Any]

INT_LIMIT: Final = 2**63
DECIMAL_PLACES: Final = Decimal("0.000001")
DECIMAL_LIMIT: Final = Decimal(INT_LIMIT - 1).scaleb(-6)


class BadValueError(Exception):
    """A value that its column cannot hold; `template` is the sentence for it, with the placeholder {field}."""

    def __init__(self, template: str) -> None:
        super().__init__(template)
        self.template = template

    def named(self, field: str) -> DataError:
        """Give the error that a person sees, with the field's name in it."""
        fault = FieldError(field, self.template, code="DataError", params={"field": field})
        return DataError(self.template, errors=(fault,), field=field)


def check_text(value: Any) -> str:
    """Refuse NUL and lone surrogates: PostgreSQL stores neither, and SQLite would cut or fail."""
    if type(value) is str and value.isprintable():
        return value
    if not isinstance(value, str):
        raise BadValueError("{field} needs a text. Send the value as a text.")
    if "\0" in value or not (value.isascii() or _encodes(value)):
        raise BadValueError("{field} contains a character that cannot be stored (NUL or half a surrogate). Remove it.")
    return str(value)  # of a Masked one its mask, on both databases


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_int(value: Any) -> int:
    """Accept whole numbers of 64 bits; True and False count as 1 and 0."""
    if not isinstance(value, int):
        raise BadValueError("{field} needs a whole number.")
    if not -INT_LIMIT <= value < INT_LIMIT:
        raise BadValueError("{field} is too large a number. The limit is 9,223,372,036,854,775,807.")
    return int(value)


def check_float(value: Any) -> float:
    """Accept finite numbers: SQLite would turn NaN into NULL."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise BadValueError("{field} needs a finite number.")
    return float(value)


def check_decimal(value: Any) -> Decimal:
    """Round half up to six places within the range that both databases hold exactly."""
    if isinstance(value, int):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise BadValueError("{field} needs a decimal number.")
    try:
        rounded = value.quantize(DECIMAL_PLACES, ROUND_HALF_UP)
    except InvalidOperation:
        rounded = DECIMAL_LIMIT + 1
    if abs(rounded) > DECIMAL_LIMIT:
        raise BadValueError("{field} is too large an amount. The limit is 9,223,372,036,854.")
    return rounded + 0  # no negative zero: SQLite has none


def check_date(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadValueError("{field} needs a date.")
    return value


def check_datetime(value: Any) -> datetime:
    """Turn an aware time into UTC without zone, the form in which both databases keep it."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BadValueError("{field} needs a date and time with a time zone.")
    try:
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).replace(tzinfo=None)
    except OverflowError:
        raise BadValueError("{field} is outside the years 1 to 9999.") from None


def check_time(value: Any) -> time:
    if not isinstance(value, time) or value.tzinfo is not None:
        raise BadValueError("{field} needs a time of day without a time zone.")
    return value


CHECKS: Mapping[Storage, Convert] = {
    "text": check_text,
    "int": check_int,
    "float": check_float,
    "decimal": check_decimal,
    "date": check_date,
    "datetime": check_datetime,
    "time": check_time,
}


def encode(field: str, convert: Convert, value: Any) -> Any:
    """Convert one value for its column; a value that does not fit is a DataError that names the field."""
    if value is None:
        return None
    try:
        return convert(value)
    except BadValueError as bad:
        raise bad.named(field) from None
