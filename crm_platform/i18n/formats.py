"""Numbers, money, dates and times as readers write them: as their language does (CLDR, Babel), or as a site says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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
    get_currency_symbol,
    validate_currency,
)

from crm_platform.i18n.manner import Manner

Number = int | float | Decimal
DateStyle = Literal["full", "long", "medium", "short"]
DIGITS = 60
"""More than any number that a field takes has, with its places after the point."""
UNKNOWN_CURRENCY_PLACES = 2
"""Decimals of an amount when nobody knows its currency."""
CLDR_PLACES = 3
"""Most decimals of a number in the patterns of CLDR."""
QUANTITY_PLACES = 6
"""Most decimals of a quantity, as quantities of sales documents are kept."""
CURRENCY_SIGN = "¤"
IN_WORDS: frozenset[DateStyle] = frozenset({"long", "full"})
CLOCKS: Mapping[str, str] = {"HH:mm:ss": "%H:%M:%S", "HH:mm": "%H:%M"}
"""System Settings.time_format in the words of strftime."""


def locale_of(language: str) -> Locale:
    """The locale of a language code such as "zh", "zh_CN" or "en-GB"; English for what CLDR does not know."""
    try:
        return Locale.parse(language.replace("-", "_") or "en")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def number(value: Number | None, manner: Manner, places: int | None = None) -> str:
    """A number rounded half up to `places`, else to the manner's most decimals; empty for None."""
    if value is None:
        return ""
    if places is None and manner.float_precision is None and manner.marks is None:
        return _half_up(lambda: format_decimal(_exact(value), locale=locale_of(manner.language)))
    return _digits(value, manner, _most(manner.float_precision) if places is None else _fixed(places))


def money(value: Number | None, manner: Manner, currency: str | None = None) -> str:
    """An amount with the currency's symbol and places (ISO 4217) unless the manner says others, rounded half up; empty
    for None."""
    if value is None:
        return ""
    known = currency if currency and is_currency(currency) else ""
    if known and manner.marks is None and manner.currency_precision is None:
        return _half_up(lambda: format_currency(_exact(value), known, locale=locale_of(manner.language)))
    places = _amount_places(manner, known)
    if not known:
        return _digits(value, manner, _fixed(places))
    digits = _digits(abs(_exact(value)), manner, _fixed(places))
    return ("-" if _exact(value) < 0 else "") + _with_symbol(digits, known, locale_of(manner.language))


def quantity(value: Number | None, manner: Manner) -> str:
    """As many decimals as a quantity is kept with, unless the manner says others: what is charged can be checked."""
    if value is None:
        return ""
    return _digits(value, manner, _most(QUANTITY_PLACES if manner.float_precision is None else manner.float_precision))


def price(value: Number | None, manner: Manner, currency: str | None = None) -> str:
    """The price of one: an amount, with the decimals that it has beyond those of its currency."""
    if value is None:
        return ""
    own = len(f"{_exact(value):f}".partition(".")[2].rstrip("0"))
    known = currency if currency and is_currency(currency) else ""
    if own <= _amount_places(manner, known) or manner.currency_precision is not None:
        return money(value, manner, currency)
    if not known:
        return _digits(value, manner, _fixed(own))
    digits = _digits(abs(_exact(value)), manner, _fixed(own))
    return ("-" if _exact(value) < 0 else "") + _with_symbol(digits, known, locale_of(manner.language))


def percent(value: Number | None, manner: Manner, places: int = 0) -> str:
    """A Percent field, where 12.5 means 12.5 %; empty for None."""
    if value is None:
        return ""
    if manner.marks is not None:
        return f"{_digits(value, manner, _fixed(places))}%"
    pattern = f"#,##0{_fixed(places)}%"
    return _half_up(lambda: format_percent(_exact(value) / 100, format=pattern, locale=locale_of(manner.language)))


def day(value: date | None, manner: Manner, style: DateStyle = "medium") -> str:
    """A date, such as 2026年3月1日; empty for None. The styles in words (`long`, `full`) are always the language's."""
    if value is None:
        return ""
    if not manner.date_format or style in IN_WORDS:
        return format_date(value, style, locale=locale_of(manner.language))
    parts = {"yyyy": f"{value.year:04}", "mm": f"{value.month:02}", "dd": f"{value.day:02}"}
    return re.sub("yyyy|mm|dd", lambda found: parts[found[0]], manner.date_format)


def moment(value: datetime | None, manner: Manner, style: DateStyle = "medium") -> str:
    """A date with its time, as it stands (no change of zone); empty for None."""
    if value is None:
        return ""
    if style in IN_WORDS or not (manner.date_format or manner.time_format):
        return format_datetime(value, style, locale=locale_of(manner.language))
    return f"{day(value, manner, style)} {clock(value.time(), manner, style)}"


def clock(value: time | None, manner: Manner, style: DateStyle = "short") -> str:
    """A time of day; empty for None."""
    if value is None:
        return ""
    if not manner.time_format or style in IN_WORDS:
        return format_time(value, style, locale=locale_of(manner.language))
    return value.strftime(CLOCKS[manner.time_format])


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


def _fixed(places: int) -> str:
    return "." + "0" * places if places else ""


def _most(places: int | None) -> str:
    return "." + "#" * (CLDR_PLACES if places is None else places)


def _amount_places(manner: Manner, currency: str) -> int:
    if manner.currency_precision is not None:
        return manner.currency_precision
    if currency:
        return currency_places(currency)
    return manner.marks.places if manner.marks else UNKNOWN_CURRENCY_PLACES


def _digits(value: Number, manner: Manner, fraction: str) -> str:
    """The digits with the manner's marks; `fraction` is the part of a CLDR pattern from the point on."""
    marks = manner.marks
    if marks is None:
        locale = locale_of(manner.language)
        return _half_up(lambda: format_decimal(_exact(value), format=f"#,##0{fraction}", locale=locale))
    english = _half_up(lambda: format_decimal(_exact(value), format=marks.grouping + fraction, locale="en"))
    return english.translate({ord(","): marks.group, ord("."): marks.decimal})


def _with_symbol(digits: str, currency: str, locale: Locale) -> str:
    """Digits beside the symbol of their currency, in the order of the language."""
    pattern = locale.currency_formats["standard"].pattern.partition(";")[0]
    placed = re.sub(r"[#0,.]+", lambda _found: digits, pattern, count=1)
    return placed.replace(CURRENCY_SIGN, get_currency_symbol(currency, locale=locale))


def _exact(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _half_up(write: Callable[[], str]) -> str:
    """Babel rounds by the decimal context: half even and at most 28 digits unless told otherwise."""
    with localcontext() as context:
        context.rounding, context.prec = ROUND_HALF_UP, DIGITS
        return write()
