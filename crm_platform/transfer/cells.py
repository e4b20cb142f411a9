"""From a cell to the Python value of a field, or a refusal that says what is wrong. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from crm_platform.documents.coerce import Refused, coerce, shorten
from crm_platform.spreadsheets.source import Cell
from crm_platform.transfer.mapping import ImportMapping
from crm_platform.transfer.plan import Target

EXACT_DIGITS = 10**15
"""Beyond it a spreadsheet rounds: a telephone or identity number typed as a number is not what it was."""

BIGGEST_EXPONENT = 30
"""No field holds more; without a bound 1e999999999 would be written out."""


def _number_pattern(decimal: str, other: str) -> re.Pattern[str]:
    """Digits, perhaps grouped in threes by one and the same sign, a fraction and an exponent."""
    grouped = rf"[0-9]{{1,3}}([{other}' \xa0\u202f])[0-9]{{3}}(?:\1[0-9]{{3}})*"
    return re.compile(rf"[+-]?(?:{grouped}|[0-9]+)(?:[{decimal}][0-9]*)?(?:[eE][+-]?[0-9]{{1,3}})?")


_NUMBERS = {".": _number_pattern(".", ","), ",": _number_pattern(",", ".")}
"""Decimal sign → what a number looks like."""

_BETWEEN = {decimal: re.compile(rf"[^0-9eE+\-{decimal}]") for decimal in _NUMBERS}
"""Decimal sign → what only groups the digits of a number."""


def value_of(cell: Cell, target: Target, mapping: ImportMapping, zone: ZoneInfo) -> Any:
    """The value for the target's field, None for an empty cell; for a link by `match` the text to look up.

    Raises Refused.
    """
    if type(cell) is str and 0 < len(cell) <= target.plain_length and cell.isprintable():
        return cell
    value: Any = cell.strip() if isinstance(cell, str) and (target.entry.values or target.entry.match) else cell
    if target.entry.values:
        value = _translated(value, target)
    if value is None or value == "" or (isinstance(value, str) and not value.strip() and not _is_text(target)):
        return None
    read = READERS[target.field.kind.storage](value, target, mapping)
    if target.entry.multiply is not None:
        read *= target.entry.multiply
    if isinstance(read, Decimal) and target.field.kind.storage == "int" and read != int(read):
        raise Refused("{label} must be a whole number, not {value}.", value=shorten(read))
    return read if target.linked else coerce(read, target.field, zone)


def _is_text(target: Target) -> bool:
    """Whether blanks are a value: in free text only."""
    return target.field.kind.storage == "text" and target.field.fieldtype not in ("Link", "Dynamic Link", "Select")


def _translated(value: Any, target: Target) -> Any:
    listed = target.entry.values or {}
    key = _plain(value) if isinstance(value, int | float) else str(value)
    if key in listed:
        return listed[key]
    if key != "" and target.entry.other == "refuse":
        raise Refused("The mapping does not translate {value}.", value=shorten(key))
    return value


def _plain(value: float | Decimal) -> str:
    """A number as a person writes it: 3 and not 3.0."""
    return f"{Decimal(repr(value) if isinstance(value, float) else value).normalize():f}"


def _text(value: Any, target: Target, mapping: ImportMapping) -> str:  # noqa: ARG001 one signature for all
    if isinstance(value, str):
        return value.strip() if target.field.fieldtype in ("Link", "Dynamic Link", "Select") else value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Refused("{label} is a text, but the cell holds {value}. Format it as text.", value=str(value))
    if not -EXACT_DIGITS < value < EXACT_DIGITS:
        raise Refused("{label}: {value} is a number that was rounded. Format the cell as text.", value=str(value))
    return _plain(value)


def _number(value: Any, target: Target, mapping: ImportMapping) -> Any:
    if isinstance(value, timedelta) and target.field.fieldtype == "Duration":
        return value.total_seconds()
    if isinstance(value, bool) or (target.field.fieldtype == "Check" and isinstance(value, str)):
        return value.strip() if isinstance(value, str) else int(value)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, str):
        value = _from_text(value.strip(), mapping.decimal)
    if not isinstance(value, int | Decimal):
        raise Refused("{label} must be a number, not {value}.", value=shorten(value))
    return value


def _from_text(text: str, decimal: str) -> Decimal:
    if _NUMBERS[decimal].fullmatch(text):
        number = Decimal(_BETWEEN[decimal].sub("", text).replace(decimal, "."))
        if number.adjusted() <= BIGGEST_EXPONENT:
            return number
    raise Refused("{label} must be a number, not {value}.", value=shorten(text))


def _date(value: Any, target: Target, mapping: ImportMapping) -> Any:  # noqa: ARG001
    if isinstance(value, str):
        return _parsed(value.strip(), mapping.date_format, datetime.date)
    if isinstance(value, datetime) and value.time() != time():
        raise Refused("{label} is a date, but the cell holds a time too: {value}.", value=str(value))
    if not isinstance(value, date):
        raise Refused("{label} is a date, but the cell holds {value}.", value=str(value))
    return value


def _datetime(value: Any, target: Target, mapping: ImportMapping) -> Any:  # noqa: ARG001
    if isinstance(value, str):
        return _parsed(value.strip(), mapping.datetime_format, lambda moment: moment)
    if not isinstance(value, date):
        raise Refused("{label} is a date and time, but the cell holds {value}.", value=str(value))
    return value


def _time(value: Any, target: Target, mapping: ImportMapping) -> Any:  # noqa: ARG001
    if isinstance(value, str):
        return _parsed(value.strip(), mapping.time_format, datetime.time)
    if not isinstance(value, time):
        raise Refused("{label} is a time, but the cell holds {value}.", value=str(value))
    return value


def _parsed(text: str, form: str, part: Callable[[datetime], Any]) -> Any:
    """The text itself where it is ISO 8601, else what the mapping's format reads in it."""
    if not form:
        return text
    try:
        return part(datetime.strptime(text, form))
    except ValueError:
        raise Refused("{label}: {value} is not written as {form}.", value=shorten(text), form=form) from None


READERS: Mapping[str, Callable[[Any, Target, ImportMapping], Any]] = {
    "text": _text,
    "int": _number,
    "float": _number,
    "decimal": _number,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
}
"""Storage kind of a field → what reads its cells."""
