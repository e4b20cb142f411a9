"""A received mail as plain data, whatever program or attacker wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_platform.mail.attachments import Attachment


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery status notification (RFC 3464): which mail did not reach whom, and why."""

    message_id: str
    recipients: dict[str, str]
    """Address → reason, of those that are given up; not of those that are only late."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail server tells of a mail of ours: of which one, if it says so, and whether in a form for programs."""

    message_id: str
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail. Ids are without angle brackets; `html` is cleaned and shows pictures by `cid:` addresses.

    `automatic`: a program wrote it. `problem` says why only its headers could be read.
    """

    message_id: str
    subject: str
    sender: str
    sender_name: str = ""
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    date: datetime | None = None
    answers: Sequence[str] = ()
    """In-Reply-To and References, the nearest first."""
    html: str = ""
    text: str = ""
    attachments: Sequence[Attachment] = ()
    automatic: bool = False
    bounce: Bounce | None = None
    notice: Notice | None = None
    problem: str = ""
