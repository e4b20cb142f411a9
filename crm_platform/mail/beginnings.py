"""A mail that belongs to nothing begins a document of the DocType that its account names (Frappe append_to)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.errors import CRMError
from crm_platform.mail.incoming import Incoming
from crm_platform.mail.threads import Thread
from crm_platform.mail.timeline import COMMUNICATION
from crm_platform.metadata.model import DocType

ANSWER = re.compile(r"^(?:\s*(?:re|aw|sv|antw|fwd?|wg|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：])+\s*", re.IGNORECASE)
RECENT = timedelta(days=60)
"""An answer without the headers of one belongs to the sender's document of this subject, if it is no older."""

PER_SENDER = 20
"""Documents that one sender may begin in an hour: two programs that answer each other would never end."""

TOO_MANY = "The sender began {limit} documents within an hour: this mail began none."
LENGTH = 140


def begin(ctx: Context, append_to: str, account: str, mail: Incoming) -> Thread:
    """The thread of the sender's earlier document with this subject, or of a new one; empty when the mail begins none.

    What a program wrote begins nothing. The new document is made with the system's rights: the account says that it
    shall be. When it cannot be made, the reason is the thread's `problem`, and the mail is kept.
    """
    meta = ctx.definitions.get(append_to)
    if meta is None or mail.automatic or not mail.sender or not meta.properties.get("email_append_to"):
        return Thread()
    found = _earlier(ctx, meta, mail)
    if found is not None:
        return found
    if _began(ctx, meta, mail) >= PER_SENDER:
        return Thread(problem=ctx._(TOO_MANY, limit=PER_SENDER))
    return _made(ctx, meta, account, mail)


def _made(ctx: Context, meta: DocType, account: str, mail: Incoming) -> Thread:
    system = ctx.as_system().store
    try:
        document = system.insert(system.new(meta.name, _values(meta, account, mail)))
    except CRMError as error:
        faults = "; ".join(f"{fault.field}: {fault.message()}" for fault in error.errors)
        return Thread(problem=f"{meta.name}: {error} {faults}".strip()[:1000])
    return Thread(meta.name, str(document["name"]))


def _values(meta: DocType, account: str, mail: Incoming) -> dict[str, Any]:
    """What the DocType's properties say where subject and sender go (Frappe subject_field, sender_field…)."""
    wanted = {
        "subject_field": mail.subject,
        "sender_field": mail.sender,
        "sender_name_field": mail.sender_name or mail.sender.partition("@")[0],
    }
    values = {_field(meta, name): value for name, value in wanted.items()}
    values |= {"description": mail.html if _is_html(meta) else mail.text} if "description" in meta.columns else {}
    values |= {"email_account": account} if "email_account" in meta.columns else {}
    return {name: _fitting(meta, name, value) for name, value in values.items() if name}


def _field(meta: DocType, name: str) -> str:
    chosen = str(meta.properties.get(name) or "")
    return chosen if chosen in meta.columns else ""


def _is_html(meta: DocType) -> bool:
    return meta.by_name["description"].kind.html


def _fitting(meta: DocType, name: str, value: str) -> str:
    field = meta.field(name)
    long = field is not None and field.fieldtype in ("Text", "Small Text", "Long Text", "Text Editor", "HTML Editor")
    return value if long else value[: (field.length if field else 0) or LENGTH]


def _earlier(ctx: Context, meta: DocType, mail: Incoming) -> Thread | None:
    """The sender's own document of the same subject, for answers of programs that write no In-Reply-To."""
    subject, sender = _field(meta, "subject_field"), _field(meta, "sender_field")
    bare = ANSWER.sub("", mail.subject)
    if bare == mail.subject or not (subject and sender and bare):
        return None
    filters: Mapping[str, Any] = {
        sender: mail.sender,
        subject: ["in", [bare[:LENGTH], mail.subject[:LENGTH]]],
        "creation": [">", ctx.now() - RECENT],
    }
    for row in ctx.as_system().store.list(meta.name, filters=filters, order_by="creation desc", limit=1):
        return Thread(meta.name, str(row["name"]))
    return None


def _began(ctx: Context, meta: DocType, mail: Incoming) -> int:
    """How many documents the sender's mail has begun within an hour."""
    filters = {
        "sender": mail.sender,
        "sent_or_received": "Received",
        "reference_doctype": meta.name,
        "in_reply_to": ["is", "not set"],
        "creation": [">", ctx.now() - timedelta(hours=1)],
    }
    return ctx.as_system().store.count(COMMUNICATION, filters=filters, cap=PER_SENDER)
