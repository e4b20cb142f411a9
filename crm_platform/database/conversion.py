"""A value of one storage kind as a value of another: what a changed field type does to the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from crm_platform.database.values import BadValueError, check_decimal, check_float, check_int
from crm_platform.metadata.kinds import Storage

LOSSLESS: frozenset[tuple[Storage, Storage]] = frozenset(
    {
        ("int", "text"),
        ("float", "text"),
        ("decimal", "text"),
        ("date", "text"),
        ("datetime", "text"),
        ("time", "text"),
        ("date", "datetime"),
    }
)
"""Changes of storage that keep every value; all others may lose some."""


def convert_value(value: Any, was: Storage, storage: Storage) -> Any:
    """`value` of kind `was` as kind `storage`; None where it cannot be read so."""
    if value is None:
        return None
    if was == storage:
        return value
    try:
        if storage == "text":
            return _TO_TEXT[was](value)
        return _FROM[storage](value.strip() if isinstance(value, str) else value)
    except (ValueError, InvalidOperation, OverflowError, BadValueError):
        return None


_TO_TEXT: Mapping[Storage, Callable[[Any], str]] = {
    "int": str,
    "float": lambda value: str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value),
    "decimal": lambda value: f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}",
    "date": date.isoformat,
    "datetime": lambda value: value.astimezone(UTC).replace(tzinfo=None).isoformat(" "),
    "time": time.isoformat,
}


def _number(value: Any) -> Decimal:
    if isinstance(value, str | int | float):
        return Decimal(str(value))
    if isinstance(value, Decimal):
        return value
    raise ValueError(value)


def _to_date(value: Any) -> date:
    moment = _to_datetime(value)
    return moment.date()


def _to_datetime(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise ValueError(value)


def _to_time(value: Any) -> time:
    if isinstance(value, str):
        return time.fromisoformat(value).replace(tzinfo=None)
    if isinstance(value, datetime):
        return value.time()
    raise ValueError(value)


_FROM: Mapping[Storage, Callable[[Any], Any]] = {
    "int": lambda value: check_int(int(_number(value).quantize(Decimal(1), ROUND_HALF_UP))),
    "float": lambda value: check_float(float(_number(value))),
    "decimal": lambda value: check_decimal(_number(value)),
    "date": _to_date,
    "datetime": _to_datetime,
    "time": _to_time,
}
