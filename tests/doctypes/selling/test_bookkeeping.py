"""What a bookkeeper tries: small amounts, odd currencies, credits, cancellations, changes of what is half done."""

from __future__ import annotations

from typing import Any

import pytest

from support.commission import lines, sales_force
from support.crm import Person
from support.selling import Trade, make, rows_with, submit


def bookkeeper(trade: Trade) -> Person:
    return trade.crm.person("accounts.manager@example.com", "Accounts User", "Accounts Manager")


def tax(rate: float) -> dict[str, Any]:
    return {"charge_type": "On Net Total", "description": "税", "rate": rate}


def totals(doc: dict[str, Any]) -> tuple[float, float, float]:
    return doc["net_total"], doc["total_taxes_and_charges"], doc["grand_total"]


@pytest.mark.parametrize(
    ("currency", "rate", "amount", "wanted"),
    [
        ("CNY", 1, 0.33, (0.99, 0.13, 1.12)),
        ("JPY", 0.05, 0, (0, 0, 0)),
        ("KWD", 23.5, 0.334, (1.002, 0.13, 1.132)),
    ],
)
def test_each_row_is_rounded_as_its_currency_is(
    trade: Trade, currency: str, rate: float, amount: float, wanted: tuple[float, float, float]
) -> None:
    """Three rows of 0.1 at 3.335, and of 3.335 at 0.1, with 13 % tax of their total."""
    product, customer = trade.product(1), trade.customer()
    money = {"customer": customer, "currency": currency, "conversion_rate": rate, "taxes": [tax(13)]}
    for qty, price in ((0.1, 3.335), (3.335, 0.1)):
        rows = [{"product": product, "qty": qty, "price_list_rate": price}] * 3
        bill = trade.accounts.create("Sales Invoice", **money, items=rows, docstatus=1)
        assert [row["net_amount"] for row in bill["items"]] == [amount] * 3
        assert totals(bill) == wanted
        assert bill["outstanding_amount"] == bill["grand_total"]


def test_what_costs_nothing_is_paid_at_once(trade: Trade) -> None:
    item = {"product": trade.product(), "qty": 1}
    for free in ({"items": [{**item, "discount_percentage": 100}]}, {"additional_discount_percentage": 100}):
        values = {"customer": trade.customer(), "items": [item], "taxes": [tax(13)], **free}
        bill = trade.accounts.create("Sales Invoice", **values, docstatus=1)
        assert (totals(bill), bill["status"]) == ((0, 0, 0), "Paid")
        assert "Nothing of" in trade.accounts.refused("crm.make_payment_entry", name=bill["name"])


@pytest.mark.parametrize(("currency", "rate", "small", "whole"), [("JPY", 0.05, 50.5, 50), ("CNY", 1, 0.125, 0.12)])
def test_nobody_pays_less_than_the_smallest_coin(
    trade: Trade, currency: str, rate: float, small: float, whole: float
) -> None:
    customer, money = trade.customer(), {"currency": currency, "conversion_rate": rate}
    bill = trade.invoice(customer, {"product": trade.product(), "qty": 1, "price_list_rate": 101}, **money)

    def payment(paid: float, allocated: float) -> dict[str, Any]:
        rows = [{"reference_name": bill, "allocated_amount": allocated}]
        return {"party": customer, **money, "paid_amount": paid, "references": rows, "docstatus": 1}

    for paid, allocated in ((small, small), (small, whole), (whole * 2, small)):
        assert "no such small unit" in trade.accounts.refused_new("Payment Entry", **payment(paid, allocated))
    assert trade.accounts.get("Sales Invoice", bill)["outstanding_amount"] == 101
    trade.accounts.create("Payment Entry", **payment(whole, whole))
    assert trade.accounts.get("Sales Invoice", bill)["outstanding_amount"] == 101 - whole


