"""A brief read: it runs where nothing may take long, and is given up as soon as it turns out not to be brief."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NoReturn, TypeVar

T = TypeVar("T")

SECONDS = 0.01
"""A read that takes more of the processor's time is given up."""

WAITING = 5
"""So is one that takes so many times as long by the clock: it waits for the disk, or other threads hold it up. A busy
machine stops any read for a moment, and a thread would only be stopped more often."""

ROWS = 200
"""So is one whose answer has more rows: making documents of them takes longer than finding them."""


class NotBriefError(Exception):
    """The read was given up and must be done again where it may take long. `lasting`: so will the next one like it."""

    def __init__(self, *, lasting: bool) -> None:
        super().__init__("This read is not brief.")
        self.lasting = lasting


class Brief:
    """The limits of one brief read. What gives it up is remembered: code that swallows the error changes nothing."""

    def __init__(self, seconds: float = SECONDS, rows: int = ROWS) -> None:
        self.rows = rows
        started = time.monotonic()
        self._soonest_end = started + seconds
        self._end = started + seconds * WAITING
        self._cpu_end = time.thread_time() + seconds
        self._given_up: NotBriefError | None = None

    def give_up(self, *, lasting: bool = True) -> NoReturn:
        """Raises NotBriefError."""
        self._given_up = self._given_up or NotBriefError(lasting=lasting)
        raise self._given_up

    def is_late(self) -> bool:
        """Whether the time is over; asked by SQLite while a statement runs, which then ends.

        The thread's own clock costs a call of the system: it is asked only when enough time has passed by the other.
        """
        now = time.monotonic()
        if now < self._soonest_end or (now < self._end and time.thread_time() < self._cpu_end):
            return False
        self._given_up = self._given_up or NotBriefError(lasting=True)
        return True

    def finish(self, read: Callable[[], T]) -> T:
        """The answer of `read`, or its error; raises NotBriefError when it was given up, whatever came of it."""
        try:
            answer = read()
        except Exception:
            if self._given_up is None:
                raise
        else:
            if self._given_up is None:
                return answer
        raise self._given_up
