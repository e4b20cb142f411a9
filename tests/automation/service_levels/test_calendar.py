"""Working time against a naive count of minutes, over zones, clock changes, holidays and odd hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_platform.automation.service_levels.calendar import Calendar
from crm_platform.errors import ValidationError

MINUTE = timedelta(minutes=1)
OFFICE = dict.fromkeys(range(1, 6), ((9 * 3600, 17 * 3600),))
BERLIN = ZoneInfo("Europe/Berlin")

ZONES = st.sampled_from(
    [
        *("UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu"),
        *("Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo", "Asia/Tehran", "America/St_Johns", "Pacific/Chatham"),
    ]
)
TURNS = [
    *(datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), datetime(2026, 3, 8, 7), datetime(2026, 11, 1, 6)),
    *(datetime(2011, 12, 30, 10), datetime(2018, 11, 4, 3), datetime(2018, 2, 18, 2), datetime(2026, 4, 4, 15)),
]
"""Moments near which clocks change somewhere."""

MINUTES = st.integers(0, 1440)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Up to two spans on some weekdays, a few free days and days worked instead."""
    hours = {}
    for weekday in range(1, 8):
        ends = sorted(draw(st.lists(MINUTES, min_size=0, max_size=4, unique=True)))
        pairs = zip(ends[::2], ends[1::2], strict=False)
        hours[weekday] = tuple((first * 60, last * 60) for first, last in pairs)
    days = st.dates(date(2026, 3, 1), date(2026, 4, 15))
    free, worked = draw(st.frozensets(days, max_size=4)), draw(st.dictionaries(days, st.integers(1, 7), max_size=3))
    return Calendar(hours, ZoneInfo(draw(ZONES)), free, worked)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    turn = draw(st.sampled_from(TURNS)).replace(tzinfo=UTC)
    return turn + MINUTE * draw(st.integers(-2000, 2000))


def works(calendar: Calendar, moment: datetime) -> bool:
    """What the clock on the wall says."""
    wall = moment.astimezone(calendar.zone)
    day, seconds = wall.date(), wall.hour * 3600 + wall.minute * 60 + wall.second
    weekday = calendar.worked.get(day) or (None if day in calendar.free else day.isoweekday())
    return weekday is not None and any(a <= seconds < b for a, b in calendar.hours.get(weekday, ()))


def naive_minutes(calendar: Calendar, start: datetime, minutes: int) -> int:
    return sum(works(calendar, start + MINUTE * number) for number in range(minutes))


@given(calendars(), moments(), st.integers(0, 4000))
def test_X27_working_time_is_what_a_clock_on_the_wall_says(calendar: Calendar, start: datetime, minutes: int) -> None:
    assert calendar.between(start, start + MINUTE * minutes) == 60 * naive_minutes(calendar, start, minutes)


@given(calendars(), moments(), st.integers(1, 2000))
def test_X27_the_end_is_the_first_moment_with_enough_working_time(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    assume(naive_minutes(calendar, start, 20 * 1440) >= minutes)
    due = calendar.add(start, minutes * 60)
    assert calendar.between(start, due) == minutes * 60
    assert calendar.between(start, due - timedelta(seconds=1)) == minutes * 60 - 1


@given(calendars(), moments(), st.integers(0, 3000), st.integers(0, 3000))
def test_working_times_add_up(calendar: Calendar, start: datetime, first: int, second: int) -> None:
    middle, end = start + MINUTE * first, start + MINUTE * (first + second)
    assert calendar.between(start, middle) + calendar.between(middle, end) == calendar.between(start, end)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-27 16:00", 2, "2026-03-30 10:00"),
        ("2026-03-28 12:00", 1, "2026-03-30 10:00"),
        ("2026-03-30 09:00", 8, "2026-03-30 17:00"),
        ("2026-03-30 09:00", 0, "2026-03-30 09:00"),
        ("2026-04-02 16:30", 1, "2026-04-07 09:30"),
    ],
)
def test_nights_weekends_and_holidays_do_not_count(start: str, hours: int, due: str) -> None:
    easter = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
    calendar = Calendar(OFFICE, BERLIN, easter)
    begun = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    assert calendar.add(begun.astimezone(UTC), hours * 3600).astimezone(BERLIN) == datetime.fromisoformat(due).replace(
        tzinfo=BERLIN
    )


def test_a_day_that_is_worked_instead_has_the_hours_of_its_weekday() -> None:
    saturday = date(2026, 3, 28)
    calendar = Calendar(OFFICE, ZoneInfo("Asia/Shanghai"), worked={saturday: 1})
    assert calendar.between(datetime(2026, 3, 27, 16, tzinfo=UTC), datetime(2026, 3, 28, 16, tzinfo=UTC)) == 8 * 3600


def test_round_the_clock_counts_every_second_also_when_clocks_change() -> None:
    always = Calendar(dict.fromkeys(range(1, 8), ((0, 86400),)), BERLIN)
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert always.between(start, start + timedelta(hours=23)) == 23 * 3600
    assert always.add(start, 86_400) == start + timedelta(days=1)


def test_without_working_time_nothing_is_ever_due() -> None:
    with pytest.raises(ValidationError, match="too little time"):
        Calendar({}, BERLIN).add(datetime(2026, 1, 1, tzinfo=UTC), 1)
