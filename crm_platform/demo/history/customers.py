"""How customers come: leads, the customer with contact and address, and what was noted about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.profiles import Profile
from crm_platform.demo.history.records import Record, record
from crm_platform.demo.history.words import COUNTRIES, PLACES, name_company

SOURCES = ("Website", "Website", "Exhibition", "Referral", "Campaign", "Cold Call", "Partner", "Social Media")
CHANNELS = ("Phone", "Email", "Visit", "Email", "Phone")
LEADS_IN_A_MONTH = 0.015
"""Leads that came to nothing yet, per customer."""
NEW_FOR = 3
"""Months for which a customer is new."""


def customer_records(random: Random, profiles: Sequence[Profile], calendar: Calendar, month: int) -> Iterator[Record]:
    """The customers who joined in a month, and the leads of the month."""
    joined = [profile for profile in profiles if profile.joined == month]
    at = calendar.at(month)
    for profile in joined:
        yield record("Customer", at, profile.label, **_customer(random, profile, calendar))
    for profile in joined:
        yield record("Contact", at, f"contact-h{profile.number}", **_contact(random, profile))
    for profile in joined:
        yield record("Address", at, **_address(random, profile))
    for profile in joined:
        if random.random() < 0.4:
            yield record("Lead", at, **_lead(random, profile, "Converted"), customer=f"@{profile.label}")
    yield from lead_records(random, profiles, calendar, month, int(len(profiles) * LEADS_IN_A_MONTH))


def lead_records(
    random: Random, profiles: Sequence[Profile], calendar: Calendar, month: int, count: int
) -> Iterator[Record]:
    """So many leads of a month that came to nothing yet, from where there are customers."""
    for _ in range(count):
        stranger = random.choice(profiles)
        yield record("Lead", calendar.at(month), **_unknown(random, stranger.territory, stranger.number))


def _customer(random: Random, profile: Profile, calendar: Calendar) -> dict[str, Any]:
    values: dict[str, Any] = {
        "customer_name": profile.naming.company,
        "customer_type": "Company",
        "customer_group": "Commercial",
        "territory": profile.territory,
        "industry": profile.naming.industry,
        "country": COUNTRIES.get(profile.territory, "China"),
        "language": "en" if profile.is_western else "zh",
        "account_manager": random.choice(("sales@example.com", "wang.fang@example.com", "manager@example.com")),
        "email_id": f"info@c{profile.number}.example",
        "default_currency": profile.currency,
        "payment_terms": "Net 30",
        "number_of_employees": profile.size * random.randint(4, 40),
        "annual_revenue": profile.size * random.randint(1, 9) * 1_000_000,
        "registered_capital": profile.size * 500_000,
        "is_listed": int(profile.size > 20),
        "customer_level": "ABCD"[min(3, 12 // (profile.size + 3))],
        "preferred_channel": CHANNELS[profile.number % len(CHANNELS)],
        "risk": random.choice(("Low", "Low", "Low", "Medium", "High")),
        "life_cycle_stage": _stage(profile, calendar),
        "entry_product_group": profile.groups[0] if profile.rate else None,
        "external_id": f"H-{profile.number:05}",
    }
    if (day := profile.left_on(calendar)) is not None:
        values |= {"lost_on": day.isoformat(), "lost_reason": profile.lost_reason}
    if profile.referred_by is not None:
        values["referred_by"] = f"@customer-h{profile.referred_by}"
    return values


def _stage(profile: Profile, calendar: Calendar) -> str:
    """Where the customer stands today: the history before it is not told."""
    if profile.left is not None:
        return "Win-back"
    if profile.joined > len(calendar.months) - NEW_FOR:
        return "Welcome" if profile.rate else "Inquiry"
    return "Development" if profile.rate else "Target"


def _contact(random: Random, profile: Profile) -> dict[str, Any]:
    return {
        "first_name": profile.naming.first_name,
        "last_name": profile.naming.last_name,
        "designation": random.choice(
            ("采购经理", "总经理", "设备部主任") if not profile.is_western else ("Buyer", "CEO")
        ),
        "company_name": profile.naming.company,
        "email_id": f"contact@c{profile.number}.example",
        "is_primary_contact": 1,
        "links": [{"link_doctype": "Customer", "link_name": f"@{profile.label}"}],
    }


def _address(random: Random, profile: Profile) -> dict[str, Any]:
    number = random.randint(1, 299)
    return {
        "address_title": profile.naming.company,
        "address_type": "Office",
        "address_line1": f"{number} Market Street" if profile.is_western else f"创新路 {number} 号",
        "city": PLACES.get(profile.territory, "Toledo"),
        "country": COUNTRIES.get(profile.territory, "China"),
        "links": [{"link_doctype": "Customer", "link_name": f"@{profile.label}"}],
    }


def _lead(random: Random, profile: Profile, status: str) -> dict[str, Any]:
    values = {
        "first_name": profile.naming.first_name,
        "last_name": profile.naming.last_name,
        "company_name": profile.naming.company,
        "industry": profile.naming.industry,
        "territory": profile.territory,
        "source": random.choice(SOURCES),
        "status": status,
        "qualification_status": "Qualified" if status == "Converted" else "Unqualified",
    }
    return _in_state(values)


def _unknown(random: Random, territory: str, number: int) -> dict[str, Any]:
    naming = name_company(random, 10_000 + number, territory)
    values = {
        "first_name": naming.first_name,
        "last_name": naming.last_name,
        "company_name": naming.company,
        "industry": naming.industry,
        "territory": territory,
        "source": random.choice(SOURCES),
        "status": random.choice(("Lead", "Open", "Replied", "Do Not Contact")),
        "qualification_status": random.choice(("Unqualified", "Unqualified", "In Process", "Qualified")),
        "request_type": random.choice(("Product Enquiry", "Request for Information", "Other")),
    }
    return _in_state(values)


def _in_state(lead: dict[str, Any]) -> dict[str, Any]:
    """With the state of its workflow, which is called as the qualification that it sets."""
    return {**lead, "workflow_state": lead["qualification_status"]}
