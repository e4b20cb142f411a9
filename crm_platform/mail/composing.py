"""A person writes from a document: under that person's rights, on its timeline, and by mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError, PermissionError, ValidationError
from crm_platform.mail.accounts import outgoing_account, reply_address, sending_accounts
from crm_platform.mail.addresses import normal, recipients_of
from crm_platform.mail.attachments import PRINT
from crm_platform.mail.cleaning import clean
from crm_platform.mail.letters import Letter
from crm_platform.mail.outbox import Outbox
from crm_platform.mail.timeline import COMMUNICATION
from crm_platform.mail.waiting import QUEUE

MEDIA = frozenset({"Email", "Chat", "Phone", "SMS", "Event", "Meeting", "Visit", "Other"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person wrote. `medium` other than Email, or not `send`: it is only noted on the timeline."""

    doctype: str
    name: str
    subject: str
    content: str
    recipients: Sequence[str] = ()
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    sender: str = ""
    medium: str = "Email"
    send: bool = True
    received: bool = False
    attachments: Sequence[Mapping[str, Any]] = ()
    print_format: str | None = None
    """Attach the document's print-out in this format ("": the standard one); None for no print-out."""
    language: str = ""
    copy_to_me: bool = False
    template: str = ""
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The Communication that came of a draft, and who gets no mail by own wish."""

    communication: str
    unwilling: Sequence[str] = ()


def write(ctx: Context, outbox: Outbox, draft: Draft) -> Written:
    """Note the draft on its document's timeline and queue it.

    Raises PermissionError (no right to mail the document, somebody else's sender), DoesNotExistError,
    InvalidEmailAddressError, ValidationError.
    """
    document = ctx.store.get(draft.doctype, draft.name)
    if not ctx.policy.allows(document.meta, "email", document):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=draft.doctype, action="email")
    if draft.medium not in MEDIA:
        template = "{value} is no medium. Choose one of: {values}."
        raise ValidationError(template, value=draft.medium, values=", ".join(sorted(MEDIA)))
    if draft.send and draft.medium == "Email" and not draft.received:
        return _send(ctx, outbox, draft)
    return Written(_note(ctx, draft))


def _send(ctx: Context, outbox: Outbox, draft: Draft) -> Written:
    own = _own_address(ctx)
    account = _account(ctx, draft, own)
    letter = Letter(
        recipients=draft.recipients,
        cc=[*draft.cc, own] if draft.copy_to_me and own else draft.cc,
        bcc=draft.bcc,
        subject=draft.subject,
        message=clean(draft.content),
        reference_doctype=draft.doctype,
        reference_name=draft.name,
        attachments=_attachments(draft),
        template=draft.template,
        language=draft.language,
        sender_name=_own_name(ctx),
        reply_to="" if reply_address(ctx) else own,
        in_reply_to=draft.in_reply_to,
        email_account=account,
        automated=False,
    )
    queued = ctx.as_system().store.get(QUEUE, outbox.post(ctx, letter))
    unwilling = [row["recipient"] for row in queued["recipients"] if row["status"] == "Unsubscribed"]
    return Written(str(queued["communication"]), unwilling)


def _note(ctx: Context, draft: Draft) -> str:
    """What was said elsewhere: a call, a meeting, a mail from another program."""
    system = ctx.as_system().store
    noted = system.new(
        COMMUNICATION,
        {
            "subject": draft.subject or ctx._(draft.medium),
            "content": draft.content,
            "communication_medium": draft.medium,
            "sent_or_received": "Received" if draft.received else "Sent",
            "sender": draft.sender or _own_address(ctx) or None,
            "sender_full_name": None if draft.sender else _own_name(ctx),
            "recipients": ", ".join(recipients_of(draft.recipients)) or None,
            "cc": ", ".join(recipients_of(draft.cc)) or None,
            "reference_doctype": draft.doctype,
            "reference_name": draft.name,
            "communication_date": ctx.now(),
            "status": "Linked",
            "user": ctx.user,
        },
    )
    return str(system.insert(noted)["name"])


def _account(ctx: Context, draft: Draft, own: str) -> str:
    """The account to send through. Nobody sends under an address that is neither the site's nor his own."""
    account = outgoing_account(ctx)
    wanted = normal(draft.sender)
    if wanted and wanted != normal(own):
        chosen = sending_accounts(ctx).get(wanted)
        if chosen is None:
            template = "You cannot send as {value}. Leave the sender out, or choose an Email Account's address."
            fault = FieldError("sender", template, "PermissionError", params={"value": draft.sender})
            raise PermissionError(template, errors=[fault], value=draft.sender)
        return chosen
    if account is None:
        raise ValidationError("There is no outgoing Email Account that is set up. Mark one as Default Outgoing.")
    return account.name


def _attachments(draft: Draft) -> list[Mapping[str, Any]]:
    if draft.print_format is None:
        return list(draft.attachments)
    paper = {
        PRINT: 1,
        "doctype": draft.doctype,
        "name": draft.name,
        "print_format": draft.print_format,
        "lang": draft.language,
    }
    return [*draft.attachments, paper]


def _user(ctx: Context) -> Document:
    return ctx.as_system().store.get("User", ctx.user)


def _own_address(ctx: Context) -> str:
    address = str(_user(ctx)["email"] or "")
    return address if "@" in address else ""


def _own_name(ctx: Context) -> str:
    return str(_user(ctx)["full_name"] or "")