def test_a_payment_has_the_currency_of_the_invoice(trade: Trade) -> None:
    customer = trade.customer()
    bill = trade.invoice(customer, {"product": trade.product(), "qty": 1}, currency="USD", conversion_rate=7)
    given = {"party": customer, "references": [{"reference_name": bill, "allocated_amount": 100}], "docstatus": 1}
    said = trade.accounts.refused_new("Payment Entry", **given, paid_amount=700, currency="CNY")
    assert "is in another currency" in said
    paid = trade.accounts.create("Payment Entry", **given, paid_amount=100, currency="USD", conversion_rate=7.1)
    assert paid["base_paid_amount"] == 710
    found = trade.accounts.get("Sales Invoice", bill)
    assert (found["status"], found["outstanding_amount"], found["base_outstanding_amount"]) == ("Paid", 0, 0)
    assert trade.accounts.get("Customer", customer)["balance"] == 0


@pytest.mark.parametrize("paid", [False, True])
def test_no_more_is_credited_than_is_left(trade: Trade, paid: bool) -> None:
    """Neither money nor pieces, over all credit notes, whether the invoice is paid or not."""
    product, other, customer = trade.product(), trade.product(70), trade.customer()
    bill = trade.invoice(customer, {"product": product, "qty": 2})
    if paid:
        submit(trade.accounts, "Payment Entry", make(trade.accounts, "payment_entry", bill))
    note = {"customer": customer, "is_return": 1, "return_against": bill, "docstatus": 1}
    one = {"product": product, "qty": -1}
    for row, sentence in (
        ({**one, "qty": -3}, "only 2 of"),
        ({**one, "qty": -200, "price_list_rate": 1}, "only 2 of"),
        ({"product": other, "qty": -1}, "only 0 of"),
        ({**one, "price_list_rate": 200.01}, f"Only 200 of {bill} is left to credit, not 200.01"),
    ):
        assert sentence in trade.accounts.refused_new("Sales Invoice", **note, items=[row]), row
    assert trade.accounts.get("Sales Invoice", bill)["return_total"] == 0
    trade.accounts.create("Sales Invoice", **note, items=[one])
    assert "only 1 of" in trade.accounts.refused_new("Sales Invoice", **note, items=[one, one])
    trade.accounts.create("Sales Invoice", **note, items=[one])
    assert "only 0 of" in trade.accounts.refused_new("Sales Invoice", **note, items=[one])
    found = trade.accounts.get("Sales Invoice", bill)
    assert (found["return_total"], found["outstanding_amount"]) == (-200, -200 if paid else 0)


def test_what_comes_back_is_worth_what_it_cost(trade: Trade) -> None:
    """Goods that were sold with a discount of the whole document are not taken back at their list price."""
    product = trade.product(100)
    bill = trade.invoice(trade.customer(), {"product": product, "qty": 3}, additional_discount_percentage=10)
    claim = make(trade.sales, "return_of_invoice", bill)
    (row,) = trade.sales.get("Sales Return", claim)["items"]
    assert (row["qty"], row["rate"]) == (3, 90)
    trade.sales.change("Sales Return", claim, reason_details="不转", items=[{**row, "rate": 90.01}])
    trade.sales.act("Sales Return", claim, "Submit for Review")
    accept = {"doc": trade.manager.get("Sales Return", claim) | {"doctype": "Sales Return"}, "action": "Accept"}
    said = trade.manager.refused("frappe.model.workflow.apply_workflow", **accept)
    assert f"{product} cost 90 in {bill}; it cannot be taken back at 90.01." in said
    trade.manager.change("Sales Return", claim, items=[{**row, "rate": 90}])
    trade.manager.act("Sales Return", claim, "Accept")
    note = submit(trade.accounts, "Sales Invoice", make(trade.accounts, "credit_note", claim))
    assert note["grand_total"] == -270


def test_what_was_rounded_up_is_taken_back_as_it_was_billed(trade: Trade) -> None:
    bill = trade.invoice(trade.customer(), {"product": trade.product(0.335), "qty": 3})
    assert trade.accounts.get("Sales Invoice", bill)["grand_total"] == 1.01
    claim = make(trade.sales, "return_of_invoice", bill)
    trade.sales.change("Sales Return", claim, reason_details="不转")
    trade.sales.act("Sales Return", claim, "Submit for Review")
    trade.manager.act("Sales Return", claim, "Accept")
    note = submit(trade.accounts, "Sales Invoice", make(trade.accounts, "credit_note", claim))
    assert note["grand_total"] == -1.01


