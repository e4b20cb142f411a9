"""Intervals of charts: they follow each other without a gap, whatever the span."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.errors import ValidationError
from crm_platform.expressions.dates import months_later
from crm_platform.reports.intervals import MOST, STARTS, STEPS, intervals

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(DAYS, st.integers(0, 350), st.sampled_from(sorted(STARTS)))
def test_intervals_cover_the_span_without_gap_or_overlap(first: date, days: int, kind: str) -> None:
    last = first + timedelta(days=days)
    found = intervals(first, last, kind)
    assert found[0].first <= first <= found[0].last
    assert found[-1].first <= last <= found[-1].last
    assert all(a.last + timedelta(days=1) == b.first for a, b in zip(found, found[1:], strict=False))
    assert all(STARTS[kind](span.last) == span.first for span in found)


@given(DAYS, st.integers(-30, 30))
def test_months_later_stay_in_their_month(day: date, count: int) -> None:
    later = months_later(day, count)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == count
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_too_many_are_refused() -> None:
    with pytest.raises(ValidationError, match=str(MOST)):
        intervals(date(2020, 1, 1), STEPS["Yearly"](date(2020, 1, 1), 2), "Daily")
