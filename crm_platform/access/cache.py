"""Profiles of one site in memory, each valid for one state of the rights in the database."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from crm_platform.access.profile import Profile, load_profile
from crm_platform.database.system import META
from crm_platform.documents.context import Context

COUNTER = "access"
"""Row of the table of counters: its value changes with everything that a profile is made of."""

KEPT = 2000


class AccessCache:
    """Profiles by user and counter, the least recently used dropped first. Thread-safe."""

    def __init__(self, load: Callable[[Context, str], Profile | None] = load_profile, kept: int = KEPT) -> None:
        self._load = load
        self._kept = kept
        self._profiles: OrderedDict[tuple[str, int], Profile] = OrderedDict()
        self._lock = Lock()

    def profile(self, ctx: Context, user: str) -> Profile | None:
        """The user's profile as this transaction sees it; None for a user that does not exist."""
        key = (user, ctx.runtime.counters(ctx.connection).get(COUNTER, 0))
        with self._lock:
            if key in self._profiles:
                self._profiles.move_to_end(key)
                return self._profiles[key]
        profile = self._load(ctx, user)
        if profile is not None:
            self._keep(key, profile)
        return profile

    def _keep(self, key: tuple[str, int], profile: Profile) -> None:
        with self._lock:
            self._profiles[key] = profile
            if len(self._profiles) > self._kept:
                self._profiles.popitem(last=False)


def rights_changed(ctx: Context) -> None:
    """Make every process load profiles again, once this transaction is committed.

    The value is random, not a successor: a profile that was loaded in a transaction that is rolled back would otherwise
    come back to life when the next change reaches the same number.
    """
    ctx.connection.put(META, {"key": COUNTER, "value": secrets.randbits(62)})
