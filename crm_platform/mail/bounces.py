"""Mails that tell of an undelivered one: delivery status notifications (RFC 3464, RFC 6533), the plain texts of Exim
(X-Failed-Recipients) and of qmail (QSBMF). Finds who was not reached by which mail of ours; a notification of a server
that says it to people only is known as one, and left to them."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as BadBase64Error
from collections.abc import Callable, Iterator, Mapping
from email import message_from_string
from email.message import Message
from quopri import decodestring

from crm_platform.mail import headers
from crm_platform.mail.addresses import normal
from crm_platform.mail.incoming import Bounce, Notice

REPORT = "multipart/report"
STATUS = ("message/delivery-status", "message/global-delivery-status")
ORIGINAL = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
MOST = 200
REASON = 300
LONGEST = 50_000
"""Characters of a part that are looked at."""

DECODERS: Mapping[str, Callable[[bytes], bytes]] = {"": bytes, "base64": b64decode, "quoted-printable": decodestring}

GIVEN_UP = re.compile(r"failed\b", re.IGNORECASE)
COPIED_ID = re.compile(r"^message-id:\s*<([^<>\s]{1,500})>", re.IGNORECASE | re.MULTILINE)
QMAIL = re.compile(r"Hi\. This is (the|an?) .{1,200}", re.DOTALL)
QMAIL_RECIPIENT = re.compile(r"^<([^<>\s]{3,254})>:\s*\n(.{0,600})", re.MULTILINE)


def bounce_of(message: Message) -> Bounce | None:
    """What a notification says; None for every other mail."""
    report = _report(message)
    failed, original = _of_report(report) if report is not None else _of_text(message)
    original = original or _answered(message)
    return Bounce(original, failed) if failed and original else None


def notice_of(message: Message) -> Notice | None:
    """What a mail server wrote about a mail of ours, whether a program can read it or not; None for other mail."""
    report = _report(message)
    if report is None and not headers.is_from_server(message):
        return None
    _, original = _of_report(report) if report is not None else _of_text(message)
    is_readable = report is not None and any(_blocks(part) for part in _parts(report) if _is_status(part))
    return Notice(original or _answered(message), is_readable)


def _answered(message: Message) -> str:
    return next(iter(headers.ids(message, "In-Reply-To", "References")), "")


def _report(message: Message) -> Message | None:
    """The report itself; gateways that add a footer put it into a mail of several parts, and servers that call theirs
    one of several parts put the status right there."""
    around = _parts(message) if message.get_content_type() == "multipart/mixed" else []
    inside = next((part for part in [message, *around] if part.get_content_type() == REPORT), None)
    is_bare = any(map(_is_status, around)) and headers.is_from_server(message)
    return inside or (message if is_bare else None)


def _is_status(part: Message) -> bool:
    return part.get_content_type() in STATUS


def _parts(message: Message) -> list[Message]:
    inner = message.get_payload()
    return [part for part in inner[:10] if isinstance(part, Message)] if isinstance(inner, list) else []


def _of_report(report: Message) -> tuple[dict[str, str], str]:
    """Who was given up, and the id of the mail that came back, where that is with it."""
    parts = _parts(report)
    failed = {address: why for part in parts for address, why in _failed(part)}
    return failed, next((found for part in parts if (found := _message_id(part))), "")


def _failed(part: Message) -> Iterator[tuple[str, str]]:
    """The recipients that were given up (Action: failed)."""
    for block in _blocks(part)[:MOST] if _is_status(part) else ():
        if GIVEN_UP.match(headers.raw(block, "Action")):
            address, original = _address(block, "Final-Recipient"), _address(block, "Original-Recipient")
            why = headers.text(block, "Diagnostic-Code") or headers.raw(block, "Status") or "failed"
            for one in {address, original} - {""}:
                yield one, why[:REASON]


def _address(block: Message, name: str) -> str:
    """What follows the kind of the address, without the angle brackets and the remark that some servers write."""
    address = headers.raw(block, name).rpartition(";")[2].partition("(")[0]
    return normal(address).removeprefix("<").removesuffix(">")


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a status: the standard parser tells them apart in message/delivery-status that is not
    encoded, and nowhere else."""
    if part.get_content_type() == STATUS[0] and not _encoding(part):
        return _parts_of_status(part)
    return [
        message_from_string(block.lstrip()) for block in re.split(r"\r?\n[ \t]*\r?\n", _text(part)) if block.strip()
    ]


def _parts_of_status(part: Message) -> list[Message]:
    blocks = part.get_payload()
    return [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []


def _message_id(part: Message) -> str:
    """The id of the mail that came back, as a whole or by its headers."""
    if part.get_content_type() not in ORIGINAL:
        return ""
    return next(iter(headers.ids(message_from_string(_text(part).lstrip()), "Message-ID")), "")


def _encoding(part: Message) -> str:
    stated = headers.raw(part, "Content-Transfer-Encoding").lower()
    return stated if stated in DECODERS else ""


def _text(part: Message) -> str:
    """The content of a part as text, decoded though its kind may not be encoded: some servers do it all the same."""
    inner = part.get_payload()
    content = "\n".join(map(str, inner[:MOST])) if isinstance(inner, list) else str(inner or "")
    written = content[:LONGEST].encode("utf-8", "surrogateescape")
    try:
        decoded = DECODERS[_encoding(part)](written.strip())
    except BadBase64Error:
        decoded = written
    return headers.decode(decoded, "utf-8")


def _of_text(message: Message) -> tuple[dict[str, str], str]:
    """What a notification without a report says: its readers are people, but some of it is always written alike."""
    body = next((_text(part) for part in (message, *_parts(message)) if part.get_content_type() == "text/plain"), "")
    failed = {one: "failed" for _, one in headers.addresses(message, "X-Failed-Recipients")}
    if QMAIL.match(body.lstrip()):
        failed |= {normal(one): " ".join(why.split())[:REASON] for one, why in QMAIL_RECIPIENT.findall(body)[:MOST]}
    copied = COPIED_ID.search(body)
    return failed, copied[1] if copied and failed else next(filter(None, map(_message_id, _parts(message))), "")
