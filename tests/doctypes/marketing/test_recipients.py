"""Who is added to a campaign by hand is told apart by name, and reached at the address of the record."""

from __future__ import annotations

from support.crm import Crm, Person


def marketer(crm: Crm) -> Person:
    return crm.person("recipients@example.com", "Marketing User")


def test_a_recipient_that_is_added_by_hand_has_name_and_address(crm: Crm) -> None:
    person = marketer(crm)
    campaign = person.create("Campaign", campaign_name="展会")["name"]
    values = {"customer_name": "手工客户", "email_id": "hand@example.org", "mobile_no": "+86-139-0000-7777"}
    customer = crm.sales.create("Customer", **values)["name"]
    named = {"campaign": campaign, "recipient_type": "Customer", "recipient": customer}
    mail = person.create("Campaign Recipient", **named)
    assert (mail["recipient_name"], mail["email_id"], mail.get("phone")) == ("手工客户", "hand@example.org", None)
    call = person.create("Campaign Recipient", **named, channel="Phone")
    assert (call["recipient_name"], call["phone"]) == ("手工客户", "+86-139-0000-7777")
    assert "Address in the Campaign must be unique" in person.refused_new("Campaign Recipient", **named)
    lead = crm.sales.create("Lead", first_name="梅", last_name="李", email_id="mei@example.org")
    given = {"campaign": campaign, "recipient_type": "Lead", "recipient": lead["name"], "email_id": "other@example.org"}
    made = person.create("Campaign Recipient", **given)
    assert (made["recipient_name"], made["email_id"]) == (lead["lead_name"], "other@example.org")


def test_nobody_learns_a_name_from_a_recipient(crm: Crm) -> None:
    """A user who may not read the customer cannot have it told by adding it to a campaign."""
    person = crm.person("one.segment@example.com", "Marketing User")
    mine, other = (crm.sales.create("Customer", customer_name=name)["name"] for name in ("我的", "别人的"))
    crm.administrator.create("User Permission", user=person.email, allow="Customer", for_value=mine)
    campaign = marketer(crm).create("Campaign", campaign_name="保密")["name"]
    row = {"campaign": campaign, "recipient_type": "Customer"}
    assert person.create("Campaign Recipient", **row, recipient=mine)["recipient_name"] == "我的"
    refused = person.client.post("/api/resource/Campaign Recipient", json={**row, "recipient": other})
    assert "别人的" not in refused.text
