"""A sales team with a commission plan, its invoices by day, and what its statements say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from support.selling import Trade, make, submit

NUMBERS = count(1)
STATEMENT = "Commission Statement"
Shares = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class SalesForce:
    """The trade, a team with its persons, and a product of a group of its own."""

    trade: Trade
    team: str
    persons: tuple[str, ...]
    group: str
    machine: str
    work: str
    customer: str

    def plan(self, *tiers: Mapping[str, Any], **values: Any) -> str:
        """A submitted plan of all persons from 2025 on."""
        persons = [{"sales_person": person} for person in self.persons]
        given = {"plan_name": "提成", "valid_from": "2025-01-01", "persons": persons, "tiers": tiers, **values}
        made = self.trade.manager.create("Commission Plan", **given)
        submit(self.trade.manager, "Commission Plan", made["name"])
        return str(made["name"])

    def invoice(self, day: str, amount: float, team: Shares, product: str = "", **values: Any) -> str:
        rows = [{"sales_person": person, "allocated_percentage": share} for person, share in team]
        item = {"product": product or self.work, "qty": 1, "price_list_rate": amount}
        return self.trade.invoice(self.customer, item, posting_date=day, sales_team=rows, **values)

    def credit(self, invoice: str, day: str) -> str:
        """All of an invoice comes back and is credited."""
        claim = make(self.trade.sales, "return_of_invoice", invoice)
        self.trade.sales.change("Sales Return", claim, reason="Defective", reason_details="不转")
        self.trade.sales.act("Sales Return", claim, "Submit for Review")
        self.trade.manager.act("Sales Return", claim, "Accept")
        note = make(self.trade.accounts, "credit_note", claim)
        self.trade.accounts.change("Sales Invoice", note, posting_date=day)
        submit(self.trade.accounts, "Sales Invoice", note)
        return note

    def draft(self, person: str, first: str, last: str) -> dict[str, Any]:
        return self.trade.manager.create(STATEMENT, sales_person=person, from_date=first, to_date=last)

    def close(self, person: str, first: str, last: str) -> dict[str, Any]:
        """The closed statement of a period."""
        return submit(self.trade.manager, STATEMENT, self.draft(person, first, last)["name"])

    def again(self, statement: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.trade.manager.call("crm.commission.run_again", name=statement)
        return answer


def sales_force(trade: Trade, persons: int = 2) -> SalesForce:
    """New ones for each test."""
    number, manager = next(NUMBERS), trade.manager
    team = manager.create("Sales Person", sales_person_name=f"团队 {number}", is_group=1)["name"]
    names = tuple(
        str(manager.create("Sales Person", sales_person_name=f"销售 {number}-{n}", parent_sales_person=team)["name"])
        for n in range(persons)
    )
    group = manager.create("Product Group", product_group_name=f"机器 {number}")["name"]
    machine = trade.product(1000, product_group=group)
    return SalesForce(trade, team, names, group, machine, trade.product(100), trade.customer())


def lines(statement: Mapping[str, Any]) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """Type, amount, rate and commission of each line."""
    return [
        (row["entry_type"], *(Decimal(str(row[name])) for name in ("amount", "rate", "commission")))
        for row in statement["lines"]
    ]
