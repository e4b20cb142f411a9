"""What somebody wants sent: a Letter, before it is a row of the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. Either `subject` and `message` (HTML) are given, or `template` names an Email Template.

    `attachments` are Frappe's: {"fid": File name}, {"file_url": address}, or {"print_format_attachment": 1,
    "doctype", "name", "print_format", "lang"}. `sender` is an address that the caller may use; empty for that of the
    account. `send_after` is aware UTC. `confidential` keeps the text encrypted until it is sent, and off the timeline.
    `automated`: no person wrote it, so programs should not answer.
    """

    recipients: Sequence[str]
    subject: str = ""
    message: str = ""
    reference_doctype: str = ""
    reference_name: str = ""
    attachments: Sequence[Mapping[str, Any]] = ()
    template: str = ""
    language: str = ""
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    """Name of the Communication that is answered."""
    email_account: str = ""
    send_after: datetime | None = None
    add_unsubscribe_link: bool = True
    confidential: bool = False
    automated: bool = True
