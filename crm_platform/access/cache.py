"""Profiles and the like of one site in memory, each valid for one state of the rights in the database."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from crm_platform.access.profile import Profile, load_profile
from crm_platform.database.system import META
from crm_platform.documents.context import Context

COUNTER = "access"
"""Row of the table of counters: its value changes with everything that a profile is made of, and with API keys."""

KEPT = 2000

T = TypeVar("T")


class ByState(Generic[T]):
    """What was found by a text under one state of the rights; of more than `kept` the least recently used goes first.

    Thread-safe.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._size = kept
        self._found: OrderedDict[tuple[str, int], T] = OrderedDict()
        self._lock = Lock()

    def get(self, ctx: Context, text: str, find: Callable[[], T | None]) -> T | None:
        """What `find` gave for `text` in the state of the rights that this transaction sees; None is not kept."""
        key = (text, ctx.runtime.counters(ctx.connection).get(COUNTER, 0))
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        found = find()
        if found is not None:
            self._keep(key, found)
        return found

    def _keep(self, key: tuple[str, int], found: T) -> None:
        with self._lock:
            self._found[key] = found
            if len(self._found) > self._size:
                self._found.popitem(last=False)


class AccessCache:
    """Profiles by user."""

    def __init__(self, load: Callable[[Context, str], Profile | None] = load_profile, kept: int = KEPT) -> None:
        self._load = load
        self._profiles: ByState[Profile] = ByState(kept)

    def profile(self, ctx: Context, user: str) -> Profile | None:
        """The user's profile as this transaction sees it; None for a user that does not exist."""
        return self._profiles.get(ctx, user, lambda: self._load(ctx, user))


def rights_changed(ctx: Context) -> None:
    """Make every process load profiles again, once this transaction is committed.

    The value is random, not a successor: a profile that was loaded in a transaction that is rolled back would otherwise
    come back to life when the next change reaches the same number.
    """
    ctx.connection.put(META, {"key": COUNTER, "value": secrets.randbits(62)})
