"""Communications: mail on the timeline of the document that it is about, and the thread that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_platform.documents.companions import COMPANIONS
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.errors import FieldError, ValidationError
from crm_platform.mail.letters import Letter

COMMUNICATION = "Communication"
ADDRESS_FIELDS = {"To": "recipients", "Cc": "cc", "Bcc": "bcc"}


def record_sent(
    ctx: Context, letter: Letter, values: Mapping[str, Any], people: Mapping[str, Sequence[str]], sender: str
) -> str | None:
    """Note a queued mail on the timeline of its document, so that answers find it. None for confidential mail."""
    if letter.confidential or not letter.reference_doctype:
        return None
    system = ctx.as_system().store
    noted = system.new(
        COMMUNICATION,
        {
            "subject": values["subject"],
            "content": letter.message,
            "communication_type": "Automated Message" if letter.automated else COMMUNICATION,
            "sent_or_received": "Sent",
            "delivery_status": "Scheduled",
            "status": "Linked",
            "sender": sender or None,
            "sender_full_name": letter.sender_name or None,
            **{ADDRESS_FIELDS[kind]: ", ".join(addresses) for kind, addresses in people.items() if addresses},
            "reference_doctype": letter.reference_doctype,
            "reference_name": letter.reference_name,
            "in_reply_to": letter.in_reply_to or None,
            "communication_date": ctx.now(),
            "user": ctx.user,
            "has_attachment": int(bool(letter.attachments)),
            "email_account": values["email_account"],
            "email_template": letter.template or None,
            "message_id": values["message_id"],
        },
    )
    return str(system.insert(noted)["name"])


def thread_of(ctx: Context, communication: str) -> dict[str, str]:
    """In-Reply-To and References of an answer to a Communication that the caller may read."""
    if not communication:
        return {}
    answered = ctx.store.get(COMMUNICATION, communication)
    return {"in_reply_to": answered["message_id"]} if answered["message_id"] else {}


def set_delivery(ctx: Context, communication: str | None, status: str, **values: Any) -> None:
    """Tell the timeline what became of a mail. When the entry is gone with its document, nobody is told."""
    if communication:
        meta = ctx.definitions[COMMUNICATION]
        ctx.connection.update_row(meta, communication, {"delivery_status": status, **values})


def check_reference(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a document event's signature
    """A Communication belongs to a document of its own right, never to a comment or another Communication."""
    if doc.get("reference_doctype") in COMPANIONS:
        template = "{doctype} has no timeline of its own. Choose the document that it belongs to."
        params = {"doctype": doc["reference_doctype"]}
        raise ValidationError(template, errors=[FieldError("reference_doctype", template, params=params)], **params)


LISTENERS = (Listener("core", COMMUNICATION, "validate", check_reference),)
