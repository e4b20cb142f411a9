"""Who hears what: each event is judged for each subscriber by the rights that the subscriber has now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_platform.database.conditions import EVERYTHING, NOTHING
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.wire import plain
from crm_platform.errors import CRMError, DoesNotExistError
from crm_platform.events.log import DEFINITIONS, DOCUMENT, Entry, Event
from crm_platform.jobs.tables import JOB as JOB_TABLE
from crm_platform.metadata.model import DocType

NOTIFICATION = "Notification Log"
JOB_COLUMNS = ("id", "task", "state", "percent", "sentence")


@dataclass(frozen=True, slots=True)
class Message:
    """One event as a subscriber gets it; `id` is where to resume after it."""

    id: int
    event: str
    data: Mapping[str, Any]


@dataclass
class Audience:
    """Judges `entries` in one read transaction; `ctx` has no user. What is looked up is kept for further readers."""

    ctx: Context
    entries: Sequence[Entry]
    _heard: dict[tuple[str, int], list[Message]] = field(default_factory=dict)
    _documents: dict[tuple[str, str], Document | None] = field(default_factory=dict)
    _jobs: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)

    def messages(self, reader: Context, after: int) -> Sequence[Message]:
        """What `reader` may hear of the events after that number, with nothing of what a document holds but its name.

        The streams of one user are judged once: they have the same rights.
        """
        key = (reader.user, after)
        if key not in self._heard:
            new = (entry for entry in self.entries if entry.id > after)
            found = ((entry.id, self._message(reader, entry.event)) for entry in new)
            self._heard[key] = [Message(number, *said) for number, said in found if said is not None]
        return self._heard[key]

    def _message(self, reader: Context, event: Event) -> tuple[str, Mapping[str, Any]] | None:
        if event.kind == DEFINITIONS:
            return DEFINITIONS, {}
        if event.kind != DOCUMENT:
            return self._of_job(reader, event)
        meta = self.ctx.definitions.get(event.doctype)
        if meta is None or meta.is_virtual or not self._may_hear(reader, meta, event):
            return None
        if event.doctype == NOTIFICATION:
            return "notification", {"name": event.name, "event": event.event}
        return "document", {
            "doctype": event.doctype,
            "name": event.name,
            "event": event.event,
            "modified": plain(event.modified, self.ctx.runtime.zone),
        }

    def _may_hear(self, reader: Context, meta: DocType, event: Event) -> bool:
        """A document that is gone has no rights any more: only who may read all of them hears of its end."""
        rows = reader.policy.rows(meta, "read")
        if rows == NOTHING:
            return False
        if event.event == "delete":
            return rows == EVERYTHING
        if not event.name:
            return True
        document = self._document(meta, event.name)
        if document is None or not reader.policy.allows(meta, "read", document):
            return False
        return meta.name != NOTIFICATION or document["for_user"] == reader.user

    def _document(self, meta: DocType, name: str) -> Document | None:
        """The document as it is stored now; None when it is gone."""
        key = (meta.name, name)
        if key not in self._documents:
            try:
                self._documents[key] = self.ctx.as_system().store.get(*key)
            except DoesNotExistError:
                self._documents[key] = None
        return self._documents[key]

    def _of_job(self, reader: Context, event: Event) -> tuple[str, Mapping[str, Any]] | None:
        """A job is told to its user only, as it is now."""
        if event.user != reader.user:
            return None
        if event.name not in self._jobs:
            rows = self.ctx.connection.fetch(JOB_TABLE, {"id": event.name})
            self._jobs[event.name] = {name: rows[0][name] for name in JOB_COLUMNS} if rows else None
        job = self._jobs[event.name]
        return None if job is None else ("job", job)


def recognised(caller: Callable[[Context], Context], ctx: Context) -> Context | None:
    """The subscriber's Context with the rights of this moment; None when the session or key is not good any more."""
    try:
        return caller(ctx)
    except CRMError:
        return None
