"""A lead becomes a customer, a contact and an opportunity: once, with everything that is known of it, or not at all."""

from __future__ import annotations

from support.crm import Crm
from support.sabotage import defended_by, nothing

LI = {"first_name": "李", "last_name": "娜", "email_id": "li.na@lanhai.example", "mobile_no": "+86-138-0000-9001"}


def test_a_lead_becomes_a_customer_a_contact_and_an_opportunity(crm: Crm) -> None:
    rep = crm.sales
    lead = rep.create("Lead", company_name="蓝海机电有限公司", title="二十台变频器", source="Exhibition", **LI)
    assert lead["lead_name"] == "李 娜"
    made = rep.call("crm.lead.convert", name=lead["name"])
    assert made["doctype"] == "Opportunity"
    opportunity = rep.get("Opportunity", made["name"])
    assert (opportunity["title"], opportunity["source"], opportunity["lead"]) == (
        "二十台变频器",
        "Exhibition",
        lead["name"],
    )
    customer = rep.get("Customer", opportunity["customer"])
    assert (customer["customer_name"], customer["customer_type"]) == ("蓝海机电有限公司", "Company")
    contact = rep.get("Contact", opportunity["contact_person"])
    assert (contact["full_name"], contact["email_id"]) == ("李 娜", LI["email_id"])
    assert [row["link_name"] for row in contact["links"]] == [customer["name"]]
    assert customer["customer_primary_contact"] == contact["name"]
    after = rep.get("Lead", lead["name"])
    assert (after["status"], after["opportunity"]) == ("Converted", opportunity["name"])


@defended_by("crm_platform.doctypes.crm.lead:_refuse_converted", replace_with=nothing)
def test_I07_two_who_convert_a_lead_at_once_make_one_customer(crm: Crm) -> None:
    lead = crm.sales.create("Lead", first_name="同时", mobile_no="+86-138-0000-9003")["name"]
    answers = crm.admin.gather(*[("POST", "/api/method/crm.lead.convert", {"name": lead})] * 8)
    assert sorted(answer.status_code for answer in answers) == [200, *[417] * 7]
    assert len(crm.sales.list("Opportunity", filters={"lead": lead})) == 1


def test_a_converted_lead_is_not_converted_again(crm: Crm) -> None:
    rep = crm.sales
    lead = rep.create("Lead", first_name="欧阳", mobile_no="+86-138-0000-9002")["name"]
    opportunity = rep.call("crm.lead.convert", name=lead)["name"]
    assert opportunity in rep.refused("crm.lead.convert", name=lead)
    assert len(rep.list("Opportunity", filters={"lead": lead})) == 1


def test_a_customer_that_is_there_is_not_made_twice(crm: Crm) -> None:
    rep = crm.sales
    there = rep.create("Customer", customer_name="天河电子股份有限公司", email_id="info@tianhe.example")["name"]
    known = {"first_name": "赵", "company_name": "天河电子股份有限公司", "email_id": "info@tianhe.example"}
    lead = rep.create("Lead", **known)["name"]
    assert there in rep.refused("crm.lead.convert", name=lead)
    assert rep.get("Lead", lead)["status"] == "Lead"
    rep.change("Lead", lead, customer=there)
    assert rep.call("crm.lead.convert", name=lead)["customer"] == there
    another = rep.create("Lead", new_customer=1, **known)["name"]
    assert rep.call("crm.lead.convert", name=another)["customer"] != there


def test_nothing_is_made_when_a_part_of_it_is_refused(crm: Crm) -> None:
    marketing = crm.marketing
    lead = marketing.create("Lead", first_name="Half", last_name="Done")["name"]
    assert "Customer" in marketing.refused("crm.lead.convert", name=lead)
    assert crm.sales.list("Customer", filters={"customer_name": "Half Done"}) == []
    assert crm.sales.get("Lead", lead)["status"] == "Lead"


def test_a_lead_has_a_name(crm: Crm) -> None:
    assert "First Name" in crm.sales.refused_new("Lead", email_id="nobody@example.com")
