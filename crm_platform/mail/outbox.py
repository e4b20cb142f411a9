"""The outbox: mail is queued in the transaction of the document that causes it, and sent by a job after COMMIT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import orjson

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import ValidationError
from crm_platform.mail.accounts import Account, outgoing_account
from crm_platform.mail.addresses import domain_of, header_text, recipients_of
from crm_platform.mail.attachments import check_attachments
from crm_platform.mail.letters import Letter
from crm_platform.mail.templates import sources_of
from crm_platform.mail.timeline import record_sent, thread_of
from crm_platform.mail.unsubscribing import unsubscribed
from crm_platform.mail.waiting import LINE, QUEUE

Freeze = Callable[[Context, Document, Mapping[str, str], str], str]
"""(ctx, document, {"subject", "message"} as Jinja sources, language) → what a worker process fills later, as text."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Outbox:
    """Queues mail. `freeze` is printing's part: templates are filled in worker processes when the mail is sent."""

    freeze: Freeze

    def queue_mail(  # noqa: PLR0913 what other rooms may say, by name
        self,
        ctx: Context,
        *,
        recipients: Sequence[str],
        subject: str = "",
        message: str = "",
        reference_doctype: str = "",
        reference_name: str = "",
        attachments: Sequence[Mapping[str, Any]] = (),
        template: str = "",
    ) -> str:
        """Queue one mail in the transaction of `ctx`; returns the name of its Email Queue document.

        Without COMMIT nothing is sent. The parameters are those of a Letter. Attachments, and the document that a
        template is filled with, are read with the rights of `ctx`. Raises InvalidEmailAddressError, ValidationError
        (no recipient, a line break in the subject), DoesNotExistError (template, document or file).
        """
        letter = Letter(recipients, subject, message, reference_doctype, reference_name, attachments, template)
        return self.post(ctx, letter)

    def post(self, ctx: Context, letter: Letter) -> str:
        """Queue a whole Letter: as `queue_mail`, for those who say more about it."""
        account = outgoing_account(ctx, letter.email_account)
        people = _people(letter)
        check_attachments(ctx, letter.attachments)
        values = {
            **self._text(ctx, letter),
            **_sender(account, letter),
            "recipients": _rows(ctx, letter, people),
            "reference_doctype": letter.reference_doctype or None,
            "reference_name": letter.reference_name or None,
            "message_id": f"{token_hex(16)}@{domain_of(account.address) if account else 'localhost'}",
            "send_after": letter.send_after or ctx.now(),
            "attachments": orjson.dumps(list(letter.attachments)).decode() if letter.attachments else None,
            "add_unsubscribe_link": int(letter.add_unsubscribe_link),
            "auto_submitted": int(letter.automated),
            **thread_of(ctx, letter.in_reply_to),
        }
        sender = letter.sender or (account.address if account else "")
        values["sequence"] = LINE.place(ctx, values)
        values["communication"] = record_sent(ctx, letter, values, people, sender)
        system = ctx.as_system().store
        name = str(system.insert(system.new(QUEUE, values))["name"])
        LINE.plan(ctx, name, values["send_after"] - ctx.now())
        return name

    def _text(self, ctx: Context, letter: Letter) -> Values:
        """Subject and message; those of a template wait for their worker process."""
        if not letter.template:
            where = "sealed_message" if letter.confidential else "message"
            return {"subject": header_text(letter.subject), where: letter.message}
        sources = sources_of(ctx, letter.template)
        document = ctx.store.get(letter.reference_doctype, letter.reference_name)
        frozen = self.freeze(ctx, document, sources, letter.language)
        return {"subject": letter.template, "email_template": letter.template, "template_data": frozen}


def _people(letter: Letter) -> dict[str, list[str]]:
    given = {"To": letter.recipients, "Cc": letter.cc, "Bcc": letter.bcc}
    people = {kind: recipients_of(addresses) for kind, addresses in given.items()}
    if not any(people.values()):
        raise ValidationError("A mail needs a recipient.")
    return people


def _sender(account: Account | None, letter: Letter) -> Values:
    """Mail comes from the account's own address, whoever wrote it: other addresses would be taken for forged."""
    return {
        "email_account": account.name if account else None,
        "sender": letter.sender_name and header_text(letter.sender_name, "sender"),
        "reply_to": letter.reply_to or None,
    }


def _rows(ctx: Context, letter: Letter, people: Mapping[str, Sequence[str]]) -> list[Values]:
    """A row for each recipient; whoever does not want such mail any more gets none."""
    everybody = [address for addresses in people.values() for address in addresses]
    unwilling = unsubscribed(ctx, letter, everybody) if letter.add_unsubscribe_link else frozenset()
    return [
        {
            "recipient": address,
            "recipient_type": kind,
            "status": "Unsubscribed" if address in unwilling else "Not Sent",
        }
        for kind, addresses in people.items()
        for address in addresses
    ]
