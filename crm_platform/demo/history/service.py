"""What passes between us and the customers: calls, visits, meetings, tasks, requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.profiles import Profile
from crm_platform.demo.history.records import Record, record

USERS = ("sales@example.com", "wang.fang@example.com", "manager@example.com", "service@example.com")
SUBJECTS = {
    "zh": {
        "call": "询问交货期",
        "visit": "例行拜访",
        "task": "跟进报价",
        "event": "方案讨论会",
        "request": "设备读数异常",
    },
    "en": {
        "call": "Asked about delivery",
        "visit": "Regular visit",
        "task": "Follow up the offer",
        "event": "Meeting about the concept",
        "request": "Readings look wrong",
    },
}
TYPES = ("Question", "Question", "Fault", "Fault", "Complaint", "Praise", "Suggestion")
ACTIVITIES = {"Call Log": 0.22, "Task": 0.12, "Customer Visit": 0.08, "Event": 0.06, "Service Request": 0.022}
"""How many there are in a month for each customer; a large one has more."""
REQUEST_STATES = {"Open": "Open", "Replied": "In Progress", "Resolved": "Resolved", "Closed": "Closed"}
"""Status of a request → the state of its workflow that sets it."""
PLANNED_FROM = 2
"""Months at the end in which visits and tasks may still be to come."""


def service_records(
    random: Random, profiles: Sequence[Profile], calendar: Calendar, month: int, busy: float = 1
) -> Iterator[Record]:
    """The activities of a month, kind by kind. `busy` times as many as usual."""
    here = [profile for profile in profiles if profile.is_here(month)]
    at = calendar.at(month)
    for doctype, often in ACTIVITIES.items():
        for profile in here:
            if random.random() < busy * often * (1.6 if profile.size > 3 else 0.8):
                words = SUBJECTS["en" if profile.is_western else "zh"]
                moment = calendar.moment(random, month)
                recent = month >= len(calendar.months) - PLANNED_FROM
                yield record(doctype, at, **MAKE[doctype](random, profile, words, moment, recent=recent))


def _reference(profile: Profile) -> dict[str, Any]:
    return {"reference_doctype": "Customer", "reference_docname": f"@{profile.label}"}


def _call(random: Random, profile: Profile, words: dict[str, str], moment: str, *, recent: bool) -> dict[str, Any]:
    return {
        **_reference(profile),
        "type": random.choice(("Incoming", "Outgoing")),
        "status": "No Answer" if recent and random.random() < 0.2 else "Completed",
        "caller": random.choice(USERS),
        "start_time": moment,
        "duration": random.randint(40, 1500),
        "summary": words["call"],
    }


def _task(random: Random, profile: Profile, words: dict[str, str], moment: str, *, recent: bool) -> dict[str, Any]:
    status = random.choice(("Todo", "In Progress", "Done")) if recent else "Done"
    user = random.choice(USERS)
    return {**_reference(profile), "subject": words["task"], "status": status, "assigned_to": user, "due_date": moment}


def _visit(random: Random, profile: Profile, words: dict[str, str], moment: str, *, recent: bool) -> dict[str, Any]:
    return {
        "customer": f"@{profile.label}",
        "subject": words["visit"],
        "purpose": random.choice(("Sales", "Service", "Care")),
        "status": "Planned" if recent and random.random() < 0.3 else "Done",
        "assigned_to": random.choice(USERS),
        "starts_on": moment,
        "findings": words["call"],
    }


def _event(random: Random, profile: Profile, words: dict[str, str], moment: str, *, recent: bool) -> dict[str, Any]:
    status = "Open" if recent and random.random() < 0.3 else "Completed"
    return {**_reference(profile), "subject": words["event"], "status": status, "starts_on": moment}


def _request(random: Random, profile: Profile, words: dict[str, str], moment: str, *, recent: bool) -> dict[str, Any]:
    values = {
        "customer": f"@{profile.label}",
        "subject": words["request"],
        "request_type": random.choice(TYPES),
        "priority": random.choice(("Low", "Medium", "Medium", "High")),
        "channel": random.choice(("Phone", "Email", "Web")),
        "status": random.choice(("Open", "Replied", "Resolved")) if recent else "Closed",
        "opening_date": moment,
        "satisfaction": random.choice(("", "Satisfied", "Satisfied", "Neutral", "Dissatisfied")),
    }
    return {**values, "workflow_state": REQUEST_STATES[values["status"]]}


MAKE = {"Call Log": _call, "Task": _task, "Customer Visit": _visit, "Event": _event, "Service Request": _request}
