"""A sale from the lead to the money and a second one; a contract renewed with changes; a return with a claim."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from support.selling import Line, Trade, by_hand, make, rows_with, submit

LINES = (Line(Decimal(3), Decimal(100), Decimal(5), Decimal(13)), Line(Decimal(2), Decimal("33.335")))
WANTED = by_hand(LINES, Decimal(15), Decimal(6))
"""What is offered, and its amounts worked out by hand."""


def test_an_offer_becomes_money_and_a_second_sale(trade: Trade) -> None:
    pump = trade.product(100, item_tax_template="VAT 13%", valuation_rate=60, is_stock_item=1, opening_stock=50)
    lead = trade.sales.create("Lead", first_name="秦", company_name="长河水务", source="Referral")["name"]
    deal = trade.sales.call("crm.lead.convert", name=lead)
    customer = deal["customer"]
    trade.sales.change("Customer", customer, payment_terms="Net 30")
    order = ordered(trade, offered(trade, deal, pump))
    bills = delivered_and_billed(trade, order, pump)
    paid(trade, customer, bills)
    trade.sales.change("Opportunity", deal["name"], sales_stage="Won", closed_date="2026-05-20")

    again = trade.order(customer, {"product": pump, "qty": 1})
    assert trade.sales.get("Sales Order", again)["grand_total"] == 113
    seen = trade.sales.call("crm.desk.overview", doctype="Customer", name=customer)
    counts = {section["doctype"]: section["count"] for section in seen["sections"]}
    wanted_counts = {"Opportunity": 1, "Quotation": 1, "Sales Order": 2, "Delivery Note": 2, "Sales Invoice": 2}
    assert counts.items() >= wanted_counts.items()


def offered(trade: Trade, deal: dict[str, Any], pump: str) -> str:
    """An open quotation; so much discount is somebody else's decision."""
    work = trade.product(33.335)
    offer = trade.sales.create(
        "Quotation",
        party_name=deal["customer"],
        opportunity=deal["name"],
        items=[{"product": pump, "qty": 3, "discount_percentage": 5}, {"product": work, "qty": 2}],
        taxes=[{"charge_type": "On Net Total", "description": "增值税", "rate": 6}],
        additional_discount_percentage=15,
    )
    assert {name: Decimal(str(offer[name])) for name in WANTED} == WANTED
    assert "gross_profit" not in offer
    assert "does not hold" in trade.sales.refused(
        "frappe.model.workflow.apply_workflow", doc={"doctype": "Quotation", "name": offer["name"]}, action="Submit"
    )
    trade.sales.act("Quotation", offer["name"], "Submit for Review")
    assert trade.manager.act("Quotation", offer["name"], "Approve")["status"] == "Open"
    return str(offer["name"])


def ordered(trade: Trade, offer: str) -> str:
    order = make(trade.sales, "sales_order", offer)
    assert make(trade.sales, "sales_order", offer) == order  # a second click
    trade.sales.act("Sales Order", order, "Confirm")
    assert trade.sales.get("Quotation", offer)["status"] == "Ordered"
    assert trade.manager.get("Sales Order", order)["gross_profit"] == float(WANTED["net_total"] - 180)
    return order


def delivered_and_billed(trade: Trade, order: str, pump: str) -> tuple[str, str]:
    """A part first, then the rest; answers the two invoices."""
    first = make(trade.sales, "delivery_note", order)
    (row, _) = trade.sales.get("Delivery Note", first)["items"]
    trade.sales.change("Delivery Note", first, items=[{**row, "qty": 1}])
    submit(trade.sales, "Delivery Note", first)
    stock = trade.sales.call("crm.item_details", product=pump)
    assert (stock["available_qty"], stock["price_list_rate"]) == (47, 100)
    bill = make(trade.accounts, "sales_invoice_from_delivery", first)
    submit(trade.accounts, "Sales Invoice", bill)
    second = make(trade.sales, "delivery_note", order)
    assert [one["qty"] for one in trade.sales.get("Delivery Note", second)["items"]] == [2, 2]
    submit(trade.sales, "Delivery Note", second)
    assert trade.sales.get("Sales Order", order)["status"] == "To Bill"
    rest = make(trade.accounts, "sales_invoice", order)
    submit(trade.accounts, "Sales Invoice", rest)
    done = trade.sales.get("Sales Order", order)
    assert (done["status"], done["per_delivered"], done["per_billed"]) == ("Completed", 100, 100)
    return bill, rest


def paid(trade: Trade, customer: str, names: tuple[str, str]) -> None:
    """Both invoices together are the order, to the cent, and nothing stays open."""
    bills = [trade.accounts.get("Sales Invoice", name) for name in names]
    assert sum(Decimal(str(one["net_total"])) for one in bills) == WANTED["net_total"]
    owed = trade.sales.get("Customer", customer)["outstanding_amount"]
    assert owed == float(sum(Decimal(str(one["grand_total"])) for one in bills))
    for name in names:
        submit(trade.accounts, "Payment Entry", make(trade.accounts, "payment_entry", name))
        assert trade.accounts.get("Sales Invoice", name)["status"] == "Paid"
    assert trade.sales.get("Customer", customer)["balance"] == 0


