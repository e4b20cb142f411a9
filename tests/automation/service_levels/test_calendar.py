"""Working time against a naive count of minutes, over zones, clock changes, holidays and odd hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_platform.automation.service_levels.calendar import Calendar
from crm_platform.errors import ValidationError
from support.sabotage import defended_by

MINUTE = timedelta(minutes=1)
OFFICE = dict.fromkeys(range(1, 6), ((9 * 3600, 17 * 3600),))
BERLIN = ZoneInfo("Europe/Berlin")

TURNS = {
    "Europe/Berlin": (datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1)),
    "America/New_York": (datetime(2026, 3, 8, 7), datetime(2026, 11, 1, 6)),
    "America/Sao_Paulo": (datetime(2018, 11, 4, 3), datetime(2018, 2, 18, 2)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, 15), datetime(2026, 10, 3, 15, 30)),
    "Pacific/Apia": (datetime(2011, 12, 30, 10),),
    "Pacific/Chatham": (datetime(2026, 4, 4, 14), datetime(2026, 9, 26, 14)),
    "America/St_Johns": (datetime(2026, 3, 8, 5, 30), datetime(2026, 11, 1, 4, 30)),
    "Asia/Shanghai": (datetime(2026, 1, 1),),
    "Asia/Kathmandu": (datetime(2026, 1, 1),),
}
"""Zones with moments in UTC at which their clocks change; in the last two they never do."""

MINUTES = st.integers(0, 1440)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Working hours on every weekday, free days and days worked instead; and a moment before clocks change."""
    zone = draw(st.sampled_from(sorted(TURNS)))
    start = draw(st.sampled_from(TURNS[zone])).replace(tzinfo=UTC) - MINUTE * draw(st.integers(0, 1500))
    hours = {}
    for weekday in range(1, 8):
        ends = sorted(draw(st.lists(MINUTES, min_size=2, max_size=4, unique=True)))
        pairs = zip(ends[::2], ends[1::2], strict=False)
        hours[weekday] = tuple((first * 60, last * 60) for first, last in pairs)
    days = st.integers(-2, 5).map(lambda number: start.date() + timedelta(days=number))
    free, worked = draw(st.frozensets(days, max_size=2)), draw(st.dictionaries(days, st.integers(1, 7), max_size=2))
    return Calendar(hours, ZoneInfo(zone), free, worked), start


def works(calendar: Calendar, moment: datetime) -> bool:
    """What the clock on the wall says."""
    wall = moment.astimezone(calendar.zone)
    day, seconds = wall.date(), wall.hour * 3600 + wall.minute * 60 + wall.second
    weekday = calendar.worked.get(day) or (None if day in calendar.free else day.isoweekday())
    return weekday is not None and any(a <= seconds < b for a, b in calendar.hours.get(weekday, ()))


CHANGE = "crm_platform.automation.service_levels.calendar:Calendar._change"


def unheeded(calendar: Calendar, begin: datetime, end: datetime) -> datetime:
    """Clocks that never change."""
    return end


def naive_minutes(calendar: Calendar, start: datetime, minutes: int) -> int:
    return sum(works(calendar, start + MINUTE * number) for number in range(minutes))


@defended_by(CHANGE, replace_with=unheeded)
@given(cases(), st.integers(0, 4000))
def test_X27_working_time_is_what_a_clock_on_the_wall_says(case: tuple[Calendar, datetime], minutes: int) -> None:
    calendar, start = case
    assert calendar.between(start, start + MINUTE * minutes) == 60 * naive_minutes(calendar, start, minutes)


@defended_by(CHANGE, replace_with=unheeded)
@given(cases(), st.integers(1, 1500))
def test_X27_the_end_is_the_first_moment_with_enough_working_time(
    case: tuple[Calendar, datetime], minutes: int
) -> None:
    calendar, start = case
    assume(any(last - first >= 1800 for spans in calendar.hours.values() for first, last in spans))
    due = calendar.add(start, minutes * 60)
    assume(due - start < timedelta(days=20))
    assert naive_minutes(calendar, start, (due - start) // MINUTE) == minutes
    assert works(calendar, due - MINUTE)


@given(cases(), st.integers(0, 3000), st.integers(0, 3000))
def test_working_times_add_up(case: tuple[Calendar, datetime], first: int, second: int) -> None:
    calendar, start = case
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
