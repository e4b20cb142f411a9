"""A job at work, as a task with steps sees it: its transactions, its progress, its end when somebody cancels it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Event
from typing import Any, TypeVar

from crm_platform.database.interface import Row
from crm_platform.documents.context import Context
from crm_platform.documents.runtime import Runtime
from crm_platform.jobs.tables import JOB

T = TypeVar("T")
AsUser = Callable[[Context, str], Context]

TELL_EVERY = 0.2
"""Seconds between two sentences of progress that are written down."""


class LeaseLost(Exception):
    """Somebody else has the job now: what this run has not committed is taken back."""


class JobCancelled(Exception):
    """Somebody cancelled the job. A task lets it pass; what it has committed stays."""


@dataclass
class Job:
    """One attempt at a job. A task with steps gets it as its first argument; everything is thread-safe."""

    runtime: Runtime
    row: Row
    as_user: AsUser
    _beats: count[int] = field(default_factory=lambda: count(1))
    _lost: Event = field(default_factory=Event)
    _cancelled: Event = field(default_factory=Event)
    _told: float = 0.0

    @property
    def id(self) -> str:
        """The id under which the job is found."""
        return str(self.row["id"])

    @property
    def user(self) -> str:
        """Who caused the job; its transactions have this user's rights."""
        return str(self.row["user"])

    @property
    def attempt(self) -> int:
        """1 at the first attempt: a later one may find what an earlier one did."""
        return int(self.row["attempts"])

    def read(self, work: Callable[[Context], T]) -> T:
        """Run `work` in a read transaction with the rights of the job's user."""
        return self.runtime.read(lambda ctx: work(self.as_user(ctx, self.user)))

    def write(self, work: Callable[[Context], T]) -> T:
        """Run `work` in a write transaction with the rights of the job's user; it is committed when this returns.

        Raises JobCancelled, and commits nothing, when somebody has cancelled the job.
        """

        def step(ctx: Context) -> T:
            result = work(self.as_user(ctx, self.user))
            self.hold(ctx)
            return result

        self.check()
        return self.runtime.write(step)

    def progress(self, percent: float, sentence: str = "", **params: Any) -> None:
        """Tell how far the job is: 0 to 100, and a sentence (an English msgid, translated for the job's user).

        It is seen at once. Raises JobCancelled when somebody has cancelled the job. Call it as often as you like.
        """
        self.check()
        now = time.monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            self.runtime.write(lambda ctx: self._tell(ctx, percent, sentence, params))

    def _tell(self, ctx: Context, percent: float, sentence: str, params: dict[str, Any]) -> None:
        text = self.as_user(ctx, self.user)._(sentence, **params) if sentence else ""
        self.hold(ctx, percent=min(max(int(percent), 0), 100), sentence=text)
        ctx.runtime.announce(ctx, self.id, self.user)

    def check(self) -> None:
        """Raise JobCancelled when somebody has cancelled the job, LeaseLost when another worker has it."""
        if self._lost.is_set():
            raise LeaseLost
        if self._cancelled.is_set():
            raise JobCancelled

    def hold(self, ctx: Context, **values: Any) -> None:
        """Write `values` and a sign of life, at the end of a transaction: as the last one that the job's row is locked
        for. Raises JobCancelled and LeaseLost; then the transaction is rolled back."""
        where = {"id": self.id, "lease": self.row["lease"], "cancel_asked": None}
        if not ctx.connection.change(JOB, {"beat": next(self._beats), **values}, where):
            self._find_out(ctx)

    def _find_out(self, ctx: Context) -> None:
        """Why the row is not as it was: the job is cancelled, or is not ours any more."""
        if ctx.connection.fetch(JOB, {"id": self.id, "lease": self.row["lease"]}):
            self._cancelled.set()
            raise JobCancelled
        self._lost.set()
        raise LeaseLost
