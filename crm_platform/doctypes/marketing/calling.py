"""Telephone lists and what recipients lead to: calls, opportunities."""

from __future__ import annotations

from typing import Any

from crm_platform.doctypes.marketing.sending import CAMPAIGN, RECIPIENT
from crm_platform.pack import Context, Document, ValidationError, writes

CALLED = ("Completed", "No Answer", "Busy", "Failed")


def call_list(ctx: Context, name: str) -> dict[str, Any]:
    """The calls of a campaign that are still to be made, as a list with filters."""
    campaign = ctx.store.get(CAMPAIGN, name)
    filters = [["campaign", "=", campaign.name], ["channel", "=", "Phone"], ["status", "=", "Waiting"]]
    return {"list": RECIPIENT, "filters": filters}


@writes
def log_call(ctx: Context, name: str) -> dict[str, str]:
    """A Call Log of a call to the recipient `name`, begun now by the caller."""
    recipient = ctx.store.get(RECIPIENT, name)
    if not recipient.phone:
        raise ValidationError("{recipient} has no telephone number.", recipient=recipient.recipient_name)
    values = {
        "type": "Outgoing",
        "status": "Initiated",
        "to": recipient.phone,
        "reference_doctype": recipient.recipient_type,
        "reference_docname": recipient.recipient,
    }
    call = ctx.store.new("Call Log", values)
    call.campaign_recipient = recipient.name
    return {"doctype": "Call Log", "name": str(ctx.store.insert(call).name)}


def note_call(ctx: Context, call: Document) -> None:
    """A call that was tried takes its recipient off the list; who is to be called again stays on it."""
    if not call.campaign_recipient or call.status not in CALLED:
        return
    store = ctx.as_system().store
    recipient = store.get(RECIPIENT, call.campaign_recipient)
    if recipient.status == "Waiting" and recipient.outcome != "Call Again":
        recipient.status, recipient.sent_on = "Called", ctx.now()
        store.save(recipient)


def note_outcome(ctx: Context, recipient: Document) -> None:
    """Interest on the telephone is a response; who is to be called again is back on the list."""
    if not recipient.has_changed("outcome"):
        return
    if recipient.outcome == "Interested" and not recipient.responded_on:
        recipient.status, recipient.responded_on = "Responded", ctx.now()
    if recipient.outcome == "Call Again":
        recipient.status = "Waiting"


@writes
def make_opportunity(ctx: Context, name: str) -> dict[str, str]:
    """The opportunity that a response leads to, of the campaign: the one that is there, else a new one.

    A lead is given the campaign, and goes on to be qualified and converted. Raises ValidationError for a contact
    without customer.
    """
    recipient = ctx.store.get(RECIPIENT, name, for_update=True)
    if recipient.recipient_type == "Lead":
        lead = ctx.store.get("Lead", recipient.recipient)
        if not lead.campaign:
            ctx.store.update("Lead", lead.name, {"campaign": recipient.campaign})
        _attribute(ctx, recipient, "lead", lead.name)
        return {"doctype": "Lead", "name": lead.name}
    if not recipient.opportunity:
        title = ctx._("{campaign}: {recipient}", campaign=_title(ctx, recipient), recipient=recipient.recipient_name)
        values = {"title": title, "customer": _customer(ctx, recipient), "campaign": recipient.campaign}
        made = ctx.store.insert(ctx.store.new("Opportunity", values))
        recipient = _attribute(ctx, recipient, "opportunity", made.name)
    return {"doctype": "Opportunity", "name": str(recipient.opportunity)}


def _title(ctx: Context, recipient: Document) -> str:
    return str(ctx.as_system().store.get(CAMPAIGN, recipient.campaign).campaign_name)


def _attribute(ctx: Context, recipient: Document, fieldname: str, name: str) -> Document:
    """Whoever is led on has responded."""
    recipient[fieldname] = name
    if not recipient.responded_on:
        recipient.status, recipient.responded_on = "Responded", ctx.now()
    return ctx.as_system().store.save(recipient)


def _customer(ctx: Context, recipient: Document) -> str:
    if recipient.recipient_type == "Customer":
        return str(recipient.recipient)
    links = ctx.store.get("Contact", recipient.recipient).links
    found = [row.link_name for row in links if row.link_doctype == "Customer"]
    if len(found) != 1:
        raise ValidationError("{recipient} belongs to no customer, or to several.", recipient=recipient.recipient_name)
    return str(found[0])
