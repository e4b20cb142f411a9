"""Who the customers are: how large, how faithful, who looks after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.masters import GROUPS, OFFICES
from crm_platform.demo.history.words import COUNTRIES, Naming, name_company

LOST_REASONS = ("Price too high", "Competitor chosen", "Product does not fit", "Poor service", "No contact any more")
CURRENCY_OF = {"North America": "USD", "Germany, Austria, Switzerland": "EUR"}
BUYERS = 0.7
"""How many ever buy; the others are prospects."""
REFERRED = 0.2
"""How many may have been recommended by another customer."""


@dataclass
class Profile:
    """One customer. Months are numbers of the calendar; `left` is the month in which it was lost, if ever."""

    number: int
    label: str
    naming: Naming
    territory: str
    agent: str
    joined: int
    left: int | None
    rate: float
    """Purchases in a month."""
    size: int
    """How many of a product it takes."""
    groups: Sequence[str]
    """Product groups that it buys, the first one first."""
    pays_after: int
    """Days after the invoice."""
    lost_reason: str = ""
    referred_by: int | None = None
    bought: list[str] = field(default_factory=list)
    """Labels of its invoices."""

    @property
    def is_western(self) -> bool:
        return self.territory in COUNTRIES

    @property
    def currency(self) -> str:
        return CURRENCY_OF.get(self.territory, "CNY")

    def is_here(self, month: int) -> bool:
        return self.joined <= month and (self.left is None or month < self.left)

    def left_on(self, calendar: Calendar) -> date | None:
        return None if self.left is None else calendar.months[self.left]


def make_profiles(random: Random, count: int, calendar: Calendar) -> list[Profile]:
    """Few are large and many small, as anywhere: the sizes follow Pareto's distribution."""
    last = len(calendar.months) - 1
    posts = [(agent, place) for team in OFFICES.values() for agent, places in team.items() for place in places]
    profiles: list[Profile] = []
    for number in range(count):
        agent, territory = random.choice(posts)
        joined = min(int(random.expovariate(1 / 14)), last)
        buys = random.random() < BUYERS
        weight = min(random.paretovariate(1.1), 30)
        left = joined + random.randint(6, 30) if buys and random.random() < 0.3 else None
        profiles.append(
            Profile(
                number,
                f"customer-h{number}",
                name_company(random, number, territory),
                territory,
                agent,
                joined,
                left if left is not None and left <= last else None,
                min(0.02 * weight, 0.5) if buys else 0,
                max(1, int(weight)),
                random.sample(sorted(GROUPS), random.choice((1, 1, 2, 2, 3))),
                random.choice((5, 12, 20, 28, 35, 50, 75)),
                random.choice(LOST_REASONS),
                _referrer(random, profiles, joined),
            )
        )
    return profiles


def _referrer(random: Random, known: Sequence[Profile], joined: int) -> int | None:
    """The number of a customer who was there before and recommended us; None for most."""
    if not known or random.random() > REFERRED:
        return None
    chosen = random.choice(known)
    return chosen.number if chosen.joined < joined else None
