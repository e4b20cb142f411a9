"""The log of events: a ring of rows that all processes of a site write after their commits, and read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_platform.database.interface import Connection
from crm_platform.database.system import SERIES, SystemTable

SIZE = 4096
"""Rows of the ring: how far back a subscriber may resume."""

MANY = 50
"""Changes of one DocType at once from which on they are told as one, without names."""

COUNTER = "_event"
CHANNEL = "crm_events"

DOCUMENT: Final = "document"
JOB: Final = "job"
DEFINITIONS: Final = "definitions"

EVENT = SystemTable(
    "_event",
    {
        "slot": "int",
        "id": "int",
        "kind": "text",
        "doctype": "text",
        "name": "text",
        "event": "text",
        "user": "text",
        "modified": "datetime",
    },
    ("slot",),
)
"""`slot` is `id` modulo SIZE, so that a new event takes the place of an old one. No field of a document stands here."""

LISTENER = SystemTable("_event_listener", {"process": "text", "until": "datetime"}, ("process",))
"""Processes that have subscribers, or had some a moment ago. Without one nothing is written to the log."""

EVENT_TABLES = (EVENT, LISTENER)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `user` is who did it, of a job the one it belongs to; a `name` that is empty stands for many."""

    kind: str
    name: str
    user: str
    doctype: str = ""
    event: str = ""
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its place in the log."""

    id: int
    event: Event


def append(connection: Connection, events: Sequence[Event]) -> None:
    """Write events in a transaction of their own: the counter's row is locked, so that the order of ids is that of the
    commits and no reader passes one over."""
    told = list(_fewer(events))
    first = connection.next_numbers(COUNTER, len(told))
    for number, event in enumerate(told, start=first):
        row = {"slot": number % SIZE, "id": number, "kind": event.kind, "name": event.name, "user": event.user}
        connection.put(EVENT, {**row, "doctype": event.doctype, "event": event.event, "modified": event.modified})
    connection.hint(CHANNEL)


def _fewer(events: Sequence[Event]) -> Iterable[Event]:
    counts = Counter(event.doctype for event in events if event.kind == DOCUMENT)
    told: set[str] = set()
    for event in events:
        if event.kind != DOCUMENT or counts[event.doctype] < MANY:
            yield event
        elif event.doctype not in told:
            told.add(event.doctype)
            yield Event(DOCUMENT, "", event.user, event.doctype, "many")


def newest(connection: Connection) -> int:
    """Id of the last event; 0 before the first."""
    return next((int(row["current"]) for row in connection.fetch(SERIES, {"name": COUNTER})), 0)


def since(connection: Connection, last: int) -> list[Entry]:
    """The events after `last`, in their order, as far as the ring reaches back."""
    end = newest(connection)
    last = max(last, end - SIZE)
    if last >= end:
        return []
    slots = [number % SIZE for number in range(last + 1, end + 1)]
    rows = sorted(connection.fetch(EVENT, {"slot": slots}), key=lambda row: row["id"])
    return [
        Entry(
            row["id"],
            Event(row["kind"], row["name"], row["user"], row["doctype"] or "", row["event"] or "", row["modified"]),
        )
        for row in rows
        if row["id"] > last
    ]
