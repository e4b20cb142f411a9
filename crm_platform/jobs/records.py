"""The jobs' records as people see and steer them: list, look, cancel, retry, discard; and forgetting old ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from crm_platform.database.interface import Connection, Row
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, PermissionError, ValidationError
from crm_platform.jobs.tables import CANCELLED, DONE, FAILED, JOB, NEVER, QUEUED, RUNNING, STATES
from crm_platform.jobs.task import Tasks, find

KEEP = timedelta(days=7)
"""Jobs that are done or cancelled, and with them their keys, are kept so long; those that failed until discarded."""

BATCH = 1000
MOST = 500
"""Jobs in one list."""

PUBLIC = (
    *("id", "task", "user", "state", "percent", "sentence", "error", "attempts"),
    *("created", "due", "started", "finished"),
)


@dataclass(frozen=True)
class Desk:
    """The jobs that the user of `ctx` may see: the own ones, or with `manager` those of everybody.

    A task of `tasks` says whether its jobs may be cancelled by their users. A job of somebody else looks like one that
    is not there.
    """

    ctx: Context
    tasks: Tasks
    manager: bool = False

    def list(self, state: str = "", limit: int = 20) -> list[dict[str, Any]]:
        """The newest jobs, without their arguments and results. Raises ValidationError for an unknown state."""
        if state and state not in STATES:
            known = ", ".join(STATES)
            raise ValidationError("There is no job state {text}. Known states: {known}.", text=state, known=known)
        where: dict[str, Any] = {} if self.manager else {"user": self.ctx.user}
        if state:
            where["state"] = state
        rows = self.ctx.connection.fetch(JOB, where, order_by="-created", limit=max(1, min(limit, MOST)))
        return [public(row) for row in rows]

    def get(self, job: str) -> dict[str, Any]:
        """One job with its arguments and, when it is done, its result. Raises DoesNotExistError."""
        row = self._row(job)
        return {**public(row), **{name: _loaded(row[name]) for name in ("arguments", "result")}}

    def cancel(self, job: str) -> dict[str, Any]:
        """Cancel a queued job at once, ask a running one to stop; returns its record as it is now.

        A task with steps stops at its next step, a plain one is taken back when it ends. Raises ValidationError when
        the job has ended, PermissionError when its task cannot be cancelled by users.
        """
        row = self._row(job)
        self._require_cancellable(row)
        now = self.ctx.now()
        queued = {"state": CANCELLED, "due": NEVER, "finished": now, "cancel_asked": now}
        if not self._change(row, QUEUED, queued) and not self._change(row, RUNNING, {"cancel_asked": now}):
            raise ValidationError("The job {id} has ended: it cannot be cancelled any more.", id=job)
        return public(self._row(job))

    def retry(self, job: str) -> dict[str, Any]:
        """Queue a job again that failed or was cancelled, with all its attempts; returns its record.

        Raises ValidationError for a job in another state.
        """
        row, now = self._row(job), self.ctx.now()
        again = {
            **{"state": QUEUED, "due": now, "wait": 0.0, "attempts": 0},
            **dict.fromkeys(("cancel_asked", "error", "percent", "sentence", "finished")),
        }
        if not any(self._change(row, state, again) for state in (FAILED, CANCELLED)):
            raise ValidationError("Only a job that failed or was cancelled can be tried again.")
        self.ctx.runtime.dispatch(self.ctx.connection, job, now)
        return public(self._row(job))

    def discard(self, job: str) -> None:
        """Forget a job that failed or was cancelled: what it should have done is not done.

        Raises PermissionError for whoever is no manager, ValidationError for a job in another state.
        """
        row = self._row(job)
        if not self.manager:
            raise PermissionError("Only a System Manager may discard a job.")
        if not any(self.ctx.connection.remove(JOB, {"id": row["id"], "state": s}) for s in (FAILED, CANCELLED)):
            raise ValidationError("Only a job that failed or was cancelled can be discarded.")

    def _row(self, job: str) -> Row:
        for row in self.ctx.connection.fetch(JOB, {"id": job}):
            if self.manager or row["user"] == self.ctx.user:
                return row
        raise DoesNotExistError("There is no job {id}.", id=job)

    def _change(self, row: Row, state: str, values: dict[str, Any]) -> int:
        changed = self.ctx.connection.change(JOB, values, {"id": row["id"], "state": state})
        if changed:
            self.ctx.runtime.announce(self.ctx, row["id"], row["user"])
        return changed

    def _require_cancellable(self, row: Row) -> None:
        task = find(self.tasks, row["task"])
        if not self.manager and not (task is not None and task.cancellable):
            raise PermissionError("Only a System Manager may cancel a job of this kind.")


def public(row: Row) -> dict[str, Any]:
    """What every reader of a job sees of it."""
    return {name: None if row[name] == NEVER else row[name] for name in PUBLIC}


def _loaded(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def failed(connection: Connection) -> list[Row]:
    """Jobs that were given up, the newest first."""
    return connection.fetch(JOB, {"state": FAILED}, order_by="-finished")


def forget(ctx: Context, states: Iterable[str] = (DONE, CANCELLED)) -> int:
    """Delete the records of jobs that ended KEEP ago; answers how many."""
    limit, removed = ctx.now() - KEEP, 0
    for state in states:
        while old := [row for row in _first(ctx, state) if row["finished"] < limit]:
            for row in old:
                removed += ctx.connection.remove(JOB, {"id": row["id"], "state": state})
    return removed


def _first(ctx: Context, state: str) -> list[Row]:
    return ctx.connection.fetch(JOB, {"state": state}, order_by="finished", limit=BATCH)
