"""A job at work, as a task with steps sees it: its transactions, its progress, its end when somebody cancels it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Event
from typing import Any, TypeVar

import orjson

from crm_platform.database.interface import Row
from crm_platform.documents.context import Context
from crm_platform.documents.runtime import Runtime
from crm_platform.errors import ValidationError
from crm_platform.jobs.tables import CANCELLED, DONE, JOB

T = TypeVar("T")
AsUser = Callable[[Context, str], Context]

MAX_RESULT = 64 << 10
"""Bytes of JSON; what is bigger belongs into a document or a file."""

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
        return str(self.row["id"])

    @property
    def user(self) -> str:
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

    def beat(self) -> None:
        """Give a sign of life from beside the task."""
        try:
            self.runtime.write(self.hold)
        except (JobCancelled, LeaseLost):
            return  # the task learns of it at its next step

    def finish(self, ctx: Context, result: Any) -> None:
        """End a plain task in its own transaction."""
        self.hold(ctx, **_ended(ctx, DONE, result))

    def close(self, result: Any) -> None:
        """End a task with steps: its work is done, also when somebody cancels it now."""

        def end(ctx: Context) -> None:
            if not ctx.connection.change(JOB, _ended(ctx, DONE, result), {"id": self.id, "lease": self.row["lease"]}):
                raise LeaseLost

        self.runtime.write(end)

    def cancel(self) -> None:
        """Note that the job ended because somebody cancelled it."""
        where = {"id": self.id, "lease": self.row["lease"]}
        self.runtime.write(lambda ctx: ctx.connection.change(JOB, _ended(ctx, CANCELLED, None), where))


def _ended(ctx: Context, state: str, result: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"state": state, "finished": ctx.now(), "lease": None, "place": None, "error": None}
    return {**values, "percent": 100, "result": _as_json(result)} if state == DONE else values


def _as_json(result: Any) -> str | None:
    if result is None:
        return None
    try:
        text = orjson.dumps(result)
    except (TypeError, ValueError) as error:
        raise ValidationError("The result of a task must be plain JSON data ({reason}).", reason=str(error)) from None
    if len(text) > MAX_RESULT:
        raise ValidationError("The result of a task is too big. Keep it in a document and return its name.")
    return text.decode()
