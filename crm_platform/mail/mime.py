"""A queued mail as MIME: what goes over the wire to one recipient."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from html import escape, unescape

import nh3

from crm_platform.documents.costly_html import is_costly
from crm_platform.errors import ValidationError
from crm_platform.mail.addresses import ascii_domain
from crm_platform.mail.attachments import Attachment

BREAKS = re.compile(r"(?i)<br\s*/?>|</(?:p|div|tr|li|h[1-6]|table|ul|ol|blockquote)>")
BLANKS = re.compile(r"[ \t]+")
EMPTY_LINES = re.compile(r"\n\s*\n\s*\n+")
LONGEST_TEXT = 200_000
"""Characters of the text alternative; the rest is in the HTML."""


UNFOLDED = frozenset({"list-unsubscribe", "message-id", "in-reply-to", "references"})


class Whole(EmailPolicy):
    """RFC 5322 with identifiers and links on one line: Python's own policy breaks long ones into encoded words."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header as it goes over the wire."""
        if name.lower() in UNFOLDED:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


POLICY = Whole(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything that a mail says besides its recipient. `to` and `cc` are shown, Bcc never is."""

    message_id: str
    sender: str
    sender_name: str
    subject: str
    html: str
    date: datetime
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    attachments: Sequence[Attachment] = ()
    automated: bool = False


def compose(envelope: Envelope, unsubscribe: str = "", unsubscribe_text: str = "") -> EmailMessage:
    """The message, with `unsubscribe` as its List-Unsubscribe link where that is given.

    Raises ValidationError for a value that no header can hold.
    """
    message = EmailMessage(policy=POLICY)
    try:
        for name, value in _headers(envelope, unsubscribe).items():
            if value:
                message[name] = value
    except (ValueError, TypeError, IndexError):  # what the header classes of Python raise for hostile values
        raise ValidationError(
            "The mail cannot be written: its subject or an address holds what no header may."
        ) from None
    html = envelope.html + _leaving(unsubscribe, unsubscribe_text)
    message.set_content(text_of(html), charset="utf-8")
    message.add_alternative(f"<html><body>{html}</body></html>", subtype="html", charset="utf-8")
    for attachment in envelope.attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.file_name)
    return message


def _headers(envelope: Envelope, unsubscribe: str) -> dict[str, object]:
    automated = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"} if envelope.automated else {}
    leaving = {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return {
        "From": Address(envelope.sender_name, addr_spec=ascii_domain(envelope.sender)),
        "To": ", ".join(map(ascii_domain, envelope.to)),
        "Cc": ", ".join(map(ascii_domain, envelope.cc)),
        "Reply-To": ascii_domain(envelope.reply_to),
        "Subject": envelope.subject,
        "Date": format_datetime(envelope.date),
        "Message-ID": f"<{envelope.message_id}>",
        "In-Reply-To": envelope.in_reply_to and f"<{envelope.in_reply_to}>",
        "References": envelope.in_reply_to and f"<{envelope.in_reply_to}>",
        **automated,
        **(leaving if unsubscribe else {}),
    }


def text_of(html: str) -> str:
    """The words of HTML, for programs that show no HTML."""
    broken = BREAKS.sub("\n", html[: LONGEST_TEXT * 4])
    if is_costly(broken):
        broken = escape(broken)
    words = unescape(nh3.clean(broken, tags=set(), clean_content_tags={"script", "style"}))
    lines = (BLANKS.sub(" ", line).strip() for line in words.splitlines())
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT]


def _leaving(link: str, text: str) -> str:
    return f'<p style="color:#777;font-size:small"><a href="{escape(link)}">{escape(text)}</a></p>' if link else ""
