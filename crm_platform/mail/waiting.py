"""Mail waiting in the outbox: its line, what becomes of it after an attempt, and giving up visibly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crm_platform.database.system import SECRET
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.secrets import reveal
from crm_platform.jobs.line import SWEPT, Line, Taken
from crm_platform.mail.smtp import Outcome
from crm_platform.mail.timeline import set_delivery

QUEUE = "Email Queue"
RECIPIENT = "Email Queue Recipient"
OPEN, SENT, ERROR = "Not Sent", "Sent", "Error"

PAUSES = (60, 300, 1800, 7200, 21600, 43200, 86400)
"""Seconds before the second and later attempts: together nearly two days, so that a server may be down for one."""

LEASE = timedelta(minutes=10)

LINE = Line(
    QUEUE, ("reference_doctype", "reference_name"), OPEN, "Sending", "core:send_mail", lease=LEASE, pauses=PAUSES
)
"""Mail about one document leaves in the order in which it was queued."""

KEEP = timedelta(days=30)
"""How long a mail that was sent stays in the outbox; its Communication stays with the document."""

SWEEP = "core:sweep_outbox"
HOURLY = "7 * * * *"


@dataclass(frozen=True)
class Outgoing:
    """A mail that was taken from the outbox. `open` are the recipients that wait for it."""

    taken: Taken
    message: str

    @property
    def row(self) -> Document:
        return self.taken.row

    @property
    def recipients(self) -> Sequence[Document]:
        return tuple(self.row["recipients"])

    @property
    def open(self) -> list[str]:
        return [row["recipient"] for row in self.recipients if row["status"] == OPEN]


def take(ctx: Context, name: str) -> Outgoing | None:
    """Take the mail, if it is its turn; a confidential text is opened."""
    taken = LINE.take(ctx, name)
    if taken is None:
        return None
    set_delivery(ctx, taken.row["communication"], "Sending")
    return Outgoing(taken, taken.row["message"] or reveal(ctx, taken.row, "sealed_message") or "")


def settle(ctx: Context, mail: Outgoing, outcome: Outcome, filled: Mapping[str, str]) -> None:
    """Note what came of an attempt, and plan the next one or give up. Nothing happens when the lease was lost."""
    left = set(mail.open) - outcome.sent - outcome.refused.keys()
    again = bool(left) and LINE.may_try_again(mail.row)
    states = _recipient_states(mail, outcome, again=again)
    error = outcome.error or "\n".join(sorted(set(outcome.refused.values()))) or None
    values: dict[str, Any] = {"error": error, **filled}
    if again:
        status = "Scheduled"
        kept = LINE.put_back(ctx, mail.taken, values)
    else:
        status = _final(states.values())
        kept = LINE.finish(ctx, mail.taken, {**values, "status": status, "template_data": None, "sealed_message": None})
    if not kept:
        return
    if not again:
        ctx.connection.remove(SECRET, {"doctype": QUEUE, "name": mail.row["name"]})
    _note_recipients(ctx, mail, states, outcome)
    shown = {"subject": filled["subject"], "content": filled["message"]} if filled else {}
    set_delivery(ctx, mail.row["communication"], SENT if status == "Partially Sent" else status, **shown)


def _recipient_states(mail: Outgoing, outcome: Outcome, *, again: bool) -> dict[str, str]:
    """Row name → status after this attempt."""
    states = {}
    for row in mail.recipients:
        state, recipient = row["status"], row["recipient"]
        if state == OPEN and recipient in outcome.sent:
            state = SENT
        elif state == OPEN and (recipient in outcome.refused or not again):
            state = ERROR
        states[row["name"]] = state
    return states


def _final(states: Iterable[str]) -> str:
    """Email Queue.status of a mail that is done with, by those of its recipients."""
    found = set(states)
    if SENT in found:
        return "Partially Sent" if ERROR in found else SENT
    return ERROR if ERROR in found else "Expired"


def _note_recipients(ctx: Context, mail: Outgoing, states: Mapping[str, str], outcome: Outcome) -> None:
    meta = ctx.definitions[RECIPIENT]
    for row in mail.recipients:
        if row["status"] != states[row["name"]]:
            reason = outcome.refused.get(row["recipient"]) or outcome.error
            error = reason if states[row["name"]] == ERROR else None
            ctx.connection.update_row(meta, row["name"], {"status": states[row["name"]], "error": error})


def sweep(ctx: Context) -> None:
    """Once an hour: plan mail that no job remembers, and forget what was sent long ago."""
    LINE.sweep(ctx)
    old = {"status": SENT, "creation": ["<", ctx.now() - KEEP]}
    for row in ctx.as_system().store.list(QUEUE, filters=old, order_by="creation asc", limit=SWEPT):
        ctx.connection.delete_rows(ctx.definitions[RECIPIENT], {"parent": row["name"], "parenttype": QUEUE})
        ctx.connection.delete_rows(ctx.definitions[QUEUE], {"name": row["name"]})
