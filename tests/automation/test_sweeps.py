"""Rules set off by the clock: dates reached once each, schedules once for what was missed, in the site's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.automation.moments import moment_of, range_of
from crm_platform.automation.rule import Trigger
from support.automation import Desk, computed, creates, sets
from support.sabotage import defended_by

BERLIN = ZoneInfo("Europe/Berlin")
TELL = {"action": "Notify", "users": "Administrator", "subject": "due"}


def told(desk: Desk) -> int:
    return len(desk.rows("Notification Log", "name"))


def test_a_date_is_reached_at_local_midnight_and_once(each_desk: Desk) -> None:
    desk = each_desk
    desk.rule("Due", "Request", "Date Reached", TELL, date_field="due", condition="doc.status == 'Open'")
    open_one = desk.site.insert("Request", title="t", due="2026-03-29").name
    desk.site.insert("Request", title="closed", due="2026-03-29", status="Closed")
    desk.site.insert("Request", title="other day", due="2026-03-30")
    desk.clock.now = datetime(2026, 3, 28, 22, 59, 58, tzinfo=UTC)
    desk.sweep()
    assert told(desk) == 0
    desk.clock.now = datetime(2026, 3, 28, 23, 0, 1, tzinfo=UTC)
    desk.sweep()
    assert told(desk) == 1
    desk.clock.now -= timedelta(hours=5)
    desk.sweep()
    desk.clock.now += timedelta(hours=5, minutes=1)
    desk.sweep()
    assert told(desk) == 1, "a clock that is set back does not set it off again"
    assert {row[0] for row in desk.log("document_name", result="Done")} == {open_one}
    assert len(desk.log("name", result="Not Matched")) == 1


@pytest.mark.parametrize(
    ("offset", "moment"),
    [
        ({}, "2026-03-29 10:00"),
        ({"days_offset": -1}, "2026-03-28 11:00"),
        ({"hours_offset": -24}, "2026-03-28 10:00"),
        ({"days_offset": 1, "hours_offset": 2}, "2026-03-30 12:00"),
    ],
)
def test_days_are_those_of_the_calendar_and_hours_pass(desk: Desk, offset: dict[str, int], moment: str) -> None:
    """12:00 in Berlin on the day that summer time began is 10:00 UTC; the day before, 12:00 was 11:00 UTC."""
    desk.rule("At", "Request", "Date Reached", TELL, date_field="at", **offset)
    desk.site.insert("Request", title="t", at="2026-03-29 12:00:00")
    due = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    for when, count in ((due - timedelta(seconds=1), 0), (due + timedelta(seconds=1), 1)):
        desk.clock.now = max(when, desk.clock.now)
        if when == desk.clock.now:
            desk.sweep()
            assert told(desk) == count


def test_what_was_due_before_the_rule_was_switched_on_stays_quiet(desk: Desk) -> None:
    desk.site.insert("Request", title="t", due="2026-03-20")
    desk.site.insert("Request", title="t", due="2026-04-02")
    desk.rule("Due", "Request", "Date Reached", TELL, date_field="due")
    desk.site.update("Automation Rule", "Due", enabled=0)
    desk.clock.go_on(days=10)
    desk.site.update("Automation Rule", "Due", enabled=1)
    desk.sweep()
    assert told(desk) == 0


def test_a_schedule_looks_at_every_document_once_for_what_was_missed(each_desk: Desk) -> None:
    desk = each_desk
    close = sets(status="Closed", region=computed("concat(doc.region, '.')"))
    desk.rule("Morning", "Request", "Schedule", close, cron="30 7 * * *", condition="doc.status == 'Open'")
    names = [desk.site.insert("Request", title=str(n), status=s).name for n, s in enumerate(("Open", "Replied"))]
    desk.clock.now = datetime(2026, 3, 29, 5, 29, 59, tzinfo=UTC)
    desk.sweep()
    assert [desk.site.get("Request", name).status for name in names] == ["Open", "Replied"]
    desk.clock.now = datetime(2026, 4, 2, 6, 0, tzinfo=UTC)
    desk.sweep()
    assert [desk.site.get("Request", name).status for name in names] == ["Closed", "Replied"]
    assert desk.site.get("Request", names[0]).region == "."


def test_many_documents_are_judged_in_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_platform.automation.sweeps.SIZE", 2)
    desk.rule("Due", "Request", "Date Reached", creates("Visit", title="v"), date_field="due")
    for _ in range(5):
        desk.site.insert("Request", title="t", due="2026-03-29")
    desk.clock.go_on(days=1)
    assert desk.sweep() == 3 + 5
    assert len(desk.rows("Visit", "name")) == 5


ZONES = st.sampled_from(
    [
        *("UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu"),
        *("Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo", "Asia/Tehran", "America/St_Johns", "Pacific/Chatham"),
    ]
)
DAYS = st.dates(date(2010, 1, 1), date(2030, 12, 31))


@defended_by("crm_platform.automation.moments:SLACK", replace_with=timedelta())
@given(ZONES, DAYS, st.integers(-400, 400), st.integers(-5000, 5000))
def test_X27_a_date_is_reached_once_on_its_local_day_in_every_zone(zone: str, day: date, days: int, hours: int) -> None:
    place = ZoneInfo(zone)
    trigger = Trigger("Date Reached", days=days)
    moment = moment_of(trigger, day, place)
    local = moment.astimezone(place)
    skipped = zone == "Pacific/Apia" and (day + timedelta(days=days)) == date(2011, 12, 30)
    assert skipped or local.date() == day + timedelta(days=days)
    assert skipped or (local - timedelta(minutes=1)).date() < local.date() or local.hour <= 1
    later = Trigger("Date Reached", days=days, hours=hours)
    reached = moment_of(later, day, place)
    assert reached == moment + timedelta(hours=hours)
    first, last = range_of(later, reached - timedelta(seconds=1), reached, whole_days=True)
    assert first <= day <= last, "the query finds every date that the exact rule accepts"
