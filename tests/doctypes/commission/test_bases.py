"""Commission on orders, invoices and payments, with what takes each of them back."""

from __future__ import annotations

from decimal import Decimal

from support.commission import lines, sales_force
from support.selling import Trade, make, submit

FLAT = {"from_amount": 0, "rate": 10}
D = Decimal


def test_on_orders(trade: Trade) -> None:
    """The order earns, not its invoice; what is credited of its invoice takes back."""
    force = sales_force(trade, persons=1)
    (person,) = force.persons
    force.plan(FLAT, commission_based_on="Sales Order")
    item = {"product": force.work, "qty": 3}
    order = trade.order(force.customer, item, transaction_date="2025-01-10", sales_person=person)
    bill = make(trade.accounts, "sales_invoice", order)
    trade.accounts.change("Sales Invoice", bill, posting_date="2025-01-20")
    submit(trade.accounts, "Sales Invoice", bill)
    force.invoice("2025-01-25", 999, (), sales_person=person)
    assert lines(force.close(person, "2025-01-01", "2025-01-31")) == [("Credit", D(300), D(10), D("30.00"))]
    note = force.credit(bill, "2025-02-10")
    february = force.close(person, "2025-02-01", "2025-02-28")
    assert lines(february) == [("Return", D(-300), D(10), D("-30.00"))]
    (line,) = february["lines"]
    assert (line["document_name"], line["against"], line["tier_start"]) == (note, bill, "2025-01-01")
    assert force.again(february["name"])["same"]


def test_on_payments(trade: Trade) -> None:
    """Each payment earns its part of the net amount; a cancelled one gives it back."""
    force = sales_force(trade)
    first, second = force.persons
    force.plan(FLAT, commission_based_on="Payment Entry")
    taxes = [{"charge_type": "On Net Total", "description": "增值税", "rate": 13}]
    bill = force.invoice("2025-01-10", 1000, [(first, 70), (second, 30)], taxes=taxes)
    paid = []
    for day, amount in (("2025-01-15", 113), ("2025-01-20", 1017)):
        payment = make(trade.accounts, "payment_entry", bill)
        row = [{"reference_name": bill, "allocated_amount": amount}]
        trade.accounts.change("Payment Entry", payment, posting_date=day, paid_amount=amount, references=row)
        submit(trade.accounts, "Payment Entry", payment)
        paid.append(payment)
    january = force.close(first, "2025-01-01", "2025-01-31")
    assert lines(january) == [("Credit", D(70), D(10), D("7.00")), ("Credit", D(630), D(10), D("63.00"))]
    assert [row["document_name"] for row in january["lines"]] == paid
    trade.accounts.change("Payment Entry", paid[1], docstatus=2)
    february = force.close(first, "2025-02-01", "2025-02-28")
    assert lines(february) == [("Cancellation", D(-630), D(10), D("-63.00"))]
    assert force.again(january["name"])["same"]
    assert force.again(february["name"])["same"]


def test_a_whole_amount_is_adjusted_when_a_tier_is_reached_and_left(trade: Trade) -> None:
    force = sales_force(trade, persons=1)
    (person,) = force.persons
    low, high = {"from_amount": 0, "to_amount": 1000, "rate": 2}, {"from_amount": 1000, "rate": 3}
    force.plan(low, high, tier_method="Whole Amount", tier_period="Quarter")
    force.invoice("2025-01-10", 600, (), sales_person=person)
    second = force.invoice("2025-02-10", 400, (), sales_person=person)
    force.invoice("2025-04-01", 10, (), sales_person=person)
    assert lines(force.close(person, "2025-01-01", "2025-04-30")) == [
        ("Credit", D(600), D(2), D("12.00")),
        ("Credit", D(400), D(3), D("12.00")),
        ("Tier Adjustment", D(600), D(1), D("6.00")),
        ("Credit", D(10), D(2), D("0.20")),
    ]
    trade.accounts.change("Sales Invoice", second, docstatus=2)
    assert lines(force.close(person, "2025-05-01", "2025-05-31")) == [
        ("Cancellation", D(-400), D(2), D("-8.00")),
        ("Tier Adjustment", D(1000), D(-1), D("-10.00")),
    ]


def test_less_than_a_cent_taken_back_is_nothing_and_stays_it(trade: Trade) -> None:
    """Rounded, it is 0 in what is stored and in what is made again: not 0 here and -0 there."""
    force = sales_force(trade, persons=1)
    (person,) = force.persons
    force.plan({"from_amount": 0, "rate": 3.5})
    sold = force.invoice("2025-01-10", 0.02, [(person, 100)])
    assert lines(force.close(person, "2025-01-01", "2025-01-31")) == [("Credit", D("0.02"), D("3.5"), D(0))]
    trade.accounts.change("Sales Invoice", sold, docstatus=2)
    february = force.close(person, "2025-02-01", "2025-02-28")
    assert lines(february) == [("Cancellation", D("-0.02"), D("3.5"), D(0))]
    assert str(february["lines"][0]["commission"]) == "0.0"
    again = force.again(february["name"])
    assert again["same"], again
