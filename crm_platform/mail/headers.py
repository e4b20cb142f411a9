"""Header values of received mail, decoded within limits: nothing here raises, and nothing takes long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice

from crm_platform.documents.coerce import is_email
from crm_platform.mail.addresses import CONTROL, normal

LONGEST = 4000
"""Characters of a header value that are looked at."""

MOST_IDS = 50
MOST_ADDRESSES = 100
ID = re.compile(r"<([^<>\s]{1,500})>")
CHARSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
}
"""Names that programs write, and the larger sets that they mean."""


def raw(message: Message, name: str) -> str:
    """A header as text, unfolded, its encoded words as they are; empty when it is missing."""
    return " ".join(next(_stated(message, name), "").split())


def _stated(message: Message, name: str) -> Iterator[str]:
    """The values of a header; bytes that are not ASCII, which some servers leave without saying their charset, too."""
    named = (str(value)[:LONGEST] for key, value in message.raw_items() if key.lower() == name.lower())
    return (value if value.isascii() else guessed(value.encode("utf-8", "surrogateescape")) for value in named)


def text(message: Message, name: str) -> str:
    """A header as people read it, on one line."""
    return decoded(raw(message, name))


def decoded(value: str) -> str:
    """Encoded words (RFC 2047) as text; what cannot be decoded stays as it is."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        parts = [(value, None)]
    joined = "".join(part if isinstance(part, str) else decode(part, charset or "ascii") for part, charset in parts)
    return " ".join(CONTROL.sub(" ", joined).split())


def decode(content: bytes, charset: str) -> str:
    """Bytes in a charset that somebody named; what does not fit is replaced."""
    name = charset.strip().strip("\"'").lower()
    try:
        return content.decode(CHARSETS.get(name, name), "replace")
    except (LookupError, UnicodeError, ValueError):
        return guessed(content)


def guessed(content: bytes) -> str:
    """Bytes whose charset nobody states: UTF-8, else what Chinese programs write."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """(name, address) of everybody in a header, real addresses only."""
    values = [" ".join(value.split()) for value in islice(_stated(message, name), 5)]
    try:
        pairs = getaddresses(values)[:MOST_ADDRESSES]
    except (
        RecursionError,
        ValueError,
        IndexError,
    ):  # comments in comments, and what else the standard parser breaks at
        return []
    return [(decoded(shown), normal(address)) for shown, address in pairs if is_email(address)]


def ids(message: Message, *names: str) -> list[str]:
    """The message ids in headers, each once."""
    found = [one for name in names for one in ID.findall(raw(message, name))]
    return list(dict.fromkeys(found))[:MOST_IDS]


def sent_at(message: Message) -> datetime | None:
    """The date that the mail itself states, in UTC; None when it is none."""
    try:
        stated = parsedate_to_datetime(raw(message, "Date"))
        return (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


AUTOMATIC_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
AUTOMATIC_HEADERS: Sequence[str] = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "List-Unsubscribe")

SERVERS = frozenset({"mailer-daemon", "postmaster"})
"""Names under which mail servers write."""


def is_from_server(message: Message) -> bool:
    """Whether a mail server wrote the mail: of what became of another."""
    is_report = message.get_content_type() == "multipart/report"
    return is_report or any(one.partition("@")[0] in SERVERS for _, one in addresses(message, "From"))


def is_automatic(message: Message) -> bool:
    """Whether a program wrote the mail: an absence note, a notification, a newsletter (RFC 3834, RFC 2919)."""
    submitted = raw(message, "Auto-Submitted").lower()
    return (
        (submitted not in ("", "no"))
        or raw(message, "Precedence").lower() in AUTOMATIC_PRECEDENCE
        or raw(message, "Return-Path") == "<>"
        or is_from_server(message)
        or any(message.get(name) is not None for name in AUTOMATIC_HEADERS)
    )
