"""What comes back of a campaign: deliveries and bounces, answers, people who leave."""

from __future__ import annotations

from typing import Any

from crm_platform.doctypes.marketing.sending import RECIPIENT
from crm_platform.pack import Context, Document, enqueue, task

ADMINISTRATOR = "Administrator"
OUTCOMES = {"Sent": "Sent", "Bounced": "Bounced", "Error": "Failed", "Expired": "Failed"}
"""Communication.delivery_status → Campaign Recipient.status."""
OPEN = ("Queued", "Sent")


def note_answer(ctx: Context, mail: Document) -> None:
    """A mail that came in about a recipient is an answer."""
    if mail.reference_doctype == RECIPIENT and mail.sent_or_received == "Received":
        _set(ctx, str(mail.reference_name), status="Responded", responded_on=ctx.now(), response=mail.subject)


def note_leaving(ctx: Context, wish: Document) -> None:
    """Who leaves a campaign's mail wants no marketing mail: the consent is withdrawn, and the person marked."""
    if wish.reference_doctype != RECIPIENT or not wish.reference_name:
        return
    store = ctx.as_system().store
    recipient = _set(ctx, str(wish.reference_name), status="Unsubscribed")
    values = {
        "reference_doctype": recipient.recipient_type,
        "reference_name": recipient.recipient,
        "purpose": store.get("Campaign", recipient.campaign).consent_purpose or "Marketing",
        "channel": "Email",
        "status": "Withdrawn",
        "evidence": ctx._("Left by the link in a mail of the campaign {campaign}.", campaign=recipient.campaign),
    }
    store.insert(store.new("Consent", values))
    person = {"doctype": recipient.recipient_type, "name": recipient.recipient}
    enqueue(ctx, mark_unsubscribed, person, user=ADMINISTRATOR)


@task("crm:mark_unsubscribed")
def mark_unsubscribed(ctx: Context, doctype: str, name: str) -> None:
    """A guest follows the link, and a workflow of the person's DocType lets no guest change it: a job does."""
    store = ctx.as_system().store
    if store.exists(doctype, name):
        store.update(doctype, name, {"unsubscribed": 1})


def _set(ctx: Context, name: str, **values: Any) -> Document:
    store = ctx.as_system().store
    recipient = store.get(RECIPIENT, name)
    for fieldname, value in values.items():
        recipient[fieldname] = value
    return store.save(recipient)


def note_deliveries(ctx: Context) -> None:
    """By the clock: what became of the mails, as their communications say it."""
    store = ctx.as_system().store
    for status in OPEN:
        for row in store.list(RECIPIENT, filters={"channel": "Email", "status": status}, limit=None):
            outcome = _outcome(ctx, str(row["name"]))
            if outcome and outcome != status:
                _set(ctx, str(row["name"]), status=outcome)


def _outcome(ctx: Context, name: str) -> str | None:
    filters = {"reference_doctype": RECIPIENT, "reference_name": name, "sent_or_received": "Sent"}
    mails = ctx.as_system().store.list("Communication", fields=["delivery_status"], filters=filters, limit=1)
    return OUTCOMES.get(mails[0]["delivery_status"]) if mails else None
