"""What a campaign cost, shared by those who answered: a Customer Cost for each customer, by its responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.marketing.sending import CAMPAIGN, RECIPIENT
from crm_platform.doctypes.selling.settings import company_places
from crm_platform.doctypes.selling.sharing import split
from crm_platform.pack import Context, Document, ValidationError, writes

COST = "Customer Cost"
SUBMITTED = 1
CLOSED = "Closed"


@writes
def book_costs(ctx: Context, name: str) -> dict[str, Any]:
    """The API method behind the button: share the cost of a campaign; answers the list of what is booked now.

    Booked again, what has changed is cancelled and booked anew, so a campaign is never counted twice. Raises
    PermissionError for who may not submit customer costs, ValidationError without cost or responses.
    """
    campaign = ctx.store.get(CAMPAIGN, name, for_update=True)
    if campaign.total_cost <= 0 or not campaign.responses:
        raise ValidationError(
            "{campaign} has no cost, or no responses to share it by.", campaign=campaign.campaign_name
        )
    _book(ctx, campaign, shares(ctx, campaign))
    return {"list": COST, "filters": [["campaign", "=", name], ["docstatus", "=", SUBMITTED]]}


def book_at_the_end(ctx: Context, doc: Document) -> None:
    """A campaign that is closed is booked: whoever closes it decides that, and need not see what customers cost."""
    if doc.has_changed("workflow_state") and doc.workflow_state == CLOSED and doc.responses and doc.total_cost > 0:
        _book(ctx.as_system(), doc, shares(ctx.as_system(), doc))


def shares(ctx: Context, campaign: Document) -> Mapping[str, Decimal]:
    """Customer → its part of the cost, by its part of the responses; that of others than customers is left out."""
    filters = {"campaign": campaign.name, "responded_on": ["is", "set"]}
    fields = ["recipient_type", "recipient"]
    rows = ctx.as_system().store.list(RECIPIENT, fields=fields, filters=filters, order_by="name", limit=None)
    responses = Counter(customer_of(ctx, row["recipient_type"], row["recipient"]) for row in rows)
    customers = sorted(responses, key=lambda name: (name == "", name))
    weights = [Decimal(responses[customer]) for customer in customers]
    parts = split(campaign.total_cost, weights, company_places(ctx)) if weights else []
    return {customer: part for customer, part in zip(customers, parts, strict=True) if customer and part}


def customer_of(ctx: Context, doctype: str, name: str) -> str:
    """The customer that somebody who answered belongs to; empty for none, or for several."""
    store = ctx.as_system().store
    if doctype == "Customer" or not store.exists(doctype, name):
        return name if doctype == "Customer" else ""
    doc = store.get(doctype, name)
    if doctype == "Lead":
        return str(doc.customer or "")
    found = {row.link_name for row in doc.links if row.link_doctype == "Customer"}
    return str(found.pop()) if len(found) == 1 else ""


def _book(ctx: Context, campaign: Document, wanted: Mapping[str, Decimal]) -> None:
    """What stays the same stays; the rest is cancelled by the system, since who books may not cancel other costs."""
    system = ctx.as_system().store
    filters = {"campaign": campaign.name, "docstatus": SUBMITTED}
    booked = system.list(COST, fields=["name", "customer", "amount"], filters=filters, limit=None)
    kept = {row["customer"] for row in booked if wanted.get(row["customer"]) == row["amount"]}
    for row in booked:
        if row["customer"] not in kept:
            system.cancel(COST, row["name"])
    for customer in sorted(wanted.keys() - kept):
        values = {"customer": customer, "cost_type": "Campaign", "amount": wanted[customer]}
        cost = ctx.store.new(COST, {**values, "description": campaign.campaign_name})
        cost.campaign = campaign.name
        ctx.store.submit(COST, str(ctx.store.insert(cost).name))
