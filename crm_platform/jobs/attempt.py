"""A job at work, as the worker sees it: its signs of life and its end."""

from __future__ import annotations

from typing import Any

import orjson

from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.jobs.job import Job, JobCancelled, LeaseLost
from crm_platform.jobs.tables import CANCELLED, DONE, JOB

MAX_RESULT = 64 << 10
"""Bytes of JSON; what is bigger belongs into a document or a file."""


class Attempt(Job):
    """One attempt at a job; the task itself gets it as a Job."""

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
            if not ctx.connection.change(JOB, _ended(ctx, DONE, result), self.ours):
                raise LeaseLost
            ctx.runtime.announce(ctx, self.id, self.user)

        self.runtime.write(end)

    def cancel(self) -> None:
        """Note that the job ended because somebody cancelled it."""

        def end(ctx: Context) -> None:
            ctx.connection.change(JOB, _ended(ctx, CANCELLED, None), self.ours)
            ctx.runtime.announce(ctx, self.id, self.user)

        self.runtime.write(end)

    @property
    def ours(self) -> dict[str, Any]:
        """How the job's row is found as long as this attempt has it."""
        return {"id": self.id, "lease": self.row["lease"]}


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
