"""The clocks of a document: started, paused, ended, reopened, out of time, escalated; by rules and by their status."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crm_platform.automation.service_levels.public_holidays import fill
from crm_platform.errors import ValidationError
from support.automation import Desk

HOUR = 3600
WEEK = [
    {"workday": day, "start_time": "09:00:00", "end_time": "17:00:00"}
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
]
AGREEMENT: dict[str, Any] = {
    "document_type": "Request",
    "priorities": [
        {"priority": "Low", "default_priority": 1, "response_time": 4 * HOUR, "resolution_time": 16 * HOUR},
        {"priority": "High", "response_time": HOUR, "resolution_time": 4 * HOUR},
    ],
    "pause_sla_on": [{"status": "On Hold"}],
    "sla_fulfilled_on": [{"status": "Closed"}],
    "support_and_resolution": WEEK,
}


def at(desk: Desk, local: str) -> None:
    """Set the clock to a time of day in Berlin; all of these days have summer time."""
    desk.clock.now = datetime.fromisoformat(f"2026-{local}+02:00").astimezone(UTC)


def agree(desk: Desk, name: str = "Support", **values: Any) -> None:
    desk.site.insert("Service Level Agreement", service_level=name, **{**AGREEMENT, **values})


def clock(desk: Desk, kind: str = "Resolution") -> dict[str, Any]:
    fields = ("state", "due", "breached", "used_seconds", "paused_seconds", "steps_done", "allowed_seconds")
    (row,) = desk.rows("SLA Clock", *fields, kind=kind)
    return row


def due(desk: Desk, kind: str = "Resolution") -> str:
    return str(clock(desk, kind)["due"].astimezone(desk.site.site.runtime.zone))[5:16]


def test_a_document_that_fits_gets_its_clocks(each_desk: Desk) -> None:
    desk = each_desk
    agree(desk, condition="doc.region != 'none'")
    at(desk, "03-30 10:00")
    desk.site.insert("Request", title="without", region="none")
    assert desk.rows("SLA Clock", "name") == []
    desk.site.insert("Request", title="坏了", priority="High")
    assert (due(desk, "Response"), due(desk)) == ("03-30 11:00", "03-30 14:00")
    assert clock(desk)["state"] == "Running"


def test_waiting_for_the_customer_does_not_count(each_desk: Desk) -> None:
    desk = each_desk
    agree(desk)
    at(desk, "03-30 10:00")
    name = desk.site.insert("Request", title="t", priority="High").name
    at(desk, "03-30 12:00")
    desk.site.update("Request", name, status="On Hold")
    assert clock(desk)["state"] == "Paused"
    at(desk, "03-31 09:30")
    desk.sweep()
    desk.site.update("Request", name, status="Replied")
    assert due(desk) == "03-31 11:30"
    assert round(clock(desk)["paused_seconds"]) == 21.5 * HOUR
    at(desk, "03-31 10:30")
    desk.site.update("Request", name, status="Closed")
    found = clock(desk)
    assert (found["state"], found["breached"], round(found["used_seconds"])) == ("Fulfilled", 0, 3 * HOUR)
    assert clock(desk, "Response")["breached"] == 1, "the first answer took two of one hour"


def test_a_reopened_document_has_the_time_that_is_left(desk: Desk) -> None:
    agree(desk)
    at(desk, "03-30 10:00")
    name = desk.site.insert("Request", title="t", priority="High").name
    at(desk, "03-30 11:00")
    desk.site.update("Request", name, status="Closed")
    at(desk, "04-01 09:00")
    desk.site.update("Request", name, status="Open")
    assert due(desk) == "04-01 12:00"
    assert clock(desk, "Response")["state"] == "Fulfilled", "a response stays given"


def test_another_priority_has_another_time(desk: Desk) -> None:
    agree(desk)
    at(desk, "03-30 10:00")
    name = desk.site.insert("Request", title="t").name
    assert due(desk) == "04-01 10:00"
    at(desk, "03-30 11:00")
    desk.site.update("Request", name, priority="High")
    assert due(desk) == "03-30 14:00"


def test_what_runs_out_is_marked_and_escalated_once_step_by_step(each_desk: Desk) -> None:
    desk = each_desk
    steps = [
        {"clock": "Resolution", "percent": 50, "action": "Notify", "users": "Administrator", "subject": "half"},
        {"clock": "Resolution", "percent": 100, "action": "Set Fields", "field_values": json.dumps({"region": "late"})},
        {"clock": "Resolution", "percent": 150, "action": "Assign", "users": "Administrator"},
    ]
    agree(desk, escalations=steps)
    at(desk, "03-30 10:00")
    name = desk.site.insert("Request", title="t", priority="High").name

    def state() -> tuple[int, int, str, int]:
        for _ in range(2):
            desk.sweep()
        told, todos = desk.rows("Notification Log", "name", type="Alert"), desk.rows("ToDo", "name")
        return len(told), clock(desk)["breached"], desk.site.get("Request", name).region or "", len(todos)

    seen = []
    for local in ("03-30 11:59", "03-30 12:01", "03-30 13:59", "03-30 14:01", "03-30 15:59", "03-30 16:01"):
        at(desk, local)
        seen.append(state())
    assert seen == [
        (0, 0, "", 0),
        (1, 0, "", 0),
        (1, 0, "", 0),
        (1, 1, "late", 0),
        (1, 1, "late", 0),
        (1, 1, "late", 1),
    ]
    log = desk.log("rule", "event", "result", "reason", document_name=name)
    assert [row[1:3] for row in log] == [(f"Resolution {percent} %", "Done") for percent in (50, 100, 150)]
    assert log[0][3] == "50 % of the time for the Resolution are used."


def test_rules_start_pause_and_stop_clocks(desk: Desk) -> None:
    agree(desk, condition="doc.region == 'never'")
    begin = {"action": "Start Clock", "service_level_agreement": "Support"}
    desk.rule("Begin", "Request", "Changed", begin, watched_fields="region", to_value="go")
    for move in ("Pause", "Resume", "Stop"):
        action = {"action": f"{move} Clock"}
        desk.rule(move, "Request", "Changed", action, watched_fields="title", to_value=move)
    at(desk, "03-30 10:00")
    name = desk.site.insert("Request", title="t").name
    desk.site.update("Request", name, region="go")
    desk.work()
    assert clock(desk)["state"] == "Running"
    for move, state in (("Pause", "Paused"), ("Resume", "Running"), ("Stop", "Stopped")):
        desk.site.update("Request", name, title=move)
        desk.work()
        desk.site.update("Request", name, amount=len(move))
        assert clock(desk)["state"] == state


def test_clocks_go_with_their_document(desk: Desk) -> None:
    agree(desk)
    name = desk.site.insert("Request", title="t").name
    assert len(desk.rows("SLA Clock", "name")) == 2
    desk.site.write(lambda ctx: ctx.store.delete("Request", name))
    assert desk.rows("SLA Clock", "name") == []


def test_the_most_important_agreement_that_fits_counts(desk: Desk) -> None:
    agree(desk, "Default", default_service_level_agreement=1)
    agree(desk, "Gold", condition="doc.region == 'gold'", priority=5)
    agree(desk, "Over", end_date="2026-03-01", priority=9)
    desk.site.insert("Request", title="t", region="gold")
    desk.site.insert("Request", title="t")
    names = [row["service_level_agreement"] for row in desk.rows("SLA Clock", "service_level_agreement")]
    assert names == ["Gold", "Gold", "Default", "Default"]


def test_a_pause_over_easter_moves_the_end_and_the_escalations_with_it(each_desk: Desk) -> None:
    desk = each_desk
    easter = [{"holiday_date": f"2026-04-0{day}", "description": "Ostern"} for day in (3, 6)]
    span = {"from_date": "2026-01-01", "to_date": "2026-12-31"}
    holidays = desk.site.insert("Holiday List", holiday_list_name="Ostern", holidays=easter, **span)
    half = {"clock": "Resolution", "percent": 50, "action": "Notify", "users": "Administrator", "subject": "half"}
    agree(desk, holiday_list=str(holidays.name), escalations=[half])

    def told(local: str) -> int:
        at(desk, local)
        desk.sweep()
        return len(desk.rows("Notification Log", "name", type="Alert"))

    at(desk, "04-02 15:00")
    name = desk.site.insert("Request", title="t", priority="High").name
    assert due(desk) == "04-07 11:00", "two hours on Thursday, two on Tuesday"
    at(desk, "04-02 16:00")
    desk.site.update("Request", name, status="On Hold")
    assert [told(local) for local in ("04-02 17:30", "04-06 11:00")] == [0, 0]
    desk.site.update("Request", name, status="Replied")
    assert due(desk) == "04-07 12:00", "three of four hours are left, and Monday is a holiday"
    assert [told(local) for local in ("04-06 18:00", "04-07 09:59", "04-07 10:01", "04-07 11:00")] == [0, 0, 1, 1]
    at(desk, "04-07 12:01")
    desk.sweep()
    found = clock(desk)
    assert (found["breached"], round(found["paused_seconds"])) == (1, (3 * 24 + 19) * HOUR)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status_field": "stage"}, "Request has no field stage"),
        ({"pause_sla_on": [{"status": "Asleep"}]}, "status has no choice Asleep"),
        ({"pause_sla_on": [{"status": "Closed"}]}, "Closed cannot both pause and end the clocks"),
        ({"time_zone": "Mars/Olympus"}, "There is no time zone Mars/Olympus"),
        ({"priorities": [{"priority": "Low"}]}, "Give a time for the response or the resolution"),
        (
            {"support_and_resolution": [{"workday": "Monday", "start_time": "17:00:00", "end_time": "09:00:00"}]},
            "The working hours end before they begin",
        ),
        (
            {
                "support_and_resolution": [{"workday": "Monday", "start_time": "09:00:00", "end_time": "09:01:00"}],
                "priorities": [{"priority": "Low", "response_time": 86_400}],
            },
            "leave too little time",
        ),
        ({"condition": "doc.nothing == 1"}, "Request has no field nothing"),
        ({"escalations": [{"clock": "Resolution", "percent": 0, "action": "Notify", "users": "x"}]}, "from 1 to 1000"),
        ({"escalations": [{"clock": "Resolution", "percent": 9, "action": "Notify"}]}, "Say for whom"),
    ],
)
def test_an_agreement_that_cannot_work_is_refused(quiet_desk: Desk, values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        agree(quiet_desk, **values)


def test_a_holiday_list_fills_itself_with_public_holidays_and_the_clock_heeds_them(desk: Desk) -> None:
    dates = {"from_date": "2026-01-01", "to_date": "2026-12-31"}
    desk.site.insert("Holiday List", holiday_list_name="中国", country="CN", **dates)
    desk.site.system(lambda ctx: fill(ctx, "中国"))
    desk.site.system(lambda ctx: fill(ctx, "中国"))
    rows = {str(row.holiday_date): row for row in desk.site.get("Holiday List", "中国").holidays}
    assert "2026-10-01" in rows
    assert "2026-02-17" in rows, "Spring Festival"
    worked = [day for day, row in rows.items() if row.works_like]
    agree(desk, holiday_list="中国", time_zone="Asia/Shanghai")
    desk.clock.now = datetime(2026, 9, 30, 6, tzinfo=UTC)
    desk.site.insert("Request", title="国庆", priority="High")
    assert clock(desk)["due"].date() > datetime(2026, 10, 7, tzinfo=UTC).date()
    assert all(datetime.fromisoformat(day).weekday() >= 5 for day in worked)


def test_an_unknown_country_is_named(desk: Desk) -> None:
    dates = {"from_date": "2026-01-01", "to_date": "2026-12-31"}
    desk.site.insert("Holiday List", holiday_list_name="X", country="XX", **dates)
    with pytest.raises(ValidationError, match="No public holidays are known for XX"):
        desk.site.system(lambda ctx: fill(ctx, "X"))
