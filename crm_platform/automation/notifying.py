"""Notification Log: what the interface tells one user, written with what that user may read."""

from __future__ import annotations

from dataclasses import dataclass

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document

LOG = "Notification Log"


@dataclass(frozen=True)
class Note:
    """What is told: `type` is Frappe's (Mention, Assignment, Share, Alert)."""

    type: str
    subject: str
    message: str = ""


def tell(ctx: Context, user: str, note: Note, doc: Document) -> None:
    """Write a Notification Log for `user` about a document, in the name of the user of `ctx`."""
    system = ctx.as_system().store
    values = {
        "for_user": user,
        "from_user": ctx.user,
        "type": note.type,
        "subject": note.subject,
        "email_content": note.message,
        "document_type": doc.doctype,
        "document_name": doc["name"],
    }
    system.insert(system.new(LOG, values))


def may_read(reader: Context, doc: Document) -> bool:
    """Whether the user of `reader` may read the document."""
    return reader.policy.allows(doc.meta, "read", doc)


def title_of(reader: Context, doc: Document) -> str:
    """How a sentence names the document to the user of `reader`: its DocType, and its title where it may be read."""
    field = doc.meta.field(doc.meta.title_field) if doc.meta.title_field else None
    open_title = field is not None and (
        not field.permlevel or field.permlevel in reader.policy.levels(doc.meta, "read", doc)
    )
    title = doc.get(doc.meta.title_field) if open_title else None
    return f"{reader._(doc.doctype)} {title or doc['name']}"
