"""Quota against actual: of a person, a team, a territory, a product group; from orders, invoices, payments."""

from __future__ import annotations

from typing import Any

import pytest

from support.commission import SalesForce, sales_force
from support.selling import Trade, make, submit


@pytest.fixture
def force(trade: Trade) -> SalesForce:
    if not trade.manager.list("Fiscal Year", filters={"year": "2025"}):
        trade.manager.create("Fiscal Year", year="2025", year_start_date="2025-01-01", closed_until="2025-03-31")
    return sales_force(trade)


def target(force: SalesForce, name: str, **values: Any) -> dict[str, Any]:
    given = {"target_name": name, "fiscal_year": "2025", "target_amount": 10000, **values}
    return force.trade.manager.create("Sales Target", **given)


def behind(force: SalesForce, name: str) -> list[str]:
    """The documents that the button shows."""
    shown = force.trade.manager.call("crm.target.documents", name=name)
    return sorted(row["name"] for row in force.trade.manager.list(shown["list"], filters=shown["filters"]))


def test_what_was_reached_and_the_documents_behind_it(force: SalesForce) -> None:
    wang, li = force.persons
    shared = force.invoice("2025-05-10", 1000.01, [(wang, 50), (li, 50)], force.machine)
    alone = force.invoice("2025-06-30", 500, (), sales_person=li)
    force.invoice("2025-07-01", 77, (), sales_person=li)
    second = {"period_type": "Quarter", "period_number": 2}
    found = target(force, li, **second)
    assert (found["from_date"], found["to_date"]) == ("2025-04-01", "2025-06-30")
    assert (found["actual_amount"], found["achieved"], found["gap"]) == (1000, 10, 9000)
    assert behind(force, found["name"]) == sorted([shared, alone])
    assert target(force, force.team, **second)["actual_amount"] == 1500.01
    of_group = target(force, force.team, product_group=force.group, **second)
    assert of_group["actual_amount"] == 1000.01

    # A return counts against it; the figure goes on with the button.
    force.credit(shared, "2025-06-15")
    force.trade.manager.call("crm.target.refresh", name=of_group["name"])
    assert force.trade.manager.get("Sales Target", of_group["name"])["actual_amount"] == 0
    rows = force.trade.manager.call("frappe.desk.query_report.run", report_name="Quota against Actual", filters={})
    assert any(force.team in row.values() for row in rows["result"])


def test_what_was_reached_by_quantity(force: SalesForce) -> None:
    wang, li = force.persons
    trade = force.trade
    sold = [("2025-05-10", 4, [(wang, 75), (li, 25)]), ("2025-05-20", 3, [(li, 100)])]
    for day, qty, team in sold:
        rows = [{"sales_person": person, "allocated_percentage": share} for person, share in team]
        item = {"product": force.machine, "qty": qty, "price_list_rate": 10}
        bill = trade.invoice(force.customer, item, posting_date=day, sales_team=rows)
    force.invoice("2025-07-01", 77, [(li, 100)], force.machine)
    second = {"period_type": "Quarter", "period_number": 2, "product_group": force.group, "target_amount": 0}
    found = target(force, li, target_qty=8, **second)
    expected = sum(qty * share / 100 for _, qty, team in sold for person, share in team if person == li)
    assert (found["actual_qty"], found["actual_amount"]) == (expected, 10 * expected)
    assert (found["achieved_qty"], found["gap_qty"]) == (expected / 8 * 100, 8 - expected)
    assert (found["achieved"], found["gap"]) == (0, 0)
    whole = target(force, force.team, target_qty=5, **second)
    assert (whole["actual_qty"], whole["achieved_qty"], whole["gap_qty"]) == (7, 140, 0)
    payment = make(trade.accounts, "payment_entry", bill)
    half = [{"reference_name": bill, "allocated_amount": 15}]
    trade.accounts.change("Payment Entry", payment, paid_amount=15, references=half, posting_date="2025-05-21")
    submit(trade.accounts, "Payment Entry", payment)
    assert target(force, li, target_qty=8, target_based_on="Payment Entry", **second)["actual_qty"] == 1.5
    force.credit(bill, "2025-06-15")
    trade.manager.call("crm.target.refresh", name=whole["name"])
    assert trade.manager.get("Sales Target", whole["name"])["actual_qty"] == 4


def test_a_territory_and_all_three_bases(force: SalesForce) -> None:
    trade = force.trade
    land = trade.manager.create("Territory", territory_name=f"区 {force.team}", is_group=1)["name"]
    city = trade.manager.create("Territory", territory_name=f"市 {force.team}", parent_territory=land)["name"]
    bill = force.invoice("2025-05-10", 1000, (), territory=city)
    payment = make(trade.accounts, "payment_entry", bill)
    half = [{"reference_name": bill, "allocated_amount": 333.33}]
    trade.accounts.change("Payment Entry", payment, paid_amount=333.33, references=half, posting_date="2025-05-20")
    submit(trade.accounts, "Payment Entry", payment)
    order = trade.order(
        force.customer, {"product": force.work, "qty": 2}, transaction_date="2025-05-02", territory=city
    )
    figures = {}
    for basis in ("Sales Order", "Sales Invoice", "Payment Entry"):
        made = target(force, land, target_type="Territory", target_based_on=basis)
        figures[basis] = (made["actual_amount"], behind(force, made["name"]))
    assert figures == {
        "Sales Order": (200, [order]),
        "Sales Invoice": (1000, [bill]),
        "Payment Entry": (333.33, [payment]),
    }


def test_a_year_is_spread_to_the_cent(force: SalesForce) -> None:
    year = target(force, force.team, target_amount=1000, target_qty=30, target_based_on="Sales Order")
    again = target(force, force.persons[0], target_amount=1000)
    trade = force.trade
    trade.manager.change("Fiscal Year", "2025", closed_until=None)
    try:
        shown = trade.manager.call("crm.target.months", name=year["name"])
    finally:
        trade.manager.change("Fiscal Year", "2025", closed_until="2025-03-31")
    months = trade.manager.list(
        "Sales Target",
        filters=shown["filters"],
        fields=["target_amount", "target_qty", "to_date"],
        order_by="from_date asc",
    )
    assert [row["target_amount"] for row in months] == [83.34] * 4 + [83.33] * 8
    assert [row["target_qty"] for row in months] == [3] * 6 + [2] * 6
    assert [row["to_date"] for row in months][:2] == ["2025-01-31", "2025-02-28"]
    assert trade.manager.get("Sales Target", year["name"])["parts_amount"] == 1000
    assert "has parts already" in trade.manager.refused("crm.target.quarters", name=year["name"])
    assert "The period is closed" in trade.manager.refused("crm.target.quarters", name=again["name"])
    assert trade.manager.list("Sales Target", filters={"parent_target": again["name"]}) == []


def test_refusals(force: SalesForce) -> None:
    def refused(**values: Any) -> str:
        given = {"target_name": force.team, "fiscal_year": "2025", "target_amount": 1, **values}
        return force.trade.manager.refused_new("Sales Target", **given)

    assert "The period is closed" in refused(period_type="Quarter", period_number=1)
    assert "Target Qty" in refused(target_qty=-1)
    assert "no such period" in refused(period_type="Quarter", period_number=5)
    made = target(force, force.team, period_type="Month", period_number=4)
    assert "unique" in refused(period_type="Month", period_number=4).lower()
    assert "Nothing counts" in force.trade.manager.refused("crm.target.documents", name=made["name"])
    assert "Insufficient Permission" in force.trade.sales.refused_change("Sales Target", made["name"], target_amount=2)
