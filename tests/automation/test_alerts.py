"""Frappe's Notification and Assignment Rule records: loaded with Frappe's fields, working by its events."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crm_platform.errors import ValidationError
from support.automation import Desk

NOTIFICATION: dict[str, Any] = {
    "document_type": "Request",
    "channel": "System Notification",
    "subject": "{{ doc.title }}",
    "message": "m",
    "recipients": [{"receiver_by_document_field": "agent"}],
}


def alert(desk: Desk, event: str, **values: Any) -> None:
    desk.site.insert("Notification", name="Alert", event=event, **{**NOTIFICATION, **values})


def told(desk: Desk) -> list[tuple[str, str]]:
    desk.work()
    return [
        (row["for_user"], row["subject"]) for row in desk.rows("Notification Log", "for_user", "subject", type="Alert")
    ]


def request(desk: Desk, **values: Any) -> str:
    return str(desk.site.insert("Request", title="t", **{"agent": "Administrator", **values}).name)


@pytest.mark.parametrize(
    ("event", "count_new", "count_changed"),
    [("New", 1, 1), ("Save", 1, 2), ("Value Change", 0, 1), ("Method", 0, 0), ("Custom", 0, 0)],
)
def test_events_of_a_save(desk: Desk, event: str, count_new: int, count_changed: int) -> None:
    alert(desk, event, value_changed="status")
    name = request(desk)
    assert len(told(desk)) == count_new
    desk.site.update("Request", name, status="Closed")
    assert len(told(desk)) == count_changed
    desk.site.update("Notification", "Alert", enabled=0)
    request(desk)
    assert len(told(desk)) == count_changed


@pytest.mark.parametrize(("event", "day"), [("Days Before", "2026-03-27"), ("Days After", "2026-04-02")])
def test_days_before_and_after_a_date(desk: Desk, event: str, day: str) -> None:
    desk.clock.now = datetime(2026, 3, 20, tzinfo=UTC)
    alert(desk, event, date_changed="due", days_in_advance=3, condition="doc.status == 'Open'")
    request(desk, due="2026-03-30")
    request(desk, due="2026-03-30", status="Closed")
    reached = datetime.fromisoformat(day).replace(tzinfo=UTC)
    desk.clock.now = reached.replace(hour=12)
    desk.sweep()
    assert told(desk) == [("Administrator", "t")]


def test_recipients_by_field_role_address_and_condition(desk: Desk) -> None:
    desk.site.role("Agent")
    agent = desk.site.user("agent@example.com", "Agent")
    desk.site.insert("Custom DocPerm", parent="Request", role="Agent", permlevel=0, read=1)
    recipients = [
        {"receiver_by_role": "Agent"},
        {"receiver_by_document_field": "owner", "condition": "doc.amount > 10"},
        {"cc": "client@example.org, other@example.org"},
    ]
    alert(desk, "New", channel="Email", recipients=recipients, send_system_notification=1)
    request(desk, amount=5)
    assert told(desk) == [(agent, "t")]
    assert [mail["recipients"] for mail in desk.post.mails] == [[agent], ["client@example.org"], ["other@example.org"]]


def test_a_property_is_set_with_the_alert(desk: Desk) -> None:
    alert(desk, "Value Change", value_changed="status", set_property_after_alert="region", property_value="told")
    name = request(desk)
    desk.site.update("Request", name, status="Closed")
    assert desk.site.get("Request", name).region == "told"


@pytest.mark.parametrize(
    ("event", "values", "sentence"),
    [
        ("Value Change", {"value_changed": "nothing"}, "Request has no field nothing"),
        ("Days After", {"date_changed": "title"}, "must be a field of the type"),
        ("New", {"condition": "doc.nothing"}, "Request has no field nothing"),
        ("New", {"recipients": [{"receiver_by_document_field": "nothing"}]}, "Request has no field nothing"),
        ("New", {"set_property_after_alert": "owner"}, "cannot be set"),
        ("New", {"set_property_after_alert": "status", "property_value": "Lost"}, "cannot be"),
    ],
)
def test_a_notification_that_cannot_work_is_refused(
    quiet_desk: Desk, event: str, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        alert(quiet_desk, event, **values)


ASSIGNMENT: dict[str, Any] = {
    "document_type": "Request",
    "assign_condition": "status == 'Open' and region",
    "unassign_condition": "status == 'On Hold'",
    "close_condition": "status == 'Closed'",
    "description": "{{ doc.title }}",
}


def todos(desk: Desk) -> list[tuple[str, str]]:
    desk.work()
    return [(row["allocated_to"], row["status"]) for row in desk.rows("ToDo", "allocated_to", "status")]


@pytest.fixture
def agents(desk: Desk) -> list[str]:
    return [desk.site.user(f"{name}@example.com", "System Manager") for name in "ab"]


def rule(desk: Desk, name: str, users: list[str], **values: Any) -> None:
    rows = [{"user": user} for user in users]
    desk.site.insert("Assignment Rule", name=name, users=rows, **{**ASSIGNMENT, **values})


def test_an_assignment_rule_gives_takes_back_and_closes(desk: Desk, agents: list[str]) -> None:
    rule(desk, "Turn", agents)
    first = request(desk, region="North", due="2026-04-01")
    request(desk)
    assert todos(desk) == [(agents[0], "Open")]
    desk.site.update("Request", first, status="On Hold")
    assert todos(desk) == [(agents[0], "Cancelled")]
    desk.site.update("Request", first, status="Open")
    assert todos(desk) == [(agents[0], "Cancelled"), (agents[1], "Open")]
    desk.site.update("Request", first, title="again")
    assert len(todos(desk)) == 2, "what somebody has is not given again"
    desk.site.update("Request", first, status="Closed")
    assert todos(desk)[-1] == (agents[1], "Closed")
    assert [row[0] for row in desk.log("done", rule_type="Assignment Rule")] == [
        f"Assigned to {agents[0]}.",
        f"The assignment to {agents[0]} is taken back.",
        f"Assigned to {agents[1]}.",
        f"The assignment to {agents[1]} is closed.",
    ]


def test_load_field_priority_and_days(desk: Desk, agents: list[str]) -> None:
    desk.site.insert("ToDo", allocated_to=agents[0], description="busy")
    weekend = [{"day": "Saturday"}, {"day": "Sunday"}]
    rule(desk, "Load", agents, rule="Load Balancing", due_date_based_on="due")
    rule(desk, "Field", [], rule="Based on Field", field="agent", priority=5, assignment_days=weekend)
    request(desk, region="North", agent=agents[0])
    desk.work()
    desk.clock.now = datetime(2026, 3, 30, 12, tzinfo=UTC)
    request(desk, region="North", agent=agents[0], due="2026-04-01")
    desk.work()
    rows = desk.rows("ToDo", "allocated_to", "assignment_rule", "date")[1:]
    assert [(row["allocated_to"], row["assignment_rule"]) for row in rows] == [
        (agents[0], "Field"),
        (agents[1], "Load"),
    ]
    assert str(rows[1]["date"]) == "2026-04-01"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"assign_condition": "doc.nothing"}, "Request has no field nothing"),
        ({"due_date_based_on": "title"}, "must be a field of the type"),
        ({"rule": "Based on Field", "field": "nothing"}, "Request has no field nothing"),
        ({}, "Name at least one user"),
    ],
)
def test_an_assignment_rule_that_cannot_work_is_refused(
    quiet_desk: Desk, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        rule(quiet_desk, "Rule", [], **values)