def test_an_invoice_with_a_payment_is_cancelled_after_it(trade: Trade) -> None:
    customer, boss = trade.customer(), bookkeeper(trade)
    bill = trade.invoice(customer, {"product": trade.product(), "qty": 1})
    rows = [{"reference_name": bill, "allocated_amount": 40}]
    payment = {"party": customer, "paid_amount": 40, "references": rows, "docstatus": 1}
    paid = trade.accounts.create("Payment Entry", **payment)["name"]
    assert f"{paid} was made from {bill}. Cancel it first." in boss.refused_change("Sales Invoice", bill, docstatus=2)
    assert boss.get("Sales Invoice", bill)["outstanding_amount"] == 60
    boss.change("Payment Entry", paid, docstatus=2)
    assert boss.get("Sales Invoice", bill)["outstanding_amount"] == 100
    assert boss.change("Sales Invoice", bill, docstatus=2)["outstanding_amount"] == 0
    assert boss.get("Customer", customer)["balance"] == 0


def test_an_order_that_is_half_delivered_is_amended_after_its_deliveries(trade: Trade) -> None:
    order = trade.order(trade.customer(), {"product": trade.product(), "qty": 4})
    note = make(trade.sales, "delivery_note", order)
    found = trade.sales.get("Delivery Note", note)
    trade.sales.change("Delivery Note", note, items=rows_with(found, qty=2))
    submit(trade.sales, "Delivery Note", note)
    half = trade.manager.get("Sales Order", order)
    assert "after submission" in trade.manager.refused_change("Sales Order", order, items=rows_with(half, qty=3))
    cancel = {"doc": {"doctype": "Sales Order", "name": order}, "action": "Cancel"}
    assert f"{note} was made from {order}" in trade.manager.refused("frappe.model.workflow.apply_workflow", **cancel)
    values = {"customer": half["customer"], "items": [{"product": half["items"][0]["product"], "qty": 3}]}
    assert "is not cancelled" in trade.manager.refused_new("Sales Order", **values, amended_from=order)
    trade.manager.change("Delivery Note", note, docstatus=2)
    trade.manager.act("Sales Order", order, "Cancel")
    amended = trade.manager.create("Sales Order", **values, amended_from=order)
    assert (amended["name"], amended["total_qty"]) == (f"{order}-1", 3)


@pytest.mark.parametrize(
    ("start", "end", "renewed"),
    [
        ("2023-03-01", "2024-02-29", ("2024-03-01", "2025-02-28")),
        ("2024-02-29", "2025-02-28", ("2025-03-01", "2026-02-28")),
        ("2024-03-01", "2025-02-28", ("2025-03-01", "2026-02-28")),
    ],
)
def test_a_year_that_touches_a_leap_day_is_renewed_for_a_year(
    trade: Trade, start: str, end: str, renewed: tuple[str, str]
) -> None:
    item = {"product": trade.product(10), "qty": 1}
    terms = {"title": "维护", "billing_interval": "Monthly", "renewal": "By Agreement"}
    contract = trade.contract(trade.customer(), item, start_date=start, end_date=end, **terms)
    assert trade.sales.get("Contract", contract)["billing_periods"] == 12
    draft = trade.sales.get("Contract", make(trade.sales, "contract_renewal", contract))
    assert (draft["start_date"], draft["end_date"], draft["billing_periods"]) == (*renewed, 12)


def test_a_cancelled_invoice_is_taken_back_after_the_closed_period(trade: Trade) -> None:
    """What was stated stays as it was stated, to the cent; the next statement takes it back, once."""
    force = sales_force(trade, persons=1)
    (person,) = force.persons
    force.plan({"from_amount": 0, "rate": 10})
    bill = force.invoice("2025-01-10", 1000, (), sales_person=person)
    january = force.close(person, "2025-01-01", "2025-01-31")
    trade.accounts.change("Sales Invoice", bill, docstatus=2)
    again = force.again(january["name"])
    assert (again["same"], again["message"]) == (True, "The same to the cent: 1 lines, 100.00 in all.")
    taken = [(kind, commission) for kind, _, _, commission in lines(force.close(person, "2025-02-01", "2025-02-28"))]
    assert taken == [("Cancellation", -100)]
    assert lines(force.close(person, "2025-03-01", "2025-03-31")) == []
