"""Delivery status notifications (RFC 3464): finds in a mail who was not reached by which mail of ours."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_string
from email.message import Message

from crm_platform.mail import headers
from crm_platform.mail.addresses import normal
from crm_platform.mail.incoming import Bounce

ORIGINAL = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
MOST = 200
REASON = 300


def bounce_of(message: Message) -> Bounce | None:
    """What a notification says; None for every other mail."""
    inner = message.get_payload()
    if message.get_content_type() != "multipart/report" or not isinstance(inner, list):
        return None
    parts = [part for part in inner[:10] if isinstance(part, Message)]
    failed = {address: why for part in parts for address, why in _failed(part)}
    original = next((found for part in parts if (found := _message_id(part))), "")
    return Bounce(original, failed) if failed and original else None


def _failed(part: Message) -> Iterator[tuple[str, str]]:
    """The recipients that were given up (Action: failed)."""
    blocks = part.get_payload()
    if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
        return
    for block in blocks[:MOST] if isinstance(blocks, list) else ():
        if isinstance(block, Message) and headers.raw(block, "Action").lower() == "failed":
            address = normal(headers.raw(block, "Final-Recipient").rpartition(";")[2])
            original = normal(headers.raw(block, "Original-Recipient").rpartition(";")[2])
            why = headers.text(block, "Diagnostic-Code") or headers.raw(block, "Status") or "failed"
            for one in {address, original} - {""}:
                yield one, why[:REASON]


def _message_id(part: Message) -> str:
    """The id of the mail that came back, as a whole or by its headers."""
    if part.get_content_type() not in ORIGINAL:
        return ""
    content = part.get_payload()
    original = content[0] if isinstance(content, list) and content else message_from_string(str(content)[:50_000])
    return next(iter(headers.ids(original, "Message-ID")), "") if isinstance(original, Message) else ""
