"""Finds the conversation that a received mail belongs to, and asks whether its sender has a part in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import CRMError
from crm_platform.mail.addresses import normal, split
from crm_platform.mail.incoming import Incoming
from crm_platform.mail.timeline import COMMUNICATION

AsUser = Callable[[Context, str], Context]
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Thread:
    """The document that a mail is about, and the Communication that it answers; empty when there is none."""

    doctype: str = ""
    name: str = ""
    communication: str = ""
    problem: str = ""


def find_thread(ctx: Context, as_user: AsUser, mail: Incoming) -> Thread | None:
    """The thread that the mail answers, by its In-Reply-To and References; None when there is none for this sender.

    Whoever has seen a mail knows its Message-ID: the sender must be one of those who wrote or got mail about the
    document, the address that stands in it, or a user who may read it.
    """
    for row in _answered(ctx, mail.answers):
        doctype, name = row["reference_doctype"], row["reference_name"]
        document = _document(ctx, doctype, name)
        if document is None:
            continue
        if mail.sender and (mail.sender in _people(ctx, document) or _may_read(ctx, as_user, mail.sender, document)):
            return Thread(doctype, name, row["name"])
    return None


def _answered(ctx: Context, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """The Communications with these message ids, in their order, that are about a document."""
    if not ids:
        return []
    rows = ctx.as_system().store.list(
        COMMUNICATION,
        fields=("name", "message_id", "reference_doctype", "reference_name"),
        filters={"message_id": ["in", list(ids)], "reference_doctype": ["is", "set"]},
        order_by="creation desc",
        limit=None,
    )
    return sorted(rows, key=lambda row: ids.index(row["message_id"]))


def _document(ctx: Context, doctype: str, name: str) -> Document | None:
    try:
        return ctx.as_system().store.get(doctype, name)
    except CRMError:
        return None  # deleted, or its DocType is gone


def _people(ctx: Context, document: Document) -> frozenset[str]:
    """Everybody who wrote or got mail about the document, and the address that stands in it."""
    rows = ctx.as_system().store.list(
        COMMUNICATION,
        fields=("sender", "recipients", "cc", "bcc"),
        filters={"reference_doctype": document.doctype, "reference_name": document["name"]},
        order_by="creation desc",
        limit=LOOKED_AT,
    )
    field = document.meta.properties.get("sender_field")
    stated = document[field] if field in document.meta.columns else ""
    return frozenset(_addresses(rows)) | {normal(address) for address in split(stated or "")}


def _addresses(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        for value in row.values():
            yield from (normal(address) for address in split(value or ""))


def _may_read(ctx: Context, as_user: AsUser, sender: str, document: Document) -> bool:
    """Whether the sender is a user who may read the document."""
    for row in ctx.as_system().store.list("User", filters={"email": sender, "enabled": 1}, limit=1):
        return as_user(ctx, row["name"]).policy.allows(document.meta, "read", document)
    return False
