"""Sending a campaign: its audience is written down, then each who waits gets one mail; a job that may be killed."""

from __future__ import annotations

from functools import partial
from typing import Any

from crm_platform.doctypes.marketing.people import PAGE, Person, members, people
from crm_platform.doctypes.selling.settings import company_currency
from crm_platform.pack import Context, Document, Job, ValidationError, enqueue, queue_mail, task, writes

CAMPAIGN, RECIPIENT, DISPATCH = "Campaign", "Campaign Recipient", "Literature Dispatch"
APPROVED = "Approved"
CHANNELS = {"Email": "send_email", "Phone": "make_calls"}
AT_ONCE = 50
"""Mails that are queued in one transaction."""
LOCKED = ("segments", "budget", "email_template")
HOUR = 3600


def check_campaign(ctx: Context, doc: Document) -> None:
    """Raise ValidationError when somebody changes what was approved."""
    doc.company_currency = company_currency(ctx)
    before = doc.before
    if before is None or before.workflow_state != APPROVED or doc.workflow_state != APPROVED:
        return
    if any(_said(doc, name) != _said(before, name) for name in LOCKED):
        raise ValidationError(
            "Audience, budget and mail of {campaign} were approved as they are. Reject the campaign to change them.",
            campaign=doc.campaign_name,
        )


def _said(doc: Document, name: str) -> Any:
    return [row.segment for row in doc.segments] if name == "segments" else doc[name]


@writes
def send(ctx: Context, name: str) -> dict[str, str]:
    """Send a campaign over its channels. Who has got it gets nothing again; who came to the audience since, does.

    Raises PermissionError, and ValidationError when the campaign is not approved.
    """
    campaign = ctx.store.get(CAMPAIGN, name, for_update=True)
    _check_approved(campaign)
    ctx.store.save(campaign)
    job = enqueue(ctx, send_campaign, {"name": name})
    return {
        "message": ctx._("{campaign} is on its way. The figures follow.", campaign=campaign.campaign_name),
        "job": job,
    }


def _check_approved(campaign: Document) -> None:
    if campaign.workflow_state != APPROVED:
        template = "{campaign} is not approved. Submit it for review first."
        raise ValidationError(template, campaign=campaign.campaign_name)


@task("crm:send_campaign", steps=True, cancellable=True, time_limit=HOUR)
def send_campaign(job: Job, name: str) -> None:
    """In small transactions: a job that was killed goes on where the last one was committed."""
    campaign = job.read(lambda ctx: ctx.store.get(CAMPAIGN, name))
    for row in campaign.segments:
        after: str | None = ""
        while after is not None:
            after = job.write(partial(gather, name=name, segment=row.segment, after=after))
    while job.write(lambda ctx: post(ctx, name)):
        pass


def gather(ctx: Context, name: str, segment: str, after: str) -> str | None:
    """Write down the next members of a segment; answers the last one's name, None at the end."""
    campaign = ctx.store.get(CAMPAIGN, name, for_update=True)
    _check_approved(campaign)
    found = ctx.as_system().store.get("Segment", segment)
    names = members(ctx, found, after)
    for person in people(ctx, campaign.consent_purpose or "", found.document_type, names):
        _write_down(ctx, campaign, person)
    return names[-1] if len(names) == PAGE else None


def _write_down(ctx: Context, campaign: Document, person: Person) -> None:
    for channel, offered in CHANNELS.items():
        if campaign[offered]:
            _add_recipient(ctx, campaign, person, channel)
    if campaign.send_literature and not person.reason_against(campaign, "Post"):
        _add_dispatch(ctx, campaign, person)


def _add_recipient(ctx: Context, campaign: Document, person: Person, channel: str) -> None:
    store, address = ctx.as_system().store, person.address(channel)
    key = [campaign.name, channel, (address or f"{person.doctype}/{person.name}").lower()]
    if store.list(RECIPIENT, filters={"recipient_key": "|".join(key)}, limit=1):
        return
    reason = person.reason_against(campaign, channel)
    doc = store.new(
        RECIPIENT,
        {
            "campaign": campaign.name,
            "channel": channel,
            "recipient_type": person.doctype,
            "recipient": person.name,
            "recipient_name": person.values["recipient_name"],
            "language": person.values.get("language"),
            "email_id" if channel == "Email" else "phone": address or None,
        },
    )
    doc.status, doc.skipped_because = ("Skipped", reason) if reason else ("Waiting", None)
    store.insert(doc)


def _add_dispatch(ctx: Context, campaign: Document, person: Person) -> None:
    store = ctx.as_system().store
    place = {"literature": campaign.literature, "recipient_type": person.doctype, "recipient": person.name}
    if not store.list(DISPATCH, filters={**place, "campaign": campaign.name}, limit=1):
        store.insert(store.new(DISPATCH, {**place, "campaign": campaign.name}))


def post(ctx: Context, name: str) -> int:
    """Queue the mail of the next who wait; answers to how many. The campaign is locked: no address is taken twice."""
    store = ctx.as_system().store
    campaign = store.get(CAMPAIGN, name, for_update=True)
    _check_approved(campaign)
    filters = {"campaign": name, "channel": "Email", "status": "Waiting"}
    waiting = store.list(RECIPIENT, filters=filters, order_by="name asc", limit=AT_ONCE)
    for row in waiting:
        recipient = store.get(RECIPIENT, row["name"])
        recipient.status, recipient.sent_on = "Queued", ctx.now()
        store.save(recipient)
        queue_mail(
            ctx.as_system(),
            recipients=[recipient.email_id],
            template=campaign.email_template,
            reference_doctype=RECIPIENT,
            reference_name=recipient.name,
            language=recipient.language or "",
        )
    return len(waiting)
