"""A small memory of texts that are costly to make: the ones used last, by what they depend on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

SIZE = 32


class Kept:
    """At most SIZE texts; the one that was not used for longest goes first. Safe between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, document: bytes) -> None:
        with self._lock:
            self._kept[key] = document
            while len(self._kept) > SIZE:
                self._kept.popitem(last=False)
