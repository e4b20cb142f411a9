"""What selling and accounts refuse, each beside what they take: nothing is half done after it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crm_platform.documents.context import Context
from crm_platform.errors import CRMError
from crm_platform.workflow.applying import Seen, apply
from support.selling import Trade, make, rows_with, submit


def at_once(trade: Trade, work: Callable[[Context], None], *users: str) -> list[bool]:
    """Whether each of several transactions at the same moment was let through, those first that were."""
    site = trade.crm.site

    def one(user: str) -> bool:
        try:
            site.runtime.write(lambda ctx: work(site.access.as_user(ctx, user)))
        except CRMError:
            return False
        return True

    with ThreadPoolExecutor(len(users)) as pool:
        return sorted(pool.map(one, users), reverse=True)


def tax(**values: Any) -> dict[str, Any]:
    return {"charge_type": "On Net Total", "description": "税", **values}


@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order", "Sales Invoice"])
@pytest.mark.parametrize(
    ("row", "more", "sentence"),
    [
        ({"qty": -1}, {}, "negative|above 0"),
        ({"qty": 0}, {}, "above 0"),
        ({"discount_percentage": 101}, {}, "above 100 %"),
        ({}, {"additional_discount_percentage": 100.5}, "above 100 %"),
        ({}, {"additional_discount_amount": 10.01}, "a percentage or an amount"),
        ({}, {"additional_discount_amount": -1}, "a percentage or an amount"),
        ({}, {"additional_discount_amount": 1, "additional_discount_percentage": 1}, "a percentage or an amount"),
        ({}, {"currency": "XOF"}, "no exchange rate"),
        ({}, {"currency": "XOF", "conversion_rate": 0}, "no exchange rate"),
        ({}, {"currency": "XOF", "conversion_rate": -7}, "negative"),
        ({}, {"taxes": [tax(rate=-13)]}, "negative"),
        ({}, {"taxes": [tax(rate=100.5)]}, "between 0 and 100 %"),
        ({}, {"taxes": [tax(charge_type="Actual", charge_amount=-1)]}, "a charge is not negative"),
        ({"qty": 1e18}, {}, "too large"),
        ({"qty": "一"}, {}, "must be a number"),
        ({"price_list_rate": -1}, {}, "negative"),
        ({"product": "不存在"}, {}, "Could not find Product"),
    ],
)
def test_numbers_that_cannot_be(
    trade: Trade, doctype: str, row: dict[str, Any], more: dict[str, Any], sentence: str
) -> None:
    customer = {"party_name" if doctype == "Quotation" else "customer": trade.customer()}
    item = {"product": trade.product(10), "qty": 1}
    assert trade.accounts.get("Product", item["product"]) and trade.sales.create(doctype, **customer, items=[item])
    said = trade.sales.refused_new(doctype, **customer, items=[{**item, **row}], **more)
    assert any(part in said for part in sentence.split("|")), said


def test_a_contract_with_numbers_that_cannot_be_is_refused_and_not_kept(trade: Trade) -> None:
    customer, item = trade.customer(), {"product": trade.product(10), "qty": 1}
    contract = {"party_name": customer, "title": "供货", "start_date": "2026-05-01"}
    faults: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
        ({**item, "qty": -1}, {}, "cannot be negative"),
        ({**item, "qty": 0}, {}, "above 0"),
        ({**item, "discount_percentage": 101}, {}, "above 100 %"),
        (item, {"currency": "XOF"}, "no exchange rate"),
        (item, {"taxes": [tax(rate=-13)]}, "cannot be negative"),
        (item, {"taxes": [tax(rate=100.5)]}, "between 0 and 100 %"),
    )
    for row, more, sentence in faults:
        assert sentence in trade.sales.refused_new("Contract", **contract, items=[row], **more)
    assert trade.sales.list("Contract", filters={"party_name": customer}) == []
    assert trade.sales.create("Contract", **contract, items=[item])["grand_total"] == 10


def test_other_papers_with_numbers_that_cannot_be_are_refused_and_not_kept(trade: Trade) -> None:
    customer, item = trade.customer(), {"product": trade.product(10), "qty": 1}
    faults = (
        ("Delivery Note", {"items": [{**item, "qty": -1}]}, "above 0"),
        ("Delivery Note", {"items": [{**item, "qty": 0}]}, "above 0"),
        ("Sales Return", {"items": [{**item, "qty": -1}]}, "negative"),
        ("Sales Return", {"items": [{**item, "qty": 0}]}, "above 0"),
        ("Payment Entry", {"paid_amount": 0}, "Enter the amount"),
        ("Payment Entry", {"paid_amount": -1}, "negative"),
        ("Payment Entry", {"paid_amount": 1, "currency": "XOF"}, "no exchange rate"),
    )
    for doctype, values, sentence in faults:
        person, field = (trade.accounts, "party") if doctype == "Payment Entry" else (trade.sales, "customer")
        assert sentence in person.refused_new(doctype, **{field: customer}, **values), (doctype, values)
        assert person.list(doctype, filters={field: customer}) == []


def test_an_exchange_rate_is_stored_with_the_document(trade: Trade) -> None:
    customer, product = trade.customer(default_currency="USD"), trade.product(0)
    trade.manager.create(
        "Currency Exchange", date="2020-01-01", from_currency="USD", to_currency="CNY", exchange_rate=7
    )
    offer = {"party_name": customer, "items": [{"product": product, "qty": 1, "price_list_rate": 100.005}]}
    made = trade.sales.create("Quotation", **offer)
    assert (made["conversion_rate"], made["grand_total"], made["base_grand_total"]) == (7, 100.01, 700.07)
    trade.manager.create(
        "Currency Exchange", date="2021-01-01", from_currency="USD", to_currency="CNY", exchange_rate=8
    )
    assert trade.sales.change("Quotation", made["name"], title="第二版")["conversion_rate"] == 7
    assert trade.sales.create("Quotation", **offer)["conversion_rate"] == 8
    yen = trade.sales.create("Quotation", **offer, currency="JPY", conversion_rate=0.05)
    assert (yen["grand_total"], yen["base_grand_total"]) == (100, 5)


def test_one_rate_a_day_for_two_currencies(trade: Trade) -> None:
    pair = {"date": "2019-04-01", "from_currency": "SEK", "to_currency": "CNY"}
    rate = trade.manager.create("Currency Exchange", **pair, exchange_rate=0.7)
    said = trade.manager.refused_new("Currency Exchange", **pair, exchange_rate=0.8)
    assert "from SEK to CNY for 2019-04-01 already" in said
    assert "set only once" in trade.manager.refused_change("Currency Exchange", rate["name"], date="2019-04-02")
    assert trade.manager.change("Currency Exchange", rate["name"], exchange_rate=0.8)["exchange_rate"] == 0.8
    assert trade.manager.create("Currency Exchange", **pair | {"date": "2019-04-02"}, exchange_rate=0.9)
    assert "above 0 between two" in trade.manager.refused_new(
        "Currency Exchange", **pair | {"to_currency": "SEK"}, exchange_rate=1
    )


def test_two_rates_at_once_are_one(trade: Trade) -> None:
    pair = {"date": "2019-04-03", "from_currency": "SEK", "to_currency": "CNY", "exchange_rate": 0.7}

    def enter(ctx: Context) -> None:
        ctx.store.insert(ctx.store.new("Currency Exchange", pair))

    assert at_once(trade, enter, trade.manager.email, trade.manager.email) == [True, False]


@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order", "Contract", "Sales Invoice", "Delivery Note"])
def test_a_quantity_is_kept_to_six_decimals(trade: Trade, doctype: str) -> None:
    customer = {"party_name" if doctype in {"Quotation", "Contract"} else "customer": trade.customer()}
    row, more = {"product": trade.product(300)}, {"title": "称重", "start_date": "2026-05-01"}
    more = more if doctype == "Contract" else {}
    made = trade.manager.create(doctype, **customer, **more, items=[row | {"qty": 0.333333333333}])
    assert made["items"][0]["qty"] == 0.333333
    assert made.get("grand_total", 100) == 100
    said = trade.manager.refused_new(doctype, **customer, **more, items=[row | {"qty": 0.0000004}])
    assert "above 0" in said


def test_dates_in_the_wrong_order(trade: Trade) -> None:
    customer, items = trade.customer(), [{"product": trade.product(), "qty": 1}]
    sales = trade.sales
    said = sales.refused_new(
        "Contract", party_name=customer, items=items, start_date="2026-05-01", end_date="2026-04-30"
    )
    assert "cannot end before it starts" in said
    said = sales.refused_new("Quotation", party_name=customer, items=items, valid_till="2001-01-01")
    assert "cannot expire before its date" in said
    said = sales.refused_new("Sales Order", customer=customer, items=items, delivery_date="2001-01-01")
    assert "cannot lie before the date of the order" in said
    said = sales.refused_new("Contract", party_name=customer, start_date="2026-05-01", billing_interval="Monthly")
    assert "needs an end date" in said


def test_a_frozen_customer_buys_nothing_new(trade: Trade) -> None:
    customer, items = trade.customer(), [{"product": trade.product(), "qty": 1}]
    order = trade.order(customer, *items)
    trade.manager.change("Customer", customer, is_frozen=1)
    assert "is frozen" in trade.sales.refused_new("Quotation", party_name=customer, items=items)
    submit(trade.sales, "Delivery Note", make(trade.sales, "delivery_note", order))


def test_no_more_than_ordered_is_delivered_or_billed(trade: Trade) -> None:
    product = trade.product(50)
    order = trade.order(trade.customer(), {"product": product, "qty": 5})
    note = make(trade.sales, "delivery_note", order)
    rows = trade.sales.get("Delivery Note", note)["items"]
    trade.sales.change("Delivery Note", note, items=[{**rows[0], "qty": 6}])
    assert "only 5 of" in trade.sales.refused_change("Delivery Note", note, docstatus=1)
    assert trade.sales.get("Sales Order", order)["delivered_qty"] == 0
    trade.sales.change("Delivery Note", note, items=[{**rows[0], "qty": 3}, {**rows[0], "name": None, "qty": 2.5}])
    assert "only 5 of" in trade.sales.refused_change("Delivery Note", note, docstatus=1)

    bill = make(trade.accounts, "sales_invoice", order)
    found = trade.accounts.get("Sales Invoice", bill)
    trade.accounts.change("Sales Invoice", bill, items=rows_with(found, price_list_rate=51))
    assert "was agreed at 50" in trade.accounts.refused_change("Sales Invoice", bill, docstatus=1)
    trade.accounts.change("Sales Invoice", bill, items=rows_with(found))
    submit(trade.accounts, "Sales Invoice", bill)
    assert "Nothing of Sales Order" in trade.accounts.refused("crm.make_sales_invoice", name=order)


def test_what_belongs_to_another_customer_is_not_mixed(trade: Trade) -> None:
    order = trade.order(trade.customer(), {"product": trade.product(), "qty": 1})
    row = trade.sales.get("Sales Order", order)["items"][0]
    item = {"product": row["product"], "qty": 1, "sales_order": order, "so_detail": row["name"]}
    said = trade.accounts.refused_new("Sales Invoice", customer=trade.customer(), items=[item], docstatus=1)
    assert "belongs to another customer" in said


def test_a_cancelled_order_is_not_billed_and_a_billed_one_not_cancelled(trade: Trade) -> None:
    customer, product = trade.customer(), trade.product()
    order = trade.order(customer, {"product": product, "qty": 2})
    bill = make(trade.accounts, "sales_invoice", order)
    submit(trade.accounts, "Sales Invoice", bill)
    assert f"{bill} was made from" in trade.manager.refused(
        "frappe.model.workflow.apply_workflow", doc={"doctype": "Sales Order", "name": order}, action="Cancel"
    )
    other = trade.order(customer, {"product": product, "qty": 2})
    draft = make(trade.accounts, "sales_invoice", other)
    trade.manager.act("Sales Order", other, "Cancel")
    assert trade.accounts.refused_change("Sales Invoice", draft, docstatus=1)
    assert "is not submitted" in trade.accounts.refused("crm.make_sales_invoice", name=other)


def test_nothing_is_made_of_what_is_on_hold(trade: Trade) -> None:
    order = trade.order(trade.customer(), {"product": trade.product(), "qty": 2})
    trade.sales.act("Sales Order", order, "Hold")
    assert trade.sales.get("Sales Order", order)["status"] == "On Hold"
    assert "on hold" in trade.sales.refused("crm.make_delivery_note", name=order)
    trade.sales.act("Sales Order", order, "Resume")
    assert make(trade.sales, "delivery_note", order)


def test_no_more_is_paid_than_is_open(trade: Trade) -> None:
    bill = trade.invoice(trade.customer(), {"product": trade.product(80), "qty": 1})
    payment = make(trade.accounts, "payment_entry", bill)
    rows = trade.accounts.get("Payment Entry", payment)["references"]
    too_much = [{**rows[0], "allocated_amount": 80.01}]
    trade.accounts.change("Payment Entry", payment, paid_amount=100, references=too_much)
    assert "Only 80 of" in trade.accounts.refused_change("Payment Entry", payment, docstatus=1)
    half = [{**rows[0], "allocated_amount": 40.5}, {**rows[0], "name": None, "allocated_amount": 40.5}]
    trade.accounts.change("Payment Entry", payment, references=half)
    assert "Only 80 of" in trade.accounts.refused_change("Payment Entry", payment, docstatus=1)
    trade.accounts.change("Payment Entry", payment, references=rows)
    found = submit(trade.accounts, "Payment Entry", payment)
    assert (found["total_allocated_amount"], found["unallocated_amount"]) == (80, 20)
    assert trade.accounts.get("Sales Invoice", bill)["status"] == "Paid"
    said = trade.accounts.refused_new(
        "Payment Entry",
        party=trade.customer(),
        paid_amount=1,
        references=[{"reference_name": bill, "allocated_amount": 1}],
        docstatus=1,
    )
    assert "belongs to another customer" in said
    assert "cannot be negative" in trade.accounts.refused_new(
        "Payment Entry",
        party=trade.customer(),
        paid_amount=1,
        references=[{"reference_name": bill, "allocated_amount": 2}],
    )


def test_no_more_is_credited_than_was_billed(trade: Trade) -> None:
    product, customer = trade.product(80), trade.customer()
    bill = trade.invoice(customer, {"product": product, "qty": 1})
    note = {"customer": customer, "is_return": 1, "return_against": bill, "docstatus": 1}
    assert trade.accounts.refused_new("Sales Invoice", **note, items=[{"product": product, "qty": -2}])
    assert trade.accounts.get("Sales Invoice", bill)["outstanding_amount"] == 80
    row = {"product": product, "qty": -1}
    draft = trade.accounts.create("Sales Invoice", customer=customer, items=[{"product": product, "qty": 1}])["name"]
    for changes, sentence in (
        ({"customer": trade.customer()}, "belongs to another customer"),
        ({"currency": "USD", "conversion_rate": 7}, "is in another currency"),
        ({"return_against": draft}, "is not submitted"),
        ({"items": [{**row, "qty": 1}]}, "in a return below 0"),
    ):
        assert sentence in trade.accounts.refused_new("Sales Invoice", **{**note, "items": [row], **changes})
    assert trade.accounts.get("Sales Invoice", bill)["outstanding_amount"] == 80
    trade.accounts.create("Sales Invoice", **note, items=[row])
    assert trade.accounts.get("Sales Invoice", bill)["status"] == "Credit Note Issued"


def test_a_large_contract_needs_two_persons_and_neither_its_author(trade: Trade) -> None:
    made = trade.manager.create(
        "Contract",
        party_name=trade.customer(),
        items=[{"product": trade.product(100_001), "qty": 1}],
        start_date="2026-01-01",
        title="大合同",
    )
    name = made["name"]
    trade.manager.act("Contract", name, "Submit for Review")
    seen = trade.director.get("Contract", name) | {"doctype": "Contract"}
    apply = "frappe.model.workflow.apply_workflow"
    assert trade.manager.refused(apply, doc=seen, action="Approve")
    assert trade.director.act("Contract", name, "Approve")["docstatus"] == 0
    third = trade.crm.person("third.manager@example.com", "Sales User", "Sales Manager")
    assert third.act("Contract", name, "Approve")["docstatus"] == 1


def test_two_people_approving_at_once_approve_once(trade: Trade) -> None:
    made = trade.sales.create(
        "Quotation",
        party_name=trade.customer(),
        items=[{"product": trade.product(), "qty": 1, "discount_percentage": 50}],
    )
    trade.sales.act("Quotation", made["name"], "Submit for Review")
    seen = Seen(modified=trade.manager.get("Quotation", made["name"])["modified"])

    def approve(ctx: Context) -> None:
        apply(ctx, "Quotation", made["name"], "Approve", seen)

    assert at_once(trade, approve, trade.manager.email, trade.director.email) == [True, False]
    assert trade.sales.get("Quotation", made["name"])["docstatus"] == 1


def test_two_deliveries_at_once_do_not_share_what_is_left(trade: Trade) -> None:
    order = trade.order(trade.customer(), {"product": trade.product(), "qty": 1})
    row = trade.sales.get("Sales Order", order)
    item = {
        "product": row["items"][0]["product"],
        "qty": 1,
        "against_sales_order": order,
        "so_detail": row["items"][0]["name"],
    }
    names = [trade.sales.create("Delivery Note", customer=row["customer"], items=[item])["name"] for _ in range(2)]

    def deliver(ctx: Context) -> None:
        ctx.store.submit("Delivery Note", names.pop())

    assert at_once(trade, deliver, trade.sales.email, trade.sales.email) == [True, False]
    assert trade.sales.get("Sales Order", order)["delivered_qty"] == 1


def test_two_payments_at_once_do_not_share_what_is_open(trade: Trade) -> None:
    customer = trade.customer()
    bill = trade.invoice(customer, {"product": trade.product(80), "qty": 1})
    paid = {"party": customer, "paid_amount": 50, "references": [{"reference_name": bill, "allocated_amount": 50}]}
    names = [trade.accounts.create("Payment Entry", **paid)["name"] for _ in range(2)]

    def pay(ctx: Context) -> None:
        ctx.store.submit("Payment Entry", names.pop())

    assert at_once(trade, pay, trade.accounts.email, trade.accounts.email) == [True, False]
    assert trade.accounts.get("Sales Invoice", bill)["outstanding_amount"] == 30


def test_costs_and_margins_are_for_managers(trade: Trade) -> None:
    product = trade.product(100, valuation_rate=60)
    name = trade.order(trade.customer(), {"product": product, "qty": 2})
    seen, all_of_it = trade.sales.get("Sales Order", name), trade.manager.get("Sales Order", name)
    assert "gross_profit" not in seen and "valuation_rate" not in seen["items"][0]
    assert (all_of_it["gross_profit"], all_of_it["items"][0]["valuation_rate"]) == (80, 60)
    assert "valuation_rate" not in trade.sales.get("Product", product)
    item = {"product": product, "qty": 1, "valuation_rate": 1}
    assert "cannot be set by you" in trade.sales.refused_new("Quotation", party_name=trade.customer(), items=[item])
    refused = trade.sales.client.put(f"/api/resource/Sales Order/{name}", json={"docstatus": 2})
    assert refused.status_code >= 400
