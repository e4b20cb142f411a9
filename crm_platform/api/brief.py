"""Which reads run on the event loop itself: those that are brief; after one that was not, a thread takes the next ones.

A thread costs more than the read of a document: it takes turns with the loop for the interpreter at every row.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from crm_platform.database.brief import NotBriefError

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 10.0
"""Seconds for which reads under a key go to a thread after one that took long: twice as many each time. A busy machine
makes any read late now and then, a slow question is slow again."""


@dataclass(frozen=True, slots=True)
class _Pause:
    until: float
    length: float


class BriefReads:
    """What took long lately, by key: the kind of read and its DocType. For the thread of one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pauses: dict[Hashable, _Pause] = {}

    def expects(self, key: Hashable) -> bool:
        """Whether the next read under `key` should be tried on the loop."""
        pause = self._pauses.get(key)
        return pause is None or self._clock() >= pause.until

    def was_brief(self, key: Hashable) -> None:
        self._pauses.pop(key, None)

    def given_up(self, key: Hashable, error: NotBriefError) -> None:
        if not error.lasting:
            return
        last = self._pauses.get(key)
        length = min(last.length * 2, LONGEST_PAUSE) if last else FIRST_PAUSE
        self._pauses[key] = _Pause(self._clock() + length, length)
