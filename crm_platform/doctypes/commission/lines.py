"""The lines of a commission statement: what is to be stated goes up and down the tiers, in the order of its days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.commission.plans import Plan
from crm_platform.doctypes.commission.sales import CANCELLED, SUBMITTED, Sale

CREDIT, RETURN, CANCELLATION, ADJUSTMENT = "Credit", "Return", "Cancellation", "Tier Adjustment"
Values = dict[str, Any]
Key = tuple[str, str, str, str]
"""DocType, name, what it is against, product group of the tiers: stated once, and taken back once."""
Ladder = tuple[str, str, date]
"""Plan, product group of its tiers, the day on which their amounts began anew."""
Stated = Collection[tuple[str, Key]]
"""What one statement has: (entry type, key)."""


@dataclass(frozen=True)
class Event:
    """Something that is to be stated: it moves along the ladder by `amount`."""

    key: Key
    entry_type: str
    day: date
    ladder: Ladder
    amount: Decimal
    customer_name: str = ""
    document_amount: Decimal = Decimal(0)
    percentage: Decimal = Decimal(0)


class History:
    """What closed statements say: what is stated already, and how far up the ladders that led."""

    def __init__(self, lines: Sequence[Mapping[str, Any]]) -> None:
        self.reached: dict[Ladder, Decimal] = defaultdict(Decimal)
        self.credited: dict[Key, Event] = {}
        self.cancelled: set[Key] = set()
        for line in lines:
            if line["entry_type"] != ADJUSTMENT:
                self._add(line)

    def _add(self, line: Mapping[str, Any]) -> None:
        key, ladder = key_of(line), (line["commission_plan"], line["product_group"] or "", line["tier_start"])
        self.reached[ladder] += line["amount"]
        if line["entry_type"] == CANCELLATION:
            self.cancelled.add(key)
            return
        before = self.credited[key].amount if key in self.credited else Decimal(0)
        self.credited[key] = Event(
            key,
            line["entry_type"],
            line["posting_date"],
            ladder,
            before + line["amount"],
            line["customer_name"] or "",
            line["document_amount"],
            line["allocated_percentage"],
        )


def key_of(line: Mapping[str, Any]) -> Key:
    return (line["document_type"], line["document_name"], line["against"] or "", line["product_group"] or "")


@dataclass(frozen=True)
class Reckoning:
    """All that lines are made of. `groups` gives each product group with those above it, the nearest first; with `only`
    a closed statement is made again of what it has."""

    person: str
    until: date
    plans: Sequence[Plan]
    groups: Mapping[str, Sequence[str]]
    places: int
    only: Stated | None = None

    def lines(self, sales: Sequence[Sale], history: History) -> Iterator[Values]:
        """The lines of all sales that are not stated yet, and of what was stated and is cancelled since."""
        known = {plan.name: plan for plan in self.plans}
        events = [*self._credits(sales, history), *self._cancellations(sales, history, known)]
        for event in sorted(events, key=lambda one: (one.day, one.key, one.entry_type)):
            before = history.reached[event.ladder]
            yield from self._lines_of(event, known[event.ladder[0]], before)
            history.reached[event.ladder] = before + event.amount

    def _credits(self, sales: Sequence[Sale], history: History) -> Iterator[Event]:
        for (ladder, key), own in self._by_key(sales).items():
            whole = sum((sale.amount for sale in own), Decimal(0))
            event = self._credit(own[0], key, ladder, whole)
            if event.amount and self._is_open(event, own[0], history):
                yield event

    def _by_key(self, sales: Sequence[Sale]) -> dict[tuple[Ladder, Key], list[Sale]]:
        """Sales of products that the same tiers are for belong together."""
        found: dict[tuple[Ladder, Key], list[Sale]] = defaultdict(list)
        for sale in sales:
            plan = next((one for one in self.plans if one.holds_on(sale.counts_on)), None)
            group = plan.ladder_of(self.groups.get(sale.product_group, ())) if plan else None
            if plan is not None and group is not None and sale.basis == plan.basis:
                key = (sale.doctype, sale.name, sale.against, group)
                found[(plan.name, group, plan.tier_start(sale.counts_on)), key].append(sale)
        return found

    def _credit(self, sale: Sale, key: Key, ladder: Ladder, whole: Decimal) -> Event:
        return Event(
            key,
            CREDIT if whole > 0 else RETURN,
            sale.day,
            ladder,
            sale.part_of(whole, {self.person}),
            sale.customer_name,
            whole,
            sale.percentage({self.person}),
        )

    def _is_open(self, event: Event, sale: Sale, history: History) -> bool:
        """Whether an event belongs into these lines."""
        if self.only is not None:
            return (event.entry_type, event.key) in self.only
        takes_back = next(plan.claw_back for plan in self.plans if plan.name == event.ladder[0])
        wanted = event.entry_type == CREDIT or takes_back
        return wanted and sale.docstatus == SUBMITTED and event.key not in history.credited

    def _cancellations(self, sales: Sequence[Sale], history: History, known: Mapping[str, Plan]) -> Iterator[Event]:
        """What was stated of documents that are cancelled now goes down the ladder on which it went up."""
        gone = {(sale.doctype, sale.name) for sale in sales if sale.docstatus == CANCELLED}
        for key, stated in history.credited.items():
            if self.only is not None:
                wanted = (CANCELLATION, key) in self.only
            else:
                wanted = key[:2] in gone and key not in history.cancelled and known[stated.ladder[0]].claw_back
            if wanted:
                yield Event(
                    key,
                    CANCELLATION,
                    self.until,
                    stated.ladder,
                    -stated.amount,
                    stated.customer_name,
                    stated.document_amount,
                    stated.percentage,
                )

    def _lines_of(self, event: Event, plan: Plan, before: Decimal) -> Iterator[Values]:
        doctype, name, against, group = event.key
        for part in plan.parts(group, before, event.amount):
            yield {
                "entry_type": ADJUSTMENT if part.adjustment else event.entry_type,
                "posting_date": event.day,
                "document_type": doctype,
                "document_name": name,
                "against": against or None,
                "customer_name": event.customer_name or None,
                "product_group": group or None,
                "document_amount": event.document_amount,
                "allocated_percentage": event.percentage,
                "commission_plan": plan.name,
                "tier_start": event.ladder[2],
                "from_amount": part.tier.start,
                "to_amount": part.tier.end,
                "amount": part.amount,
                "rate": part.rate,
                "commission": part.commission(self.places),
            }
