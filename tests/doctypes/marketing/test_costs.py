"""What a campaign cost is shared by those who answered: to the cent, once, and again when more is known."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from support.crm import Crm, Person


@pytest.fixture
def manager(crm: Crm) -> Person:
    return crm.person("marketing.head@costs.example", "Marketing User", "Marketing Manager")


def campaign(crm: Crm, title: str, amount: float) -> str:
    expenses = [{"expense_type": "Advertising", "amount": amount}]
    filters = '[["customer_name", "=", "谁也不是"]]'
    segment = crm.administrator.create("Segment", segment_name=title, document_type="Customer", filters=filters)["name"]
    given = {
        "campaign_name": title,
        "expenses": expenses,
        "segments": [{"segment": segment}],
        "send_email": 0,
        "make_calls": 1,
        "call_script": "您好",
    }
    return str(crm.administrator.create("Campaign", **given)["name"])


def answered(crm: Crm, campaign: str, doctype: str, name: str, channels: Sequence[str] = ("Phone",)) -> None:
    """An interested recipient over each of these channels."""
    for channel in channels:
        given = {"campaign": campaign, "recipient_type": doctype, "recipient": name, "outcome": "Interested"}
        crm.administrator.create("Campaign Recipient", channel=channel, **given)


def customers(crm: Crm, *names: str) -> list[str]:
    return [str(crm.sales.create("Customer", customer_name=name)["name"]) for name in names]


def booked(manager: Person, campaign: str) -> dict[str, float]:
    answer = manager.call("crm.campaign.book_costs", name=campaign)
    rows = manager.list(answer["list"], fields=["customer", "base_amount"], filters=answer["filters"])
    return {row["customer"]: row["base_amount"] for row in rows}


def test_the_cost_is_shared_by_responses(crm: Crm, manager: Person) -> None:
    twice, once, none = customers(crm, "两次", "一次", "没有回复")
    contact = crm.sales.create("Contact", first_name="联系人", links=[{"link_doctype": "Customer", "link_name": once}])[
        "name"
    ]
    lead = crm.sales.create("Lead", first_name="线索")["name"]
    name = campaign(crm, "分摊", 100.01)
    answered(crm, name, "Customer", twice, ("Phone", "Email"))
    answered(crm, name, "Contact", contact)
    answered(crm, name, "Lead", lead)
    # Four responses; the part of the lead, 25.00, is no customer's.
    assert booked(manager, name) == {twice: 50.01, once: 25}
    assert crm.sales_manager.get("Customer", twice)["campaign_cost"] == 50.01
    assert crm.sales_manager.get("Customer", none)["campaign_cost"] == 0

    before = {row["name"] for row in manager.list("Customer Cost", filters={"campaign": name, "docstatus": 1})}
    assert booked(manager, name) == {twice: 50.01, once: 25}
    assert before == {row["name"] for row in manager.list("Customer Cost", filters={"campaign": name, "docstatus": 1})}

    answered(crm, name, "Customer", none)
    assert booked(manager, name) == {twice: 40.01, once: 20, none: 20}
    assert crm.sales_manager.get("Customer", twice)["campaign_cost"] == 40.01


def test_closing_a_campaign_books_its_cost(crm: Crm, manager: Person) -> None:
    (customer,) = customers(crm, "结束")
    name = campaign(crm, "结束", 80)
    answered(crm, name, "Customer", customer)
    crm.marketing.act("Campaign", name, "Submit for Review")
    manager.act("Campaign", name, "Approve")
    assert crm.sales_manager.get("Customer", customer)["campaign_cost"] == 0
    crm.marketing.act("Campaign", name, "Close")
    assert crm.sales_manager.get("Customer", customer)["campaign_cost"] == 80


def test_nothing_is_shared_without_responses_or_by_who_may_not(crm: Crm, manager: Person) -> None:
    (customer,) = customers(crm, "无权")
    name = campaign(crm, "无权", 80)
    assert "no responses" in manager.refused("crm.campaign.book_costs", name=name)
    answered(crm, name, "Customer", customer)
    assert crm.marketing.refused("crm.campaign.book_costs", name=name)
    assert crm.sales_manager.get("Customer", customer)["campaign_cost"] == 0
