"""Telling of changes: noted while a transaction is open, written to the log once it is committed, by a thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread

from crm_platform.database.batches import gather
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EVERY_DOCTYPE, Listener
from crm_platform.documents.runtime import Runtime
from crm_platform.errors import CRMError
from crm_platform.events.log import DEFINITIONS, DOCUMENT, JOB, LISTENER, Event, append

LOG = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks whether any process has subscribers."""

BATCH = 5000

QUIET = frozenset({"Version", "Deleted Document", "Error Log", "Activity Log", "Audit Log", "Email Queue"})
"""DocTypes that only accompany what happens to others."""

STATUS_EVENTS = {(0, 1): "submit", (1, 2): "cancel"}
"""docstatus before and after → what it is called; every other change is an update."""

_Item = tuple[Runtime, Event]


class Publisher:
    """Hears of changes in one process. Nothing is written while nobody listens.

    `wake` is called in its thread after events were written; a hub of the same process takes it.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.wake: Callable[[], None] = lambda: None
        self._monotonic = monotonic
        self._heard = False
        self._looked = float("-inf")
        self._queue: SimpleQueue[_Item | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._lock = Lock()

    def listeners(self) -> Sequence[Listener]:
        """What a site registers for the events of its documents."""
        handlers = {"after_rename": self._renamed, "after_delete": self._deleted}
        changed = Listener("core", EVERY_DOCTYPE, "on_change", self._changed, together=True)
        return [changed, *(Listener("core", EVERY_DOCTYPE, event, handler) for event, handler in handlers.items())]

    def _changed(self, ctx: Context, docs: Sequence[Document]) -> None:
        for doc in docs if self._is_heard(ctx) else ():
            before = doc.before
            if before is None:
                self._tell(ctx, doc, "insert")
            else:
                self._tell(ctx, doc, STATUS_EVENTS.get((before["docstatus"], doc["docstatus"]), "update"))

    def _renamed(self, ctx: Context, doc: Document) -> None:
        self._tell(ctx, doc, "rename")

    def _deleted(self, ctx: Context, doc: Document) -> None:
        self._tell(ctx, doc, "delete")

    def _tell(self, ctx: Context, doc: Document, event: str) -> None:
        if doc.doctype not in QUIET and self._is_heard(ctx):
            happened = Event(DOCUMENT, doc["name"], ctx.user, doc.doctype, event, doc["modified"])
            ctx.connection.after_commit(partial(self._put, ctx.runtime, happened))

    def job_changed(self, ctx: Context, job: str, user: str) -> None:
        """Tell `user` that the job's state or progress is another (Runtime.announce)."""
        if self._is_heard(ctx):
            ctx.connection.after_commit(partial(self._put, ctx.runtime, Event(JOB, job, user)))

    def model_changed(self, ctx: Context) -> None:
        """Tell everybody that definitions are others now (Runtime.remodelled): what is open may look different."""
        if self._is_heard(ctx):
            ctx.connection.after_commit(partial(self._put, ctx.runtime, Event(DEFINITIONS, "", ctx.user)))

    def expect(self) -> None:
        """Somebody subscribes in this process: from now on it is written."""
        self._heard, self._looked = True, self._monotonic()

    def _is_heard(self, ctx: Context) -> bool:
        """Whether any process has subscribers; asked at most once in LOOK_EVERY seconds."""
        now = self._monotonic()
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._heard = any(row["until"] > ctx.now() for row in ctx.connection.fetch(LISTENER))
        return self._heard

    def _put(self, runtime: Runtime, event: Event) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="events", daemon=True)
                self._thread.start()
        self._queue.put((runtime, event))

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = gather(self._queue, first, BATCH)
            try:
                first[0].database.submit(partial(append, events=[event for _, event in batch])).result()
                self.wake()
            except CRMError as error:  # the database is busy or away: an event is a hint, the change itself is safe
                LOG.warning("%d events were not told: %s", len(batch), error)
            if last:
                return

    def close(self) -> None:
        """Write what waits and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()
