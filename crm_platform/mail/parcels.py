"""A mail that was taken from the outbox, with all that the network part needs and no transaction has to be open for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from crm_platform.documents.context import Context
from crm_platform.errors import CRMError
from crm_platform.mail.accounts import Server, outgoing_account, reply_address, smtp_server
from crm_platform.mail.attachments import Reader
from crm_platform.mail.unsubscribing import LEAVE, Wish, link
from crm_platform.mail.waiting import Outgoing

AsUser = Callable[[Context, str], Context]


@dataclass(frozen=True)
class Parcel:
    """`headers` are the fields of a mime.Envelope without its attachments; `problem` says why it cannot be sent."""

    mail: Outgoing
    server: Server | None = None
    sender: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)
    template: str = ""
    attachments: Sequence[Any] = ()
    leaving: Mapping[str, str] = field(default_factory=dict)
    leave: str = ""
    problem: CRMError | None = None
    filled: Mapping[str, str] = field(default_factory=dict)
    """Subject and message as a template made them; empty without one."""

    def with_text(self, subject: str, message: str) -> Parcel:
        """The parcel with the text that its template made; the signature stays below it."""
        html = message + self.headers["html"]
        made = {"subject": subject, "message": message}
        return replace(self, headers={**self.headers, "subject": subject, "html": html}, filled=made)


def pack(ctx: Context, mail: Outgoing, reader: Reader, as_user: AsUser, site: str) -> Parcel:
    """Gather what `mail` is made of. Print-outs are read with the rights of who queued it."""
    row = mail.row
    account = outgoing_account(ctx, row["email_account"] or "") or outgoing_account(ctx)
    if account is None:
        return Parcel(mail)
    wanted = orjson.loads(row["attachments"] or "[]")
    try:
        attachments = reader.before(as_user(ctx, row["owner"]), wanted) if wanted else []
    except CRMError as error:
        return Parcel(mail, problem=error)
    shown = {kind: [r["recipient"] for r in mail.recipients if r["recipient_type"] == kind] for kind in ("To", "Cc")}
    return Parcel(
        mail,
        server=smtp_server(ctx, account.name),
        sender=account.address,
        headers={
            "message_id": row["message_id"],
            "sender": account.address,
            "sender_name": account.sender_name or row["sender"] or "",
            "subject": row["subject"] or "",
            "html": mail.message + account.signature,
            "date": ctx.now().astimezone(ctx.runtime.zone),
            "to": shown["To"],
            "cc": shown["Cc"],
            "reply_to": row["reply_to"] or ("" if account.receives else reply_address(ctx)),
            "in_reply_to": row["in_reply_to"] or "",
            "automated": bool(row["auto_submitted"]),
        },
        template=row["template_data"] or "",
        attachments=attachments,
        leaving=_links(ctx, mail, site) if row["add_unsubscribe_link"] else {},
        leave=ctx._(LEAVE),
    )


def _links(ctx: Context, mail: Outgoing, site: str) -> dict[str, str]:
    """Each recipient's own link for leaving."""
    place = (mail.row["reference_doctype"] or "", mail.row["reference_name"] or "")
    return {recipient: link(ctx.runtime.cipher, site, Wish(recipient, *place)) for recipient in mail.open}
