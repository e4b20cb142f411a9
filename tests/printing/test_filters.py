"""Filters: values as readers of the language write them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from markupsafe import Markup

from crm_platform.i18n.manner import Manner
from crm_platform.printing.filters import Formatting, duration, rating, rmb_upper
from crm_platform.printing.records import Record

PLAIN = {"options": "", "precision": None, "translated": False}


def formatting(fieldtype: str, value: Any, language: str = "zh", **info: Any) -> str:
    """How the standard format shows a value of one field."""
    fields = {"Order": {"field": {"label": "Amount", "fieldtype": fieldtype, **PLAIN, **info}}}
    record = Record({"doctype": "Order", "field": value, "currency": "CNY"})
    return Formatting(Manner(language), {"Open": "待处理", "Yes": "是"}, fields, record).formatted(record, "field")


@pytest.mark.parametrize(
    ("fieldtype", "value", "info", "shown"),
    [
        ("Currency", Decimal("1234.5"), {"options": "currency"}, "¥1,234.50"),
        ("Currency", Decimal("1234.5"), {"options": "JPY"}, "JP¥1,235"),
        ("Currency", Decimal("1234.565"), {}, "1,234.57"),
        ("Percent", Decimal("12.500000"), {}, "12.5%"),
        ("Percent", Decimal("100"), {}, "100%"),
        ("Float", 2.5, {"precision": 2}, "2.50"),
        ("Int", 12345, {}, "12,345"),
        ("Date", date(2026, 3, 1), {}, "2026年3月1日"),
        ("Datetime", datetime(2026, 3, 1, 8, 5), {}, "2026年3月1日 08:05:00"),
        ("Time", time(8, 5), {}, "08:05"),
        ("Select", "Open", {"translated": True}, "待处理"),
        ("Data", "Open", {}, "Open"),
        ("Check", 1, {}, "是"),
        ("Rating", 0.8, {}, "★★★★☆"),
        ("Duration", 93_784, {}, "1d 2h 3m 4s"),
        ("Text Editor", Markup("<b>x</b>"), {}, "<b>x</b>"),
        ("Attach Image", '"><script>', {}, '<img class="picture" alt="" src="&#34;&gt;&lt;script&gt;">'),
        ("Currency", None, {}, ""),
        ("Data", "", {}, ""),
    ],
)
def test_a_field_is_shown_by_its_kind(fieldtype: str, value: Any, info: dict[str, Any], shown: str) -> None:
    assert formatting(fieldtype, value, **info) == shown


def test_english_readers_get_english() -> None:
    assert formatting("Date", date(2026, 3, 1), "en") == "Mar 1, 2026"
    assert formatting("Currency", Decimal("1234.5"), "en", options="USD") == "$1,234.50"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("1234.50"), "壹仟贰佰叁拾肆元伍角"),
        (0, "零元整"),
        (Decimal("100000000.05"), "壹亿元零伍分"),
        ("1001", "壹仟零壹元整"),
        (Decimal("10001.05"), "壹万零壹元零伍分"),
        (Decimal("1000000000"), "壹拾亿元整"),
        (Decimal("-34107.66"), "负叁万肆仟壹佰零柒元陆角陆分"),
        (Decimal("-0.004"), "零元整"),
        (None, ""),
    ],
)
def test_amounts_in_capitals(value: Any, words: str) -> None:
    assert rmb_upper(value) == words


def test_empty_values_are_empty_texts() -> None:
    filters = Formatting(Manner("zh"), {}, {}, Record({})).filters()
    for name in ("money", "number", "percent", "date", "datetime", "time", "rmb_upper"):
        assert filters[name](None) == "", name
    assert (rating(None), duration(None)) == ("☆☆☆☆☆", "")


def test_a_text_is_no_number() -> None:
    filters = Formatting(Manner("zh"), {}, {}, Record({})).filters()
    with pytest.raises(ArithmeticError):
        filters["money"]("viel")
    with pytest.raises(TypeError, match="number"):
        filters["money"]([])