def test_a_contract_is_renewed_with_changes(trade: Trade) -> None:
    visit, customer = trade.product(500), trade.customer()
    old = fulfilled_and_billed(trade, customer, visit)

    new = make(trade.sales, "contract_renewal", old)
    draft = trade.sales.get("Contract", new)
    assert (draft["start_date"], draft["end_date"], draft["status"]) == ("2100-01-01", "2101-12-31", "Draft")
    assert (draft["change_type"], draft["is_signed"], draft["previous_contract"]) == ("Renewal", 0, old)
    trade.sales.change("Contract", new, items=rows_with(draft, price_list_rate=550))
    trade.sales.act("Contract", new, "Submit for Review")
    trade.manager.act("Contract", new, "Approve")
    assert trade.sales.get("Contract", old)["status"] == "Superseded"
    assert trade.sales.get("Contract", new)["contract_value"] == 1100
    assert [
        one["name"]
        for one in trade.sales.list("Contract", filters={"party_name": customer, "end_date": [">", "2100-01-01"]})
    ] == [new]
    by_product = trade.sales.list("Contract", filters=[["Contract Item", "product", "=", visit]])
    assert {one["name"] for one in by_product} == {old, new}


def fulfilled_and_billed(trade: Trade, customer: str, visit: str) -> str:
    """A contract of maintenance whose terms are met and whose first year is billed."""
    old = trade.contract(
        customer,
        {"product": visit, "qty": 1},
        title="维护",
        contract_type="Maintenance",
        start_date="2026-01-01",
        end_date="2099-12-31",
        billing_interval="Yearly",
        renewal_months=24,
        requires_fulfilment=1,
        fulfilment_terms=[{"requirement": "首次检查"}],
    )
    found = trade.sales.get("Contract", old)
    assert (found["status"], found["notice_date"], found["fulfilment_status"]) == (
        "Active",
        "2099-12-01",
        "Unfulfilled",
    )
    assert (found["billing_periods"], found["contract_value"]) == (74, 37000)
    terms = [{**row, "fulfilled": 1} for row in found["fulfilment_terms"]]
    assert trade.sales.change("Contract", old, fulfilment_terms=terms)["fulfilment_status"] == "Fulfilled"

    bill = make(trade.accounts, "sales_invoice_from_contract", old)
    submit(trade.accounts, "Sales Invoice", bill)
    assert trade.sales.get("Contract", old)["next_billing_date"] == "2027-01-01"
    return old


def test_a_return_with_a_claim(trade: Trade) -> None:
    lamp = trade.product(19.99, item_tax_template="VAT 13%", is_stock_item=1, opening_stock=10)
    customer = trade.customer()
    bill = trade.invoice(
        customer, {"product": lamp, "qty": 3, "discount_percentage": 10}, additional_discount_percentage=2.5
    )
    total = trade.accounts.get("Sales Invoice", bill)
    submit(trade.accounts, "Payment Entry", make(trade.accounts, "payment_entry", bill))
    owed = -taken_back(trade, claimed(trade, bill), lamp)
    assert trade.accounts.get("Sales Invoice", bill)["outstanding_amount"] == -owed

    refund = make(trade.accounts, "payment_entry", bill)
    assert trade.accounts.get("Payment Entry", refund)["payment_type"] == "Pay"
    submit(trade.accounts, "Payment Entry", refund)
    assert trade.sales.get("Customer", customer)["balance"] == 0
    statement = trade.accounts.create("Customer Statement", customer=customer, from_date="2020-01-01")
    kinds = [(row["document_type"], row["balance"]) for row in statement["rows"]]
    paid = float(total["grand_total"])
    assert kinds == [("Sales Invoice", paid), ("Payment", 0), ("Credit Note", -owed), ("Refund", 0)]


def claimed(trade: Trade, bill: str) -> str:
    """A return of one piece that the manager has accepted; without a reason nobody looks at it."""
    claim = make(trade.sales, "return_of_invoice", bill)
    assert "Value missing" in trade.sales.refused(
        "frappe.model.workflow.apply_workflow",
        doc={"doctype": "Sales Return", "name": claim},
        action="Submit for Review",
    )
    found = trade.sales.get("Sales Return", claim)
    trade.sales.change("Sales Return", claim, reason="Defective", reason_details="不亮", items=rows_with(found, qty=1))
    trade.sales.act("Sales Return", claim, "Submit for Review")
    trade.manager.act("Sales Return", claim, "Accept")
    return claim


def taken_back(trade: Trade, claim: str, lamp: str) -> float:
    """The piece is credited and in stock again; answers the amount of the credit note."""
    rate = trade.sales.get("Sales Return", claim)["items"][0]["rate"]
    credit = make(trade.accounts, "credit_note", claim)
    submit(trade.accounts, "Sales Invoice", credit)
    note = trade.accounts.get("Sales Invoice", credit)
    unit = by_hand([Line(Decimal(1), Decimal(str(rate)), tax=Decimal(13))])
    assert Decimal(str(note["grand_total"])) == -unit["grand_total"]
    assert note["status"] == "Return"
    back = make(trade.sales, "return_delivery", claim)
    submit(trade.sales, "Delivery Note", back)
    assert trade.sales.call("crm.item_details", product=lamp)["available_qty"] == 11
    assert trade.sales.get("Sales Return", claim)["status"] == "Completed"
    return float(note["grand_total"])


def test_what_was_submitted_keeps_its_names_and_can_still_be_cancelled(trade: Trade) -> None:
    customer = trade.customer()
    bill = trade.invoice(customer, {"product": trade.product(), "qty": 1})
    name = trade.accounts.get("Sales Invoice", bill)["customer_name"]
    trade.sales.change("Customer", customer, customer_name="改名了")
    assert trade.accounts.change("Sales Invoice", bill, docstatus=2)["customer_name"] == name
