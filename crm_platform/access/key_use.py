"""When a program last used an API key: written down now and then, never per request."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from crm_platform.access.keys import LAST_USED, hashed
from crm_platform.documents.context import Context

MARKED_EVERY = timedelta(minutes=5)


class KeyUse:
    """Which keys this process has marked, and when. Thread-safe."""

    def __init__(self) -> None:
        self._marked: dict[str, datetime] = {}
        self._lock = Lock()

    def note(self, ctx: Context, user: str, authorization: str) -> None:
        """A read transaction cannot write, so the mark goes through the queue of the writer; nobody waits for it."""
        if self._is_due(hashed(authorization), ctx.now()):
            ctx.runtime.submit(lambda later: _mark(later, user))

    def _is_due(self, key: str, now: datetime) -> bool:
        with self._lock:
            last = self._marked.get(key)
            if last is not None and now - last < MARKED_EVERY:
                return False
            self._marked[key] = now
            return True


def _mark(ctx: Context, user: str) -> None:
    """Nothing is written for a key that is gone meanwhile, or that another process has just marked."""
    doctype, now = ctx.definitions["User"], ctx.now()
    row = ctx.connection.get_row(doctype, user)
    if row is not None and row["api_key"] and (row[LAST_USED] is None or now - row[LAST_USED] >= MARKED_EVERY):
        ctx.connection.update_row(doctype, user, {LAST_USED: now})
