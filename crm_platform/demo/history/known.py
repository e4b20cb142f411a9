"""The customers of the small demo as a history sees them, and a year of business with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from json import loads
from random import Random
from typing import Any

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.customers import lead_records
from crm_platform.demo.history.insight import insight_records
from crm_platform.demo.history.masters import GROUPS, OFFICES, SMALL_DEMO_AGENTS, master_records
from crm_platform.demo.history.profiles import Profile
from crm_platform.demo.history.records import Record
from crm_platform.demo.history.service import service_records
from crm_platform.demo.history.trade import Trade
from crm_platform.demo.history.words import Naming

ELSEWHERE = {"Europe": "Germany, Austria, Switzerland", "All Territories": "North America"}
"""Territories without an office → the one that looks after them."""
AGENTS = {
    place: agent
    for team in OFFICES.values()
    for agent, places in team.items()
    if agent in SMALL_DEMO_AGENTS
    for place in places
}
BUSY = 0.8
"""Fewer activities than with customers of the large demo: this one is there in seconds."""
LEADS = (0, 1, 1, 2, 3)
"""In a month."""
ASKED = 5.0
"""How much oftener they answer a survey."""
GONE_FOR = 3
"""Months since a lost customer bought for the last time."""


def known_profiles(random: Random, months: int) -> list[Profile]:
    """One for each customer in the files of the demo; who is lost there buys no more."""
    records = loads(files("crm_platform").joinpath("demo", "04_customers.json").read_bytes())
    customers = [record for record in records if record["doctype"] == "Customer" and "id" in record]
    return [_profile(random, number, record, months) for number, record in enumerate(customers)]


def _profile(random: Random, number: int, record: Mapping[str, Any], months: int) -> Profile:
    values = record["values"]
    territory = ELSEWHERE.get(values["territory"], values["territory"])
    weight = min(random.paretovariate(1.1), 12)
    return Profile(
        number,
        str(record["id"]),
        Naming(values["customer_name"], values.get("industry", ""), "", ""),
        territory,
        AGENTS.get(territory, "王芳"),
        0,
        months - GONE_FOR if "lost_on" in values else None,
        min(0.08 + 0.02 * weight, 0.25),
        max(1, int(weight)),
        random.sample(sorted(GROUPS), random.choice((1, 2, 2, 3))),
        random.choice((5, 12, 20, 28, 35, 50, 75)),
    )


def year_of(random: Random, profiles: Sequence[Profile], calendar: Calendar) -> Iterator[Record]:
    """The records of each month, those of one DocType in a row."""
    trade = Trade(random, calendar)
    yield from master_records(calendar)
    for month in range(len(calendar.months)):
        yield from lead_records(random, profiles, calendar, month, random.choice(LEADS))
        yield from trade.month(profiles, month)
        yield from service_records(random, profiles, calendar, month, BUSY)
        yield from insight_records(random, profiles, calendar, month, ASKED)
