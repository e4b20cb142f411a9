"""Who is in an audience: members of segments as people with an address, and why somebody is not written to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_platform.doctypes.crm.segment import conditions
from crm_platform.pack import Context, Document

PAGE = 200
"""Members that are taken at a time."""
GIVEN, WITHDRAWN = "Given", "Withdrawn"


@dataclass(frozen=True)
class Kind:
    """How people of a DocType are read: field of a recipient → field of the document, or of one that it links."""

    fields: Mapping[str, str]
    contact: str = ""
    """The link to the contact who stands in where the document says nothing."""


CONTACT = {
    "recipient_name": "full_name",
    "email_id": "email_id",
    "phone": "mobile_no",
    "landline": "phone",
    "unsubscribed": "unsubscribed",
}
KINDS: Mapping[str, Kind] = {
    "Customer": Kind(
        {
            **CONTACT,
            "recipient_name": "customer_name",
            "language": "language",
            "preferred_channel": "preferred_channel",
            "closed": "disabled",
        },
        contact="customer_primary_contact",
    ),
    "Lead": Kind({**CONTACT, "recipient_name": "lead_name", "language": "language", "status": "status"}),
    "Contact": Kind(CONTACT),
}


@dataclass(frozen=True)
class Person:
    """Somebody who may be written to or called. `wishes` are the newest consents by channel ("" for every one)."""

    doctype: str
    name: str
    values: Mapping[str, Any]
    wishes: Mapping[str, str]
    left: frozenset[str] = frozenset()
    """Addresses that want no mail of the site at all."""

    def address(self, channel: str) -> str:
        found = self.values.get("email_id") if channel == "Email" else self.values.get("phone")
        return str(found or (self.values.get("landline") if channel == "Phone" else "") or "")

    def reason_against(self, campaign: Document, channel: str) -> str:
        """Why the person is left out (Campaign Recipient.skipped_because); empty when nothing speaks against it."""
        wishes = {self.wishes.get(channel), self.wishes.get("")} - {None}
        reasons = {
            "No Address": not self.address(channel),
            "Do Not Contact": self.values.get("status") == "Do Not Contact" or self.values.get("closed"),
            "Unsubscribed": channel == "Email" and (self.values["unsubscribed"] or self._has_left()),
            "Consent Withdrawn": WITHDRAWN in wishes,
            "No Consent": campaign.requires_consent and GIVEN not in wishes,
            "Prefers Another Channel": self._prefers_another(campaign, channel),
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _has_left(self) -> bool:
        return self.address("Email").casefold() in self.left

    def _prefers_another(self, campaign: Document, channel: str) -> bool:
        """Of two channels that a campaign has, somebody is reached over the preferred one."""
        preferred = self.values.get("preferred_channel")
        offered = {"Email": campaign.send_email, "Phone": campaign.make_calls}
        return bool(preferred != channel and preferred in offered and offered[preferred] and self.address(preferred))


def members(ctx: Context, segment: Document, after: str) -> list[str]:
    """The next page of a segment's members, by name, as far as the caller may read them."""
    filters = [*conditions(segment), ["name", ">", after]]
    rows = ctx.store.list(segment.document_type, filters=filters, order_by="name asc", limit=PAGE)
    return [str(row["name"]) for row in rows]


def people(ctx: Context, purpose: str, doctype: str, names: Sequence[str]) -> list[Person]:
    """These documents as people, in the order of their names. An opportunity stands for its customer.

    Read as the system: consent and wishes of a person hold whoever asks.
    """
    if doctype == "Opportunity":
        rows = ctx.as_system().store.list(
            doctype, fields=["customer"], filters={"name": ["in", list(names)], "customer": ["is", "set"]}, limit=None
        )
        doctype, names = "Customer", sorted({row["customer"] for row in rows})
    found = list(_read(ctx, doctype, names))
    wishes = _wishes(ctx, doctype, names, purpose)
    left = _left(ctx, {str(values["email_id"] or "").casefold() for _, values in found})
    return [Person(doctype, name, values, wishes.get(name, {}), left) for name, values in found]


def _read(ctx: Context, doctype: str, names: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    kind = KINDS[doctype]
    own = [f"{field} as {name}" for name, field in kind.fields.items()]
    stand_in = [f"{kind.contact}.{field} as contact_{name}" for name, field in CONTACT.items() if kind.contact]
    rows = ctx.as_system().store.list(
        doctype,
        fields=["name", *own, *stand_in],
        filters={"name": ["in", list(names)]},
        order_by="name asc",
        limit=None,
    )
    for row in rows:
        filled = {name: row[name] or row.get(f"contact_{name}") for name in kind.fields}
        yield row["name"], filled


def _wishes(ctx: Context, doctype: str, names: Sequence[str], purpose: str) -> Mapping[str, Mapping[str, str]]:
    """{name: {channel: Given or Withdrawn}}: the newest entry counts, and an expired one is none."""
    rows = ctx.as_system().store.list(
        "Consent",
        fields=["reference_name", "channel", "status", "valid_until"],
        filters={"reference_doctype": doctype, "reference_name": ["in", list(names)], "purpose": purpose},
        order_by="creation asc, name asc",
        limit=None,
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        expired = row["valid_until"] and row["valid_until"].isoformat() < ctx.today()
        found.setdefault(row["reference_name"], {})[row["channel"] or ""] = "" if expired else row["status"]
    return found


def _left(ctx: Context, addresses: Collection[str]) -> frozenset[str]:
    filters = {"email": ["in", sorted(addresses)], "global_unsubscribe": 1}
    rows = ctx.as_system().store.list("Email Unsubscribe", fields=["email"], filters=filters, limit=None)
    return frozenset(str(row["email"]).casefold() for row in rows)
