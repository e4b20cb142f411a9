"""A commission year: shared sales, tiers, a return, a cancelled invoice, a late one; closed months keep their cents."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from support.commission import SalesForce, lines, sales_force
from support.selling import Trade, make, submit

D = Decimal


def test_a_commission_year(trade: Trade) -> None:
    force = sales_force(trade)
    wang, li = force.persons
    force.plan(
        {"product_group": force.group, "from_amount": 0, "to_amount": 10000, "rate": 5},
        {"product_group": force.group, "from_amount": 10000, "rate": 8},
        {"from_amount": 0, "rate": 3},
    )
    machine = force.invoice("2025-01-10", 9999.99, [(wang, 60), (li, 40)], force.machine)
    work = force.invoice("2025-01-20", 333.33, (), sales_person=wang)
    months = (shared(force, machine), next_tier(force, work), taken_back_and_late(force, machine))
    whole = the_other_one(force)

    # Whoever runs a closed month again gets the same cents, whatever happened since.
    for month in (*months, whole):
        answer = force.again(month["name"])
        assert answer["same"], answer
    year = sum(D(str(month["total_commission"])) for month in months)
    assert year == D("8000") * 5 / 100 + D("100") * 3 / 100 == D("403")
    closed_is_closed(trade, months[0])


def shared(force: SalesForce, machine: str) -> dict[str, Any]:
    """January: a machine is sold by both, some work by one of them alone."""
    january = force.close(force.persons[0], "2025-01-01", "2025-01-31")
    assert lines(january) == [
        ("Credit", D("5999.99"), D(5), D("300.00")),
        ("Credit", D("333.33"), D(3), D("10.00")),
    ]
    first = january["lines"][0]
    assert (first["document_name"], first["document_amount"], first["allocated_percentage"]) == (machine, 9999.99, 60)
    assert first["calculation"] == "5999.99 × 5 % = 299.9995 → 300"
    assert (january["status"], january["total_commission"]) == ("Closed", 310)
    return january


def next_tier(force: SalesForce, work: str) -> dict[str, Any]:
    """February: the next tier is reached in the middle of an invoice, the work is cancelled."""
    wang, _ = force.persons
    second = force.invoice("2025-02-03", 8000, [(wang, 100)], force.machine)
    force.trade.accounts.change("Sales Invoice", work, docstatus=2)
    february = force.close(wang, "2025-02-01", "2025-02-28")
    assert lines(february) == [
        ("Credit", D("4000.01"), D(5), D("200.00")),
        ("Credit", D("3999.99"), D(8), D("320.00")),
        ("Cancellation", D("-333.33"), D(3), D("-10.00")),
    ]
    assert {row["document_name"] for row in february["lines"]} == {second, work}
    assert february["total_clawed_back"] == -10
    return february


def taken_back_and_late(force: SalesForce, machine: str) -> dict[str, Any]:
    """March: the machine of January comes back; an invoice of January is written late."""
    wang, _ = force.persons
    force.credit(machine, "2025-03-15")
    late = force.invoice("2025-01-31", 100, (), sales_person=wang)
    march = force.close(wang, "2025-03-01", "2025-03-31")
    assert lines(march) == [
        ("Credit", D("100"), D(3), D("3.00")),
        ("Return", D("-3999.99"), D(8), D("-320.00")),
        ("Return", D("-2000.00"), D(5), D("-100.00")),
    ]
    assert march["lines"][0]["document_name"] == late
    return march


def the_other_one(force: SalesForce) -> dict[str, Any]:
    """The other one of the team is stated by himself, for all months at once."""
    whole = force.close(force.persons[1], "2025-01-01", "2025-12-31")
    assert lines(whole) == [("Credit", D("4000.00"), D(5), D("200.00")), ("Return", D("-4000.00"), D(5), D("-200.00"))]
    return whole


def closed_is_closed(trade: Trade, january: dict[str, Any]) -> None:
    refused = trade.manager.refused_new(
        "Commission Statement",
        sales_person=january["sales_person"],
        from_date="2025-03-31",
        to_date="2025-04-30",
    )
    assert "has closed the time until 2025-03-31" in refused
    assert "was made from" in trade.manager.refused_change("Commission Statement", january["name"], docstatus=2)


def test_a_sales_partner_earns_its_share_of_what_is_billed(trade: Trade) -> None:
    customer, product = trade.customer(), trade.product(33.33)
    partner = trade.manager.create("Sales Partner", partner_name=f"伙伴 {customer}", commission_rate=7.5)["name"]
    trade.sales.change("Customer", customer, default_sales_partner=partner)
    order = trade.order(customer, {"product": product, "qty": 3}, additional_discount_percentage=10)
    commission = ("sales_partner", "commission_rate", "total_commission")
    found = trade.sales.get("Sales Order", order)
    assert [found[name] for name in commission] == [partner, 7.5, 6.75], "89.99 × 7.5 % = 6.74925"
    trade.manager.change("Sales Partner", partner, commission_rate=20)
    bill = make(trade.accounts, "sales_invoice", order)
    submit(trade.accounts, "Sales Invoice", bill)

    claim = make(trade.sales, "return_of_invoice", bill)
    rows = [{**row, "qty": 1} for row in trade.sales.get("Sales Return", claim)["items"]]
    trade.sales.change("Sales Return", claim, reason="Defective", reason_details="不转", items=rows)
    trade.sales.act("Sales Return", claim, "Submit for Review")
    trade.manager.act("Sales Return", claim, "Accept")
    credit = make(trade.accounts, "credit_note", claim)
    submit(trade.accounts, "Sales Invoice", credit)
    bills = [trade.accounts.get("Sales Invoice", name) for name in (bill, credit)]
    assert [[one[name] for name in commission] for one in bills] == [[partner, 7.5, 6.75], [partner, 7.5, -2.25]]
    total = trade.manager.get("Sales Partner", partner)
    assert (total["invoiced_amount"], total["total_commission"]) == (59.99, 4.5)

    # Nobody else's sale is his, and no rate is below nothing.
    other = trade.accounts.get("Sales Invoice", trade.invoice(trade.customer(), {"product": product, "qty": 1}))
    assert [other.get(name) for name in commission] == [None, 0, 0]
    assert "negative" in trade.manager.refused_change("Sales Partner", partner, commission_rate=-1)
    assert "above 100 %" in trade.manager.refused_change("Sales Partner", partner, commission_rate=100.5)
