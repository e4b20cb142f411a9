"""From the bytes of a received mail to an Incoming, within limits that hold whatever the bytes are."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from html import escape
from mimetypes import guess_extension

from crm_platform.mail import headers
from crm_platform.mail.attachments import UNKNOWN, Attachment
from crm_platform.mail.bounces import bounce_of, notice_of
from crm_platform.mail.cleaning import clean
from crm_platform.mail.incoming import Incoming
from crm_platform.mail.mime import text_of

LOG = logging.getLogger(__name__)

HEADERS = 256 << 10
"""Bytes of the headers of a mail."""

LINES = 600_000
PARTS = 2_000
"""Of a mail of the largest size that we fetch: more makes objects out of each line until memory is full."""

SHOWN_PARTS = 200
MOST_ATTACHMENTS = 50
LONGEST_BODY = 1_000_000
"""Characters of a text that are kept."""

NO_SUBJECT = "(no subject)"
TOO_LARGE = "The mail is too large or has too many parts: only its headers were read."
UNREADABLE = "The mail is not written as mail is: only its headers were read."


def parse(content: bytes, *, whole: bool = True) -> Incoming:
    """Read a mail; `whole` is False when only the beginning of a large one was fetched. Raises nothing."""
    if not whole or _is_bomb(content):
        return _of_headers(content, TOO_LARGE)
    try:
        return _of_message(message_from_bytes(content), content)
    except Exception:  # Python's parser raises what it likes for hostile bytes, RecursionError among it
        LOG.warning("A received mail cannot be parsed", exc_info=True)
        return _of_headers(content, UNREADABLE)


def _is_bomb(content: bytes) -> bool:
    end = content.find(b"\n\n", 0, HEADERS + 2), content.find(b"\n\r\n", 0, HEADERS + 3)
    headed = max(end) >= 0 or len(content) < HEADERS
    return not headed or content.count(b"\n") > LINES or content.count(b"\n--") > PARTS


def _of_headers(content: bytes, problem: str) -> Incoming:
    """What the headers alone say; without any the mail still has an id, so that it is taken once."""
    head = content[:HEADERS].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    message = message_from_bytes(b"\n".join(head.split(b"\n")[:500]) + b"\n\n")
    return _incoming(message, content, problem=problem)


def _of_message(message: Message, content: bytes) -> Incoming:
    bodies: dict[str, str] = {}
    files: list[Attachment] = []
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in ("text/html", "text/plain") and kind not in bodies and not _is_file(part):
            bodies[kind] = headers.decode(_payload(part), part.get_content_charset() or "")[:LONGEST_BODY]
        elif len(files) < MOST_ATTACHMENTS:
            files.append(_attachment(part, len(files) + 1))
    plain = bodies.get("text/plain", "")
    html = clean(bodies["text/html"]) if "text/html" in bodies else _as_html(plain)
    told = {"bounce": bounce_of(message), "notice": notice_of(message)}
    return _incoming(message, content, html=html, text=plain or text_of(html), attachments=files, **told)


def _incoming(message: Message, content: bytes, **parts: object) -> Incoming:
    senders = headers.addresses(message, "From") or headers.addresses(message, "Sender") or [("", "")]
    made_up = hashlib.sha256(content).hexdigest()[:32] + "@no-message-id"
    values = {
        "message_id": next(iter(headers.ids(message, "Message-ID")), made_up),
        "subject": headers.text(message, "Subject") or NO_SUBJECT,
        "sender": senders[0][1],
        "sender_name": senders[0][0],
        "to": [address for _, address in headers.addresses(message, "To")],
        "cc": [address for _, address in headers.addresses(message, "Cc")],
        "date": headers.sent_at(message),
        "answers": _answers(message),
        "automatic": headers.is_automatic(message),
    }
    return Incoming(**{**values, **parts})  # type: ignore[arg-type]  # fields of Incoming by name


def _answers(message: Message) -> list[str]:
    """The nearest first: References ends with the mail that is answered."""
    return list(dict.fromkeys([*headers.ids(message, "In-Reply-To"), *reversed(headers.ids(message, "References"))]))


def _parts(message: Message) -> Iterator[Message]:
    """The leaves, in order; a forwarded mail is one leaf, since it is a file to its receiver."""
    waiting, seen = [message], 0
    while waiting and seen < SHOWN_PARTS:
        part = waiting.pop(0)
        seen += 1
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting = [*(one for one in part.get_payload() if isinstance(one, Message)), *waiting]
        elif part.get_content_type() != "message/delivery-status":
            yield part


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _payload(part: Message) -> bytes:
    """The decoded bytes; a forwarded mail as it was."""
    content = part.get_payload(decode=True)
    if isinstance(content, bytes):
        return content
    inner = part.get_payload()
    return inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Message) else b""


def _attachment(part: Message, number: int) -> Attachment:
    kind = part.get_content_type()
    name = headers.decoded(str(part.get_filename() or "")[:500])
    if not name:
        name = f"attachment-{number}{'.eml' if kind == 'message/rfc822' else guess_extension(kind) or '.bin'}"
    content_id = next(iter(headers.ids(part, "Content-ID")), "")
    return Attachment(name, _payload(part), kind or UNKNOWN, content_id)


def _as_html(plain: str) -> str:
    return "<br>".join(escape(line) for line in plain.splitlines())
