"""Cells become values of fields exactly, or are refused: no number, date or text is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.documents.coerce import Refused
from crm_platform.metadata.model import Field
from crm_platform.transfer.cells import value_of
from crm_platform.transfer.mapping import Entry, ImportMapping
from crm_platform.transfer.plan import Target

ZONE = ZoneInfo("Asia/Shanghai")


def read(cell: Any, fieldtype: str, entry: dict[str, Any] | None = None, options: str = "", **mapping: Any) -> Any:
    target = Target(0, "c", "", Field("f", fieldtype, "标签", options=options), Entry("f", **(entry or {})))
    return value_of(cell, target, ImportMapping("X", **mapping), ZONE)


@pytest.mark.parametrize(
    ("cell", "fieldtype", "value"),
    [
        ("1,234.50", "Currency", Decimal("1234.50")),
        ("1 234 567", "Int", 1234567),
        ("-1'000.5", "Float", -1000.5),
        (1234.0, "Int", 1234),
        (0.1, "Currency", Decimal("0.1")),
        ("1e-07", "Float", 1e-07),
        (" 7 ", "Int", 7),
        ("yes", "Check", 1),
        (True, "Check", 1),
        ("2026-03-31", "Date", date(2026, 3, 31)),
        (datetime(2026, 3, 31), "Date", date(2026, 3, 31)),
        ("2026-03-31 08:00:00", "Datetime", datetime(2026, 3, 31, tzinfo=UTC)),
        (datetime(2026, 3, 31, 8), "Datetime", datetime(2026, 3, 31, tzinfo=UTC)),
        ("2026-03-31 08:00:00+01:00", "Datetime", datetime(2026, 3, 31, 7, tzinfo=UTC)),
        ("09:30:00", "Time", time(9, 30)),
        (time(9, 30), "Time", time(9, 30)),
        (timedelta(hours=2), "Duration", 7200.0),
        (13800001111.0, "Data", "13800001111"),
        (" 王 芳 ", "Data", " 王 芳 "),
        (" 王 芳 ", "Link", "王 芳"),
        (" ", "Link", None),
        (" ", "Int", None),
        ("", "Data", None),
        (" ", "Data", " "),
    ],
)
def test_a_cell_is_read(cell: Any, fieldtype: str, value: Any) -> None:
    assert read(cell, fieldtype) == value


@pytest.mark.parametrize(
    ("cell", "fieldtype"),
    [
        ("1,5", "Float"),
        ("1.234,50", "Currency"),
        ("12,34,567", "Int"),
        ("1,234 567", "Int"),
        ("3.7", "Int"),
        (3.7, "Int"),
        ("１２", "Int"),
        ("1e999999999", "Float"),
        ("NaN", "Float"),
        ("50%", "Percent"),
        (".", "Float"),
        ("2", "Check"),
        ("31.03.2026", "Date"),
        ("03/31/2026", "Date"),
        (datetime(2026, 3, 31, 9), "Date"),
        (45000.0, "Date"),
        (45000.0, "Time"),
        ("tomorrow", "Datetime"),
        (date(2026, 1, 2), "Data"),
        (True, "Data"),
        (110101199003071234.0, "Data"),
        (date(2026, 1, 2), "Int"),
        ("Maybe", "Select"),
    ],
)
def test_nothing_is_guessed(cell: Any, fieldtype: str) -> None:
    with pytest.raises(Refused):
        read(cell, fieldtype, options="Yes\nNo" if fieldtype == "Select" else "")


def test_the_mapping_says_how_the_file_writes() -> None:
    assert read("1.234,50", "Currency", decimal=",") == Decimal("1234.50")
    assert read("31-03-26", "Date", date_format="%d-%m-%y") == date(2026, 3, 31)
    assert read("31/03/2026 08h", "Datetime", datetime_format="%d/%m/%Y %Hh") == datetime(2026, 3, 31, tzinfo=UTC)
    assert read("9.30", "Time", time_format="%H.%M") == time(9, 30)
    with pytest.raises(Refused):
        read("2026-03-31", "Date", date_format="%d-%m-%y")


def test_a_number_is_multiplied_exactly() -> None:
    assert read("1100.04", "Currency", {"multiply": Decimal(1000000)}) == Decimal(1100040000)
    assert read("1.5", "Int", {"multiply": Decimal(1000)}) == 1500
    with pytest.raises(Refused):
        read("1.5", "Int", {"multiply": Decimal(3)})


def test_cells_are_translated_or_refused() -> None:
    values = {"Korea": "South Korea", "3": "three", "": "none", "-": ""}
    assert read(" Korea ", "Data", {"values": values}) == "South Korea"
    assert read(3.0, "Data", {"values": values}) == "three"
    assert read("", "Data", {"values": values}) == "none"
    assert read("-", "Data", {"values": values}) is None
    assert read("Chile", "Data", {"values": values, "other": "keep"}) == "Chile"
    assert read("", "Data", {"values": {"a": "b"}}) is None
    with pytest.raises(Refused):
        read("korea", "Data", {"values": values})


@given(st.decimals(-(10**12), 10**12, places=6, allow_nan=False))
def test_every_amount_survives_as_text_and_with_groups(amount: Decimal) -> None:
    assert read(f"{amount:f}", "Currency") == read(f"{amount:,f}", "Currency") == amount


@given(st.text(alphabet="0123456789.,-+ eE'", max_size=12))
def test_a_number_is_what_python_reads_without_its_groups_or_refused(text: str) -> None:
    try:
        value = read(text, "Float")
    except Refused:
        return
    plain = text.replace(",", "").replace("'", "").replace(" ", "")
    assert value == (float(plain) if plain else None)
