"""A recipient who is added by hand: the name and the address are those of the record, as the audience has them."""

from __future__ import annotations

from crm_platform.doctypes.marketing.calling import note_outcome
from crm_platform.doctypes.marketing.people import KINDS, people
from crm_platform.pack import Context, Document

ADDRESSES = {"Email": "email_id", "Phone": "phone"}


def prepare(ctx: Context, doc: Document) -> None:
    """Before a recipient is validated."""
    if doc.is_new and not doc.recipient_name and _may_read(ctx, doc):
        _introduce(ctx, doc)
    note_outcome(ctx, doc)


def _may_read(ctx: Context, doc: Document) -> bool:
    named = doc.recipient_type in KINDS and doc.recipient
    return bool(named and ctx.store.list(doc.recipient_type, filters={"name": doc.recipient}, limit=1))


def _introduce(ctx: Context, doc: Document) -> None:
    for person in people(ctx, "", doc.recipient_type, [doc.recipient]):
        doc.recipient_name = person.values["recipient_name"]
        field = ADDRESSES.get(doc.channel)
        if field and not doc[field]:
            doc[field] = person.address(doc.channel) or None
