"""Documents that wait to be sent elsewhere (mail, webhooks): in order, one sender at a time, further attempts later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.jobs.queue import enqueue

NOW = timedelta()
FOLLOWERS = 20
SWEPT = 500


@dataclass(frozen=True)
class Taken:
    """A document that this sender, and nobody else, may send now."""

    row: Document
    lease: str


@dataclass(frozen=True)
class Line:
    """The waiting documents of a DocType. It has the fields status, sequence, retry, send_after, lease, leased_until.

    Those with equal values in the fields `by` leave in the order in which they came; empty values keep no order.
    `queued` and `sending` are the two values of its status that wait; `task` sends one, by its name. After `lease`
    without news a sender counts as killed. `pauses` are the seconds before each further attempt.
    """

    doctype: str
    by: tuple[str, ...]
    queued: str
    sending: str
    task: str
    lease: timedelta
    pauses: tuple[int, ...]

    def place(self, ctx: Context, values: Mapping[str, Any]) -> int:
        """The place of a new document behind those that wait. No clock decides about it: clocks go back."""
        found = self._waiting(ctx, values, (self.queued, self.sending), "sequence desc", 1)
        return int(found[0]["sequence"] or 0) + 1 if found else 1

    def plan(self, ctx: Context, name: str, delay: timedelta = NOW) -> None:
        """A job that sends a document, `delay` after COMMIT at the soonest."""
        enqueue(ctx, self.task, {"name": name}, user=ADMINISTRATOR, delay=max(NOW, delay))

    def take(self, ctx: Context, name: str) -> Taken | None:
        """Lease the document by one conditional UPDATE; None when it is not its turn.

        One that was queued earlier goes first; whoever ends it plans its followers again.
        """
        system = ctx.as_system().store
        if not system.exists(self.doctype, name):
            return None
        row = system.get(self.doctype, name, for_update=True)
        if row["status"] not in (self.queued, self.sending) or row["send_after"] > ctx.now():
            return None
        if row["status"] == self.sending and row["leased_until"] > ctx.now():
            self.plan(ctx, name, row["leased_until"] - ctx.now())
            return None
        if self._has_older(ctx, row):
            return None
        lease = uuid4().hex
        values = {"status": self.sending, "lease": lease, "leased_until": ctx.now() + self.lease}
        before = {"status": row["status"], "lease": row["lease"]}
        return Taken(row, lease) if ctx.connection.update_row(row.meta, name, values, where=before) else None

    def may_try_again(self, row: Document) -> bool:
        """Whether a failed attempt at `row`, as it was taken, is followed by another."""
        return int(row["retry"]) < len(self.pauses)

    def put_back(self, ctx: Context, taken: Taken, values: Mapping[str, Any]) -> bool:
        """Plan another attempt, and set `values`. False when the lease was lost: then nothing happens."""
        pause = timedelta(seconds=self.pauses[taken.row["retry"]])
        again = {"status": self.queued, "send_after": ctx.now() + pause, **values}
        kept = self._end(ctx, taken, again)
        if kept:
            self.plan(ctx, taken.row["name"], pause)
        return kept

    def finish(self, ctx: Context, taken: Taken, values: Mapping[str, Any]) -> bool:
        """The document is done with: set `values`, its final status among them, and let its followers go on."""
        kept = self._end(ctx, taken, values)
        if kept:
            for row in self._waiting(ctx, taken.row, (self.queued,), "sequence asc", FOLLOWERS):
                self.plan(ctx, row["name"])
        return kept

    def sweep(self, ctx: Context) -> None:
        """Plan what no job remembers, as after a restored backup. For a schedule that runs once an hour."""
        late = {"status": ["in", [self.queued, self.sending]], "send_after": ["<", ctx.now() - timedelta(hours=1)]}
        for row in ctx.as_system().store.list(self.doctype, filters=late, limit=SWEPT):
            key = f"{self.task} {row['name']} {ctx.now():%Y%m%d%H}"
            enqueue(ctx, self.task, {"name": row["name"]}, key=key, user=ADMINISTRATOR)

    def _end(self, ctx: Context, taken: Taken, values: Mapping[str, Any]) -> bool:
        row = taken.row
        ended = {"lease": None, "leased_until": None, "retry": row["retry"] + 1, **values}
        return ctx.connection.update_row(row.meta, row["name"], ended, where={"lease": taken.lease})

    def _has_older(self, ctx: Context, row: Document) -> bool:
        """Whether an earlier one waits for an attempt; a date in the future is no hurry."""
        here = _place(row)
        found = self._waiting(ctx, row, (self.queued, self.sending), "sequence asc", None)
        return any(one["retry"] or one["send_after"] <= ctx.now() for one in found if _place(one) < here)

    def _waiting(
        self, ctx: Context, values: Any, states: Sequence[str], order_by: str, limit: int | None
    ) -> Sequence[dict[str, Any]]:
        same = {field: values[field] for field in self.by}
        if not all(same.values()):
            return []
        fields = ("name", "creation", "sequence", "retry", "send_after")
        filters = {**same, "status": ["in", list(states)]}
        return ctx.as_system().store.list(self.doctype, fields=fields, filters=filters, order_by=order_by, limit=limit)


def _place(row: Any) -> tuple[int, Any, str]:
    """Two transactions at one moment may take the same place: then their time and name decide."""
    return (row["sequence"] or 0, row["creation"], row["name"])
