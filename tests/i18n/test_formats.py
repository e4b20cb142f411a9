"""Formats: how a language writes numbers, money and dates; money rounds half up."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.i18n import formats


@pytest.mark.parametrize(
    ("value", "currency", "language", "text"),
    [
        (Decimal("1234567.5"), "CNY", "zh", "¥1,234,567.50"),
        (Decimal("1234567.5"), "CNY", "en", "CN¥1,234,567.50"),
        (Decimal("1234.5"), "EUR", "de", "1.234,50\xa0€"),
        (1000, "JPY", "zh-CN", "JP¥1,000"),
        (Decimal("-0.5"), "USD", "en", "-$0.50"),
        (Decimal("2.5"), None, "zh", "2.50"),
        (Decimal("2.5"), "NOPE", "zh", "2.50"),
        (None, "USD", "en", ""),
    ],
)
def test_money(value: Decimal | None, currency: str | None, language: str, text: str) -> None:
    assert formats.money(value, language, currency) == text


@given(st.integers(-(10**12), 10**12))
def test_money_rounds_the_half_away_from_zero(cents: int) -> None:
    sign = -1 if cents < 0 else 1
    shown = formats.money(Decimal(cents).scaleb(-2) + sign * Decimal("0.005"), "en", "USD")
    assert Decimal(shown.replace("$", "").replace(",", "")) == Decimal(cents + sign).scaleb(-2)


@pytest.mark.parametrize(
    ("value", "places", "text"), [(0.125, 2, "0.13"), (2.5, 0, "3"), (1234567, None, "1,234,567"), (None, 2, "")]
)
def test_number(value: float | None, places: int | None, text: str) -> None:
    assert formats.number(value, "zh", places) == text


def test_percent_takes_the_value_of_a_percent_field() -> None:
    assert formats.percent(Decimal("12.5"), "zh", 1) == "12.5%"
    assert formats.percent(None, "zh") == ""


def test_dates_and_times() -> None:
    assert formats.day(date(2026, 3, 1), "zh") == "2026年3月1日"
    assert formats.day(date(2026, 3, 1), "en", "long") == "March 1, 2026"
    assert formats.moment(datetime(2026, 3, 1, 14, 5, 9), "zh") == "2026年3月1日 14:05:09"
    assert formats.clock(time(14, 5), "zh") == "14:05"
    assert formats.day(None, "zh") == formats.moment(None, "zh") == formats.clock(None, "zh") == ""


@pytest.mark.parametrize("language", ["", "xx", "qq-no-such", "../etc"])
def test_an_unknown_language_is_written_as_english(language: str) -> None:
    assert formats.day(date(2026, 3, 1), language) == "Mar 1, 2026"


@pytest.mark.parametrize(("code", "places"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("NOPE", 2)])
def test_currency_places(code: str, places: int) -> None:
    assert formats.currency_places(code) == places
