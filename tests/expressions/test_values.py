"""A document's values become the values that the browser sees."""

from __future__ import annotations

from collections import UserDict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from crm_platform.errors import ExpressionError
from crm_platform.expressions import compile


class Kind(StrEnum):
    OPEN = "Open"


class Level(IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 1, 2, 3, 45), "2024-02-29 01:02:03.000045"),
        (datetime(2024, 2, 29), "2024-02-29 00:00:00.000000"),
        (time(1, 2, 3), "01:02:03.000000"),
        (timedelta(hours=30, minutes=5, microseconds=7), "30:05:00.000007"),
        (0.1, Decimal("0.1")),
        (1e15, Decimal(10**15)),
        (-0.0, 0),
        (Decimal("1.50"), Decimal("1.5")),
        (Kind.OPEN, "Open"),
        (Level.HIGH, 3),
        ((1, 0.5), [1, Decimal("0.5")]),
        ([[date(2024, 1, 1)]], [["2024-01-01"]]),
        ("客户", "客户"),
        (None, None),
    ],
)
def test_a_value_is_seen_as_in_json(value: Any, seen: object) -> None:
    result = compile("value").evaluate({"doc": {"value": value}})
    assert result == seen
    assert type(result) in {type(seen), int}


@pytest.mark.parametrize("value", [datetime(2024, 1, 1, tzinfo=UTC), time(1, tzinfo=UTC), {1, 2}, b"x", 1j])
def test_what_is_no_data_of_a_document_is_refused(value: Any) -> None:
    with pytest.raises(ExpressionError):
        compile("value").evaluate({"doc": {"value": value}})


def test_dates_compare_with_texts_and_functions() -> None:
    doc = {"due": date(2024, 2, 28), "sent": datetime(2024, 2, 28, 12, 0)}
    scope = {"doc": doc, "now": datetime(2024, 3, 1, 9, 30)}
    assert compile("due < today() and due == '2024-02-28'").holds(scope)
    assert compile("add_days(due, 2) == today() and date_diff(now(), sent) == 2").holds(scope)
    assert compile("date(sent) == due and sent > due").holds(scope)


@pytest.mark.parametrize("kind", [dict, UserDict])
def test_a_record_may_be_any_mapping(kind: type[Any]) -> None:
    rows = [kind(qty=2), kind(qty=Decimal("0.5"))]
    scope = {"doc": kind(items=rows), "parent": kind(rate=0.1)}
    assert compile("sum(items.qty) * parent.rate").evaluate(scope) == Decimal("0.25")


@pytest.mark.parametrize("text", ["missing", "parent.missing", "sum(missing.a) - 0 and 1", "missing || null"])
def test_a_missing_field_or_record_is_empty(text: str) -> None:
    assert not compile(text).holds({"doc": {}})
    assert not compile(text).holds({})


@pytest.mark.parametrize("clock", [None, "", "noon", 5])
def test_without_a_clock_there_is_no_today(clock: Any) -> None:
    with pytest.raises(ExpressionError):
        compile("today()").evaluate({"doc": {}, "now": clock})
    with pytest.raises(ExpressionError):
        compile("now()").evaluate({"doc": {}})


def test_only_the_chosen_side_is_evaluated() -> None:
    assert compile("1 if true else date('x')").evaluate({}) == 1
    assert compile("0 and date('x')").evaluate({}) == 0
    assert compile("1 or date('x')").evaluate({}) == 1
    with pytest.raises(ExpressionError):
        compile("0 or date('x')").evaluate({})
