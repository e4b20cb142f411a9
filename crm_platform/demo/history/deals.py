"""Opportunities: those that became an invoice, those that were lost, and those that are open today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.customers import SOURCES
from crm_platform.demo.history.masters import MANAGER, SELLERS
from crm_platform.demo.history.profiles import LOST_REASONS, Profile
from crm_platform.demo.history.records import Record, record

if TYPE_CHECKING:
    from crm_platform.demo.history.trade import Sale

LOST_PER_WON = 0.4
OPEN = 0.12
"""How many customers have an open deal today."""
TAXED = Decimal("1.13")


def settled_deals(random: Random, sales: Sequence[Sale], calendar: Calendar, month: int) -> Iterator[Record]:
    """A won deal for each sale, and lost ones in between."""
    at = calendar.at(month)
    for sale in sales:
        values = _deal(random, sale.customer, sale.day, sale.rows[0]["product"])
        amount = float((sale.total / TAXED).quantize(Decimal(1)))
        yield record("Opportunity", at, **values, sales_stage="Won", opportunity_amount=amount)
        if random.random() < LOST_PER_WON:
            lost = _deal(random, sale.customer, sale.day, sale.rows[0]["product"])
            reason = random.choice(LOST_REASONS)
            yield record(
                "Opportunity", at, **lost, sales_stage="Lost", opportunity_amount=amount * 1.5, lost_reason=reason
            )


def _deal(random: Random, customer: Profile, closed: date, product: str) -> dict[str, Any]:
    return {
        "title": f"{customer.naming.company} {product}",
        "customer": f"@{customer.label}",
        "product": product,
        "source": SOURCES[customer.number % len(SOURCES)],
        "opportunity_type": random.choice(("New Business", "Existing Business")),
        "sales_person": customer.agent,
        "opportunity_owner": SELLERS.get(customer.agent, MANAGER),
        "currency": customer.currency,
        "engage_date": (closed - timedelta(days=random.randint(5, 120))).isoformat(),
        "closed_date": closed.isoformat(),
    }


def open_deals(random: Random, profiles: Sequence[Profile], calendar: Calendar, month: int) -> Iterator[Record]:
    """What is being worked on: closing is expected within half a year."""
    at = calendar.at(month)
    for profile in profiles:
        if random.random() > OPEN or profile.left is not None:
            continue
        values = _deal(random, profile, calendar.until, "SW-BASE" if "Software" in profile.groups else "GW-4")
        del values["closed_date"]
        expected = calendar.until + timedelta(days=random.randint(3, 180))
        yield record(
            "Opportunity",
            at,
            **values,
            sales_stage=random.choice(("Prospecting", "Engaging", "Engaging")),
            expected_closing=expected.isoformat(),
            opportunity_amount=profile.size * random.randint(4, 40) * 500,
        )
