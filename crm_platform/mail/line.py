"""Mail about one document leaves in the order in which it was queued: the line in front of the counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document

QUEUE = "Email Queue"
WAITING = ("Not Sent", "Sending")
FOLLOWERS = 20


def place_in_line(ctx: Context, doctype: str, name: str) -> int:
    """The place of a new mail behind those that wait. No clock decides about it: clocks go back."""
    found = _waiting(ctx, doctype, name, WAITING, "sequence desc", 1) if doctype else []
    return int(found[0]["sequence"] or 0) + 1 if found else 1


def has_older(ctx: Context, row: Document) -> bool:
    """Whether mail queued earlier about the same document waits for an attempt; a date in the future is no hurry."""
    if not row["reference_doctype"]:
        return False
    found = _waiting(ctx, row["reference_doctype"], row["reference_name"], WAITING, "sequence asc", None)
    here = _place(row)
    return any(one["retry"] or one["send_after"] <= ctx.now() for one in found if _place(one) < here)


def followers(ctx: Context, row: Document) -> list[str]:
    """The next mails about the same document that wait for their turn."""
    if not row["reference_doctype"]:
        return []
    doctype, name = row["reference_doctype"], row["reference_name"]
    return [str(one["name"]) for one in _waiting(ctx, doctype, name, WAITING[:1], "sequence asc", FOLLOWERS)]


def _place(row: Any) -> tuple[int, Any, str]:
    """Two transactions at one moment may take the same place: then their time and name decide."""
    return (row["sequence"] or 0, row["creation"], row["name"])


def _waiting(
    ctx: Context, doctype: str, name: str, states: Sequence[str], order_by: str, limit: int | None
) -> Sequence[dict[str, Any]]:
    return ctx.as_system().store.list(
        QUEUE,
        fields=("name", "creation", "sequence", "retry", "send_after"),
        filters={"reference_doctype": doctype, "reference_name": name, "status": ["in", list(states)]},
        order_by=order_by,
        limit=limit,
    )
