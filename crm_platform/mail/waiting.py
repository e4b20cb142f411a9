"""Mail waiting in the outbox: whose turn it is, one sender at a time, further attempts, and giving up visibly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from crm_platform.database.system import SECRET
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.secrets import reveal
from crm_platform.jobs.queue import enqueue
from crm_platform.mail.line import QUEUE, WAITING, followers, has_older
from crm_platform.mail.outbox import SEND, plan_sending
from crm_platform.mail.smtp import Outcome
from crm_platform.mail.timeline import set_delivery

PAUSES = (60, 300, 1800, 7200, 21600, 43200, 86400)
"""Seconds before the second and later attempts: together nearly two days, so that a server may be down for one."""

LEASE = timedelta(minutes=10)
"""After so long without news from its sender a mail is taken again: the sender was killed."""

OPEN, SENT, ERROR = "Not Sent", "Sent", "Error"
RECIPIENT = "Email Queue Recipient"
SWEPT = 500
KEEP = timedelta(days=30)
"""How long a mail that was sent stays in the outbox; its Communication stays with the document."""

SWEEP = "core:sweep_outbox"
HOURLY = "7 * * * *"


@dataclass(frozen=True)
class Taken:
    """A mail that this sender, and nobody else, may send now. `open` are the recipients that wait for it."""

    row: Document
    lease: str
    message: str

    @property
    def recipients(self) -> Sequence[Document]:
        return tuple(self.row["recipients"])

    @property
    def open(self) -> list[str]:
        return [row["recipient"] for row in self.recipients if row["status"] == OPEN]


def take(ctx: Context, name: str) -> Taken | None:
    """Lease the mail by one conditional UPDATE; None when it is not its turn.

    Mail about one document leaves in the order in which it was queued: an older one that still waits goes first, and
    whoever ends it plans this one again.
    """
    system = ctx.as_system().store
    if not system.exists(QUEUE, name):
        return None
    row = system.get(QUEUE, name, for_update=True)
    if row["status"] not in WAITING or row["send_after"] > ctx.now():
        return None
    if row["status"] == "Sending" and row["leased_until"] > ctx.now():
        plan_sending(ctx, name, row["leased_until"] - ctx.now())
        return None
    if has_older(ctx, row):
        return None
    lease = uuid4().hex
    values = {"status": "Sending", "lease": lease, "leased_until": ctx.now() + LEASE}
    before = {"status": row["status"], "lease": row["lease"]}
    if not ctx.connection.update_row(row.meta, name, values, where=before):
        return None
    set_delivery(ctx, row["communication"], "Sending")
    return Taken(row, lease, row["message"] or reveal(ctx, row, "sealed_message") or "")


def settle(ctx: Context, taken: Taken, outcome: Outcome, filled: Mapping[str, str]) -> None:
    """Note what came of an attempt, and plan the next one or give up. Nothing happens when the lease was lost."""
    row = taken.row
    name, attempts = row["name"], row["retry"] + 1
    again = bool(set(taken.open) - outcome.sent - outcome.refused.keys()) and attempts <= len(PAUSES)
    states = _recipient_states(taken, outcome, again=again)
    values: dict[str, Any] = {"lease": None, "leased_until": None, "retry": attempts, **filled}
    values["error"] = outcome.error or "\n".join(sorted(set(outcome.refused.values()))) or None
    if again:
        pause = timedelta(seconds=PAUSES[attempts - 1])
        values |= {"status": OPEN, "send_after": ctx.now() + pause}
    else:
        values |= {"status": _final(states.values()), "template_data": None, "sealed_message": None}
    if not ctx.connection.update_row(row.meta, name, values, where={"lease": taken.lease}):
        return
    if not again:
        ctx.connection.remove(SECRET, {"doctype": QUEUE, "name": name})
    _note_recipients(ctx, taken, states, outcome)
    shown = {"subject": filled["subject"], "content": filled["message"]} if filled else {}
    set_delivery(ctx, row["communication"], "Scheduled" if again else _shown(values["status"]), **shown)
    if again:
        plan_sending(ctx, name, pause)
    else:
        for follower in followers(ctx, row):
            plan_sending(ctx, follower)


def _recipient_states(taken: Taken, outcome: Outcome, *, again: bool) -> dict[str, str]:
    """Row name → status after this attempt."""
    states = {}
    for row in taken.recipients:
        state, recipient = row["status"], row["recipient"]
        if state == OPEN and recipient in outcome.sent:
            state = SENT
        elif state == OPEN and (recipient in outcome.refused or not again):
            state = ERROR
        states[row["name"]] = state
    return states


def _final(states: Any) -> str:
    """Email Queue.status of a mail that is done with, by those of its recipients."""
    found = set(states)
    if SENT in found:
        return "Partially Sent" if ERROR in found else SENT
    return ERROR if ERROR in found else "Expired"


def _shown(status: str) -> str:
    return SENT if status == "Partially Sent" else status


def _note_recipients(ctx: Context, taken: Taken, states: Mapping[str, str], outcome: Outcome) -> None:
    meta = ctx.definitions[RECIPIENT]
    for row in taken.recipients:
        if row["status"] != states[row["name"]]:
            reason = outcome.refused.get(row["recipient"]) or outcome.error
            error = reason if states[row["name"]] == ERROR else None
            ctx.connection.update_row(meta, row["name"], {"status": states[row["name"]], "error": error})


def sweep(ctx: Context) -> None:
    """Once an hour: plan mail that no job remembers, as after a restored backup, and forget what was sent long ago."""
    system = ctx.as_system().store
    late = ["<", ctx.now() - timedelta(hours=1)]
    for row in system.list(QUEUE, filters={"status": ["in", list(WAITING)], "send_after": late}, limit=SWEPT):
        enqueue(ctx, SEND, {"name": row["name"]}, key=f"{SEND} {row['name']} {ctx.now():%Y%m%d%H}", user=ADMINISTRATOR)
    old = {"status": SENT, "creation": ["<", ctx.now() - KEEP]}
    for row in system.list(QUEUE, filters=old, order_by="creation asc", limit=SWEPT):
        ctx.connection.delete_rows(ctx.definitions[RECIPIENT], {"parent": row["name"], "parenttype": QUEUE})
        ctx.connection.delete_rows(ctx.definitions[QUEUE], {"name": row["name"]})
