"""Numbers, money, dates and times as people of a language write them (CLDR through Babel)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import (
    UnknownCurrencyError,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    validate_currency,
)

Number = int | float | Decimal
DateStyle = Literal["full", "long", "medium", "short"]
DIGITS = 60
"""More than any number that a field takes has, with its places after the point."""
WITHOUT_CURRENCY = "#,##0.00"
"""How an amount is written when nobody knows its currency."""


def locale_of(language: str) -> Locale:
    """The locale of a language code such as "zh", "zh_CN" or "en-GB"; English for what CLDR does not know."""
    try:
        return Locale.parse(language.replace("-", "_") or "en")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def number(value: Number | None, language: str, places: int | None = None) -> str:
    """A number with the language's separators, rounded half up to `places`; empty for None."""
    if value is None:
        return ""
    pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
    return _half_up(lambda: format_decimal(_exact(value), format=pattern, locale=locale_of(language)))


def money(value: Number | None, language: str, currency: str | None = None) -> str:
    """An amount with the currency's symbol and places (ISO 4217), rounded half up; empty for None."""
    if value is None:
        return ""
    if not currency or not is_currency(currency):
        return _half_up(lambda: format_decimal(_exact(value), format=WITHOUT_CURRENCY, locale=locale_of(language)))
    return _half_up(lambda: format_currency(_exact(value), currency, locale=locale_of(language)))


def percent(value: Number | None, language: str, places: int = 0) -> str:
    """A Percent field, where 12.5 means 12.5 %; empty for None."""
    if value is None:
        return ""
    pattern = "#,##0" + ("." + "0" * places if places else "") + "%"
    return _half_up(lambda: format_percent(_exact(value) / 100, format=pattern, locale=locale_of(language)))


def day(value: date | None, language: str, style: DateStyle = "medium") -> str:
    """A date, such as 2026年3月1日; empty for None."""
    return "" if value is None else format_date(value, style, locale=locale_of(language))


def moment(value: datetime | None, language: str, style: DateStyle = "medium") -> str:
    """A date with its time, as it stands (no change of zone); empty for None."""
    return "" if value is None else format_datetime(value, style, locale=locale_of(language))


def clock(value: time | None, language: str, style: DateStyle = "short") -> str:
    """A time of day; empty for None."""
    return "" if value is None else format_time(value, style, locale=locale_of(language))


def is_currency(code: str) -> bool:
    """Whether `code` is a currency of ISO 4217."""
    try:
        validate_currency(code)
    except UnknownCurrencyError:
        return False
    return True


def currency_places(code: str) -> int:
    """Digits after the point of a currency: 2 for CNY, 0 for JPY; 2 for one that ISO 4217 does not know."""
    return get_currency_precision(code)


def _exact(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _half_up(write: Callable[[], str]) -> str:
    """Babel rounds by the decimal context: half even and at most 28 digits unless told otherwise."""
    with localcontext() as context:
        context.rounding, context.prec = ROUND_HALF_UP, DIGITS
        return write()
