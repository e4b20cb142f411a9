"""A service request knows who asks by the address, and when it was settled."""

from __future__ import annotations

from crm_platform.pack import Context, Document

SETTLED = ("Resolved", "Closed")


def recognise(ctx: Context, doc: Document) -> None:
    """Find contact and customer of a new request by the mail address, when exactly one has it."""
    if not doc.is_new or not doc.raised_by or doc.customer:
        return
    if doc.email_account:
        doc.channel = "Email"
    contacts = ctx.store.list("Contact", filters={"email_id": doc.raised_by}, limit=2)
    if not doc.contact and len(contacts) == 1:
        doc.contact = contacts[0]["name"]
    doc.customer = _customer_of(ctx, doc)


def _customer_of(ctx: Context, doc: Document) -> str | None:
    if doc.contact:
        links = ctx.store.get("Contact", doc.contact).links
        found = [row.link_name for row in links if row.link_doctype == "Customer"]
    else:
        found = [row["name"] for row in ctx.store.list("Customer", filters={"email_id": doc.raised_by}, limit=2)]
    return found[0] if len(found) == 1 else None


def note_resolution(ctx: Context, doc: Document) -> None:
    """Write down when the request was resolved; reopened, it is not."""
    if doc.has_changed("status"):
        doc.resolution_date = (doc.resolution_date or ctx.now()) if doc.status in SETTLED else None
