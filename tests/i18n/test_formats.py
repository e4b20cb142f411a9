"""Formats: how a language writes numbers, money and dates; money rounds half up."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.i18n import formats
from crm_platform.i18n.manner import Manner


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
    assert formats.money(value, Manner(language), currency) == text


@given(st.integers(-(10**12), 10**12))
def test_money_rounds_the_half_away_from_zero(cents: int) -> None:
    sign = -1 if cents < 0 else 1
    shown = formats.money(Decimal(cents).scaleb(-2) + sign * Decimal("0.005"), Manner("en"), "USD")
    assert Decimal(shown.replace("$", "").replace(",", "")) == Decimal(cents + sign).scaleb(-2)


@pytest.mark.parametrize(
    ("value", "places", "text"), [(0.125, 2, "0.13"), (2.5, 0, "3"), (1234567, None, "1,234,567"), (None, 2, "")]
)
def test_number(value: float | None, places: int | None, text: str) -> None:
    assert formats.number(value, Manner("zh"), places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.333333, "0.333333"), (0.1 + 0.2, "0.3"), (1234.5, "1,234.5"), (3, "3"), (1.23456789, "1.234568"), (None, "")],
)
def test_a_quantity_keeps_its_decimals(value: float | None, text: str) -> None:
    assert formats.quantity(value, Manner("zh")) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (Decimal("3.335000"), "CNY", "¥3.335"),
        (Decimal("3.300000"), "CNY", "¥3.30"),
        (Decimal("0.335"), "JPY", "JP¥0.335"),
        (Decimal("-0.3335"), "KWD", "-KWD0.3335"),
        (Decimal("1280"), None, "1,280.00"),
        (Decimal("1280.125"), "no currency", "1,280.125"),
        (None, "CNY", ""),
    ],
)
def test_the_price_of_one_keeps_its_decimals(value: Decimal | None, currency: str | None, text: str) -> None:
    assert formats.price(value, Manner("zh"), currency).replace("\xa0", "") == text


def test_a_site_that_says_how_many_decimals_has_them_in_quantities_and_prices() -> None:
    manner = Manner("en", float_precision=2, currency_precision=2)
    assert formats.quantity(0.333333, manner) == "0.33"
    assert formats.price(Decimal("3.335"), manner, "CNY") == formats.money(Decimal("3.335"), manner, "CNY")


def test_percent_takes_the_value_of_a_percent_field() -> None:
    assert formats.percent(Decimal("12.5"), Manner("zh"), 1) == "12.5%"
    assert formats.percent(None, Manner("zh")) == ""


def test_dates_and_times() -> None:
    assert formats.day(date(2026, 3, 1), Manner("zh")) == "2026年3月1日"
    assert formats.day(date(2026, 3, 1), Manner("en"), "long") == "March 1, 2026"
    assert formats.moment(datetime(2026, 3, 1, 14, 5, 9), Manner("zh")) == "2026年3月1日 14:05:09"
    assert formats.clock(time(14, 5), Manner("zh")) == "14:05"
    assert (
        formats.day(None, Manner("zh")) == formats.moment(None, Manner("zh")) == formats.clock(None, Manner("zh")) == ""
    )


@pytest.mark.parametrize("language", ["", "xx", "qq-no-such", "../etc"])
def test_an_unknown_language_is_written_as_english(language: str) -> None:
    assert formats.day(date(2026, 3, 1), Manner(language)) == "Mar 1, 2026"


@pytest.mark.parametrize(("code", "places"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("NOPE", 2)])
def test_currency_places(code: str, places: int) -> None:
    assert formats.currency_places(code) == places


GERMAN = Manner("zh", number_format="#.###,##", date_format="dd.mm.yyyy", time_format="HH:mm")


@pytest.mark.parametrize(
    ("number_format", "number", "amount"),
    [
        ("#,###.##", "1,234,567.891", "¥1,234,567.89"),
        ("#.###,##", "1.234.567,891", "¥1.234.567,89"),
        ("# ###,##", "1\xa0234\xa0567,891", "¥1\xa0234\xa0567,89"),
        ("#'###.##", "1'234'567.891", "¥1'234'567.89"),
        ("#,##,###.##", "12,34,567.891", "¥12,34,567.89"),
        ("#.###", "1.234.567,891", "¥1.234.567,89"),
    ],
)
def test_a_site_says_how_numbers_are_marked(number_format: str, number: str, amount: str) -> None:
    manner = Manner("zh", number_format=number_format)
    assert formats.number(Decimal("1234567.891"), manner) == number
    assert formats.money(Decimal("1234567.891"), manner, "CNY") == amount
    assert formats.money(Decimal("-1234567.891"), manner, "CNY") == f"-{amount}"


def test_a_symbol_stands_where_the_language_has_it() -> None:
    assert formats.money(Decimal("1234.5"), Manner("de", number_format="#'###.##"), "EUR") == "1'234.50\xa0€"


def test_a_site_says_how_many_decimals() -> None:
    manner = Manner("en", float_precision=2, currency_precision=3)
    assert formats.number(Decimal("1.23456"), manner) == "1.23"
    assert formats.number(3, manner) == "3"
    assert formats.money(Decimal("1.5"), manner, "JPY") == "¥1.500"
    assert formats.money(Decimal("1.5"), Manner("en", number_format="#,###")) == "2"
    assert formats.percent(Decimal("12.5"), GERMAN, 1) == "12,5%"


def test_a_site_says_how_days_and_times_are_written() -> None:
    moment = datetime(2026, 3, 1, 14, 5, 9)
    assert formats.day(date(2026, 3, 1), GERMAN) == "01.03.2026"
    assert formats.moment(moment, GERMAN) == "01.03.2026 14:05"
    assert formats.clock(time(9, 5, 7), Manner("en", time_format="HH:mm:ss")) == "09:05:07"
    assert formats.day(date(2026, 3, 1), GERMAN, "full") == "2026年3月1日星期日"


def test_formats_that_nobody_knows_are_passed_over() -> None:
    said = {
        "number_format": "@@",
        "date_format": "dd/mm/yyyy",
        "float_precision": "",
        "first_day_of_the_week": "Sunday",
    }
    manner = GERMAN.overlaid(said)
    assert (manner.number_format, manner.date_format, manner.float_precision) == ("#.###,##", "dd/mm/yyyy", None)
    assert (manner.week_begins, GERMAN.week_begins) == (6, 0)
