"""What the company waits for on the last day: offers, orders, contracts, a campaign, the targets of the year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from json import dumps
from typing import Any

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.masters import OFFICES, PRICES, SELLERS
from crm_platform.demo.history.profiles import Profile
from crm_platform.demo.history.records import Record, record

CONTRACTS = {
    "customer-03": ("软件维护合同", 40),
    "customer-07": ("传感器校准服务合同", 75),
    "customer-15": ("Maintenance of gateways", 62),
    "customer-20": ("Support for edge controllers", 300),
}
"""Customer → title, and in how many days the contract ends."""
QUOTED = ("customer-02", "customer-05", "customer-08", "customer-16", "customer-21")
ORDERED = ("customer-01", "customer-06", "customer-18")
TARGETS = {team: 1_500_000 + 250_000 * number for number, team in enumerate(OFFICES)}
SPRING = "campaign-spring"
PARTNER = {"sales_partner": "东方自动化 Orient Automation", "commission_rate": 6}
CNY = {"currency": "CNY", "conversion_rate": 1}


def waiting(profiles: Sequence[Profile], calendar: Calendar) -> Iterator[Record]:
    """The papers are those of customers in the files of the demo, named by their labels there."""
    agents = {profile.label: profile.agent for profile in profiles}
    yield from _papers(agents, calendar)
    yield _discounted(calendar)
    yield from _contracts(agents, calendar)
    yield from _renewals(agents, calendar)
    yield from _campaigns(calendar)
    yield from _bought(agents, calendar)
    yield _claim(calendar)
    yield from _targets(calendar)
    yield from _commission(calendar)


def _items(number: int) -> list[dict[str, Any]]:
    products = sorted(PRICES)
    chosen = (products[number % len(products)], products[(number * 5 + 3) % len(products)])
    return [
        {"product": product, "qty": number + place + 1, "price_list_rate": PRICES[product]}
        for place, product in enumerate(chosen)
    ]


def _papers(agents: dict[str, str], calendar: Calendar) -> Iterator[Record]:
    at = calendar.at(len(calendar.months) - 1)
    for number, customer in enumerate(QUOTED):
        day = calendar.until - timedelta(days=3 + 2 * number)
        dates = {"transaction_date": day.isoformat(), "valid_till": (day + timedelta(days=30)).isoformat()}
        values = {**dates, **CNY, "items": _items(number), "sales_person": agents[customer]}
        yield record("Quotation", at, party_name=f"@{customer}", **values, workflow_state="Issued", docstatus=1)
    for number, customer in enumerate(ORDERED):
        day = calendar.until - timedelta(days=5 + 3 * number)
        dates = {"transaction_date": day.isoformat(), "delivery_date": (day + timedelta(days=21)).isoformat()}
        values = {**dates, **CNY, "items": _items(number + 4), "sales_person": agents[customer]}
        yield record("Sales Order", at, customer=f"@{customer}", **values, workflow_state="Confirmed", docstatus=1)


def _discounted(calendar: Calendar) -> Record:
    """An offer with a large discount, which somebody who sells has sent to the manager."""
    values = {
        "party_name": "@customer-18",
        "transaction_date": (calendar.until - timedelta(days=1)).isoformat(),
        "valid_till": (calendar.until + timedelta(days=29)).isoformat(),
        "sales_person": "Sophie Martin",
        "items": [{"product": "ED-1", "qty": 3, "price_list_rate": PRICES["ED-1"], "discount_percentage": 15}],
        **CNY,
    }
    sent = {"user": "@sales", "action": "Submit for Review"}
    return {"doctype": "Quotation", "user": "@sales", "values": values, "actions": [sent]}


def _contracts(agents: dict[str, str], calendar: Calendar) -> Iterator[Record]:
    at = calendar.at(len(calendar.months) - 1)
    for number, (customer, (title, left)) in enumerate(CONTRACTS.items()):
        end = calendar.until + timedelta(days=left)
        start = end - timedelta(days=364)
        yield record(
            "Contract",
            at,
            party_name=f"@{customer}",
            title=title,
            transaction_date=(start - timedelta(days=14)).isoformat(),
            start_date=start.isoformat(),
            end_date=end.isoformat(),
            billing_interval="Quarterly",
            renewal="By Agreement",
            notice_period_days=45,
            contract_owner=SELLERS.get(agents[customer], "manager@example.com"),
            is_signed=1,
            signee="李明" if number < 2 else "Anna Berger",
            signed_on=(start - timedelta(days=7)).isoformat(),
            signed_by_company="manager@example.com",
            items=[{"product": "SV-CARE", "qty": 1, "price_list_rate": PRICES["SV-CARE"]}],
            **CNY,
            workflow_state="Approved",
            docstatus=1,
        )


def _renewals(agents: dict[str, str], calendar: Calendar) -> Iterator[Record]:
    """A deal for each contract that ends soon."""
    at = calendar.at(len(calendar.months) - 1)
    for customer, (title, left) in CONTRACTS.items():
        if left < 90:
            yield record(
                "Opportunity",
                at,
                title=f"{title}: {(calendar.until + timedelta(days=left)).year + 1}",
                customer=f"@{customer}",
                product="SV-CARE",
                opportunity_owner=SELLERS.get(agents[customer], "manager@example.com"),
                sales_person=agents[customer],
                source="Referral",
                sales_pipeline="Renewals",
                sales_stage="Renewal Due" if left > 70 else "Renewal Offered",
                currency="CNY",
                opportunity_amount=PRICES["SV-CARE"],
                engage_date=(calendar.until - timedelta(days=10)).isoformat(),
                expected_closing=(calendar.until + timedelta(days=left - 15)).isoformat(),
            )


def _campaigns(calendar: Calendar) -> Iterator[Record]:
    at = calendar.at(len(calendar.months) - 1)
    yield record("Segment", at, "segment-companies", **_segment("中国企业客户", ["language", "=", "zh"]))
    rows = [{"segment": "@segment-companies"}]
    owner = {"campaign_owner": "marketing@example.com", "segments": rows, "send_email": 0, "make_calls": 1}
    first = calendar.until - timedelta(days=40)
    spent = [
        {"expense_date": first.isoformat(), "expense_type": "Printed Matter", "amount": 6200},
        {"expense_date": first.isoformat(), "expense_type": "Advertising", "amount": 18500},
    ]
    running = {"campaign_type": "Offer", "start_date": first.isoformat(), "budget": 40000, "expenses": spent}
    script = "您好，我们想介绍新一代边缘控制器。"
    yield record(
        "Campaign", at, SPRING, campaign_name="新一代边缘控制器", **running, **owner, call_script=script,
        workflow_state="Approved",
    )  # fmt: skip
    yield from _answers(SPRING, calendar)
    yield from _literature(calendar)
    planned = {"start_date": (calendar.until + timedelta(days=20)).isoformat(), "budget": 25000}
    yield record(
        "Campaign", at, campaign_name="Service week", campaign_type="Event", **planned, **owner, call_script=script,
        workflow_state="Pending Review",
    )  # fmt: skip


def _literature(calendar: Calendar) -> Iterator[Record]:
    """What is handed out, and who got it lately."""
    at = calendar.at(len(calendar.months) - 1)
    titles = {"边缘控制器产品手册": ("zh", 12), "Edge Controllers: Brochure": ("en", 14)}
    for number, (title, (language, cost)) in enumerate(titles.items()):
        brochure = {"product": "ED-1", "language": language, "edition": str(calendar.until.year), "unit_cost": cost}
        yield record("Literature", at, literature_name=title, **brochure)
        for customer in ("customer-03", "customer-06") if language == "zh" else ("customer-16", "customer-18"):
            sent = {"sent_on": (calendar.until - timedelta(days=9 - number)).isoformat(), "quantity": 2}
            yield record(
                "Literature Dispatch", at, literature=title, recipient_type="Customer", recipient=f"@{customer}", **sent
            )


def _segment(name: str, *filters: list[str]) -> dict[str, Any]:
    return {
        "segment_name": name,
        "document_type": "Customer",
        "segment_type": "Live",
        "filters": dumps([list(one) for one in filters]),
    }


def _answers(campaign: str, calendar: Calendar) -> Iterator[Record]:
    at = calendar.at(len(calendar.months) - 1)
    for number in range(1, 11):
        answered = {"status": "Responded", "outcome": "Interested", "responded_on": f"{calendar.until} 09:30:00"}
        yield record(
            "Campaign Recipient",
            at,
            campaign=f"@{campaign}",
            channel="Phone",
            recipient_type="Customer",
            recipient=f"@customer-{number:02}",
            phone=f"+86-10-5550-{number:04}",
            assigned_to="marketing@example.com",
            **(answered if number % 3 == 0 else {"status": "Called" if number % 3 == 1 else "Waiting"}),
        )


def _bought(agents: dict[str, str], calendar: Calendar) -> Iterator[Record]:
    """What came of the campaign so far; the first one was brought by somebody who sells for us."""
    at = calendar.at(len(calendar.months) - 1)
    agent = {"partner_name": PARTNER["sales_partner"], "commission_rate": PARTNER["commission_rate"]}
    yield record("Sales Partner", at, **agent, partner_type="Agent")
    for number, customer in enumerate(("customer-03", "customer-06")):
        day = calendar.until - timedelta(days=3 + 4 * number)
        values = {"posting_date": day.isoformat(), **CNY, "items": _items(number + 2)[:1], "campaign": f"@{SPRING}"}
        values |= {} if number else PARTNER
        yield record("Sales Invoice", at, customer=f"@{customer}", **values, sales_person=agents[customer], docstatus=1)


def _claim(calendar: Calendar) -> Record:
    """Somebody wants to give one of these back; the manager is to decide."""
    product = _items(3)[0]["product"]
    return record(
        "Sales Return",
        calendar.at(len(calendar.months) - 1),
        customer="@customer-06",
        transaction_date=(calendar.until - timedelta(days=2)).isoformat(),
        claim_type="Return and Credit",
        reason="Defective",
        reason_details="通电后指示灯不亮。",
        items=[{"product": product, "qty": 1, "rate": PRICES[product]}],
        workflow_state="Pending Review",
    )


def _commission(calendar: Calendar) -> Iterator[Record]:
    """The plan of those who sign in, and what they have earned until the end of last month."""
    at = calendar.at(len(calendar.months) - 1)
    first, last = calendar.months[0].isoformat(), calendar.end(len(calendar.months) - 2).isoformat()
    tiers = [{"from_amount": 0, "to_amount": 200_000, "rate": 2}, {"from_amount": 200_000, "rate": 3}]
    persons = [{"sales_person": person} for person in SELLERS]
    yield record(
        "Commission Plan", at, plan_name="销售提成 Sales", valid_from=first, tiers=tiers, persons=persons, docstatus=1
    )
    for number, person in enumerate(SELLERS):
        values = {"sales_person": person, "from_date": first, "to_date": last}
        yield record("Commission Statement", at, f"statement-{number}", **values)
    for number in range(len(SELLERS)):
        closed = record("Commission Statement", at + timedelta(minutes=1), docstatus=1)
        yield {**closed, "update": f"@statement-{number}"}


def _targets(calendar: Calendar) -> Iterator[Record]:
    at = calendar.at(len(calendar.months) - 1)
    year = str(calendar.until.year)
    yield record("Fiscal Year", at, year=year, year_start_date=f"{year}-01-01")
    for team, amount in TARGETS.items():
        yield record(
            "Sales Target", at, target_type="Sales Person", target_name=team, target_based_on="Sales Invoice",
            fiscal_year=year, period_type="Year", target_amount=amount,
        )  # fmt: skip
