"""Each button makes the next document once, with what is left, and tells where it came from."""

from __future__ import annotations

from support.selling import Trade, make, rows_with, submit


def test_an_opportunity_becomes_a_quotation_and_a_contract(trade: Trade) -> None:
    product, customer = trade.product(250), trade.customer()
    rows = [{"product": product, "qty": 4, "rate": 240, "discount_percentage": 5}]
    deal = trade.sales.create("Opportunity", title="泵站", customer=customer, items=rows)["name"]
    offer = make(trade.sales, "quotation_from_opportunity", deal)
    found = trade.sales.get("Quotation", offer)
    assert (found["opportunity"], found["title"], found["party_name"]) == (deal, "泵站", customer)
    assert [(row["qty"], row["price_list_rate"], row["amount"]) for row in found["items"]] == [(4, 240, 912)]
    trade.sales.act("Quotation", offer, "Submit")
    contract = trade.sales.get("Contract", make(trade.sales, "contract", offer))
    assert (contract["document_name"], contract["net_total"]) == (offer, 912)
    assert [(one["party_role"], one["party_name"]) for one in contract["parties"]][-1] == (
        "Buyer",
        contract["customer_name"],
    )
    plain = trade.sales.create("Opportunity", title="一台", customer=customer, product=product)["name"]
    made = trade.sales.get("Quotation", make(trade.sales, "quotation_from_opportunity", plain))
    assert [(row["product"], row["price_list_rate"]) for row in made["items"]] == [(product, 250)]


def test_a_revision_takes_the_place_of_a_quotation(trade: Trade) -> None:
    offer = trade.quotation(trade.customer(), {"product": trade.product(80), "qty": 1})
    revision = make(trade.sales, "quotation_revision", offer)
    draft = trade.sales.get("Quotation", revision)
    assert (draft["revision"], draft["revised_from"], draft["status"]) == (1, offer, "Draft")
    assert make(trade.sales, "quotation_revision", offer) == revision
    trade.sales.change("Quotation", revision, items=rows_with(draft, discount_percentage=5))
    trade.sales.act("Quotation", revision, "Submit")
    assert trade.sales.get("Quotation", offer)["status"] == "Superseded"
    assert trade.sales.get("Quotation", revision)["status"] == "Open"


def test_a_declined_quotation_says_why(trade: Trade) -> None:
    offer = trade.quotation(trade.customer(), {"product": trade.product(), "qty": 1})
    assert trade.sales.change("Quotation", offer, order_lost_reason="太贵")["status"] == "Lost"


def test_an_order_comes_from_a_contract_as_often_as_it_is_billed(trade: Trade) -> None:
    contract = trade.contract(
        trade.customer(),
        {"product": trade.product(10), "qty": 2},
        title="框架",
        start_date="2026-01-01",
        end_date="2026-02-28",
        billing_interval="Monthly",
    )
    for _ in range(2):
        order = make(trade.sales, "sales_order_from_contract", contract)
        assert trade.sales.get("Sales Order", order)["items"][0]["qty"] == 2
        trade.sales.act("Sales Order", order, "Confirm")
    assert "Nothing of Contract" in trade.sales.refused("crm.make_sales_order_from_contract", name=contract)


def test_a_fixed_charge_is_billed_with_the_first_part(trade: Trade) -> None:
    freight = [{"charge_type": "Actual", "description": "运费", "charge_amount": 20}]
    order = trade.order(trade.customer(), {"product": trade.product(30), "qty": 2}, taxes=freight)
    totals = []
    for qty in (1, 1):
        bill = make(trade.accounts, "sales_invoice", order)
        trade.accounts.change(
            "Sales Invoice", bill, items=rows_with(trade.accounts.get("Sales Invoice", bill), qty=qty)
        )
        totals.append(submit(trade.accounts, "Sales Invoice", bill)["grand_total"])
    assert totals == [50, 30]


def test_a_faulty_delivery_is_replaced(trade: Trade) -> None:
    product = trade.product(30, is_stock_item=1, opening_stock=5)
    order = trade.order(trade.customer(), {"product": product, "qty": 2})
    note = make(trade.sales, "delivery_note", order)
    submit(trade.sales, "Delivery Note", note)
    claim = make(trade.sales, "return_of_delivery", note)
    trade.sales.change("Sales Return", claim, claim_type="Replacement", reason_details="漏水")
    trade.sales.act("Sales Return", claim, "Submit for Review")
    trade.manager.act("Sales Return", claim, "Accept")
    for step in ("return_delivery", "replacement"):
        submit(trade.sales, "Delivery Note", make(trade.sales, step, claim))
    assert trade.sales.get("Sales Return", claim)["status"] == "Completed"
    assert trade.sales.call("crm.item_details", product=product)["available_qty"] == 3
    for step in ("return_delivery", "replacement"):
        assert "Nothing of Sales Return" in trade.sales.refused(f"crm.make_{step}", name=claim)


def test_a_rejected_claim_says_why(trade: Trade) -> None:
    bill = trade.invoice(trade.customer(), {"product": trade.product(), "qty": 1})
    claim = make(trade.sales, "return_of_invoice", bill)
    trade.sales.change("Sales Return", claim, reason_details="不喜欢")
    trade.sales.act("Sales Return", claim, "Submit for Review")
    reject = {"doc": {"doctype": "Sales Return", "name": claim}, "action": "Reject"}
    assert "does not hold" in trade.manager.refused("frappe.model.workflow.apply_workflow", **reject)
    trade.manager.change("Sales Return", claim, resolution="超过期限")
    assert trade.manager.act("Sales Return", claim, "Reject")["status"] == "Rejected"


def test_a_service_is_billed(trade: Trade) -> None:
    product = trade.product(300)
    request = trade.crm.service.create("Service Request", subject="维修", customer=trade.customer(), product=product)[
        "name"
    ]
    bill = make(trade.accounts, "sales_invoice_from_service", request)
    found = trade.accounts.get("Sales Invoice", bill)
    assert (found["service_request"], found["grand_total"]) == (request, 300)
    empty = trade.crm.service.create("Service Request", subject="问题", customer=trade.customer())["name"]
    assert "Nothing of Service Request" in trade.accounts.refused("crm.make_sales_invoice_from_service", name=empty)


def test_payment_terms_say_when_an_invoice_is_due(trade: Trade) -> None:
    item = {"product": trade.product(), "qty": 1}
    for terms, day in (("Net 30", "2026-03-04"), ("30 Days after End of Month", "2026-03-30"), (None, "2026-02-02")):
        name = trade.invoice(trade.customer(), item, posting_date="2026-02-02", payment_terms_template=terms)
        found = trade.accounts.get("Sales Invoice", name)
        assert (found["due_date"], found["status"]) == (day, "Overdue")


def test_a_discount_as_an_amount_is_shared_by_the_documents_that_bill_its_parts(trade: Trade) -> None:
    rows = [{"product": trade.product(33.33), "qty": 3}, {"product": trade.product(7.77), "qty": 2}]
    order = trade.order(trade.customer(), *rows, additional_discount_amount=10)
    agreed = trade.sales.get("Sales Order", order)
    assert (agreed["total"], agreed["net_total"]) == (115.53, 105.53)
    whole = trade.accounts.get("Sales Invoice", make(trade.accounts, "sales_invoice", order))
    assert (whole["additional_discount_amount"], whole["net_total"]) == (10, 105.53)
    billed = []
    for _ in range(3):
        note = make(trade.sales, "delivery_note", order)
        first, *others = trade.sales.get("Delivery Note", note)["items"]
        trade.sales.change("Delivery Note", note, items=[{**first, "qty": 1}, *others])
        submit(trade.sales, "Delivery Note", note)
        draft = make(trade.accounts, "sales_invoice_from_delivery", note)
        billed.append(submit(trade.accounts, "Sales Invoice", draft))
    assert [one["additional_discount_amount"] for one in billed] == [4.23, 2.89, 2.88]
    assert round(sum(one["net_total"] for one in billed), 2) == 105.53


def test_a_lead_gets_a_quotation_and_becomes_a_customer_with_the_order(trade: Trade) -> None:
    sales, product = trade.sales, trade.product(120)
    lead = sales.create("Lead", first_name="梅", company_name="东湖泵业", email_id="mei@donghu.example")["name"]
    items = [{"product": product, "qty": 2}]
    offer = sales.create("Quotation", quotation_to="Lead", party_name=lead, items=items)
    assert (offer["customer_name"], offer["party_email"], offer["grand_total"]) == (
        "东湖泵业",
        "mei@donghu.example",
        240,
    )
    assert (offer["lead"], offer.get("customer"), offer["currency"]) == (lead, None, "CNY")
    sales.act("Quotation", offer["name"], "Submit")
    revision = sales.get("Quotation", make(sales, "quotation_revision", offer["name"]))
    assert (revision["quotation_to"], revision["party_name"]) == ("Lead", lead)

    order = sales.get("Sales Order", make(sales, "sales_order", offer["name"]))
    found = sales.get("Lead", lead)
    assert (order["customer"], order["customer_name"], order["grand_total"]) == (found["customer"], "东湖泵业", 240)
    assert (found["status"], found.get("opportunity"), order["contact_person"]) == ("Lead", None, found["contact"])
    contract = sales.get("Contract", make(sales, "contract", offer["name"]))
    assert contract["party_name"] == found["customer"]
    assert sales.call("crm.lead.convert", name=lead)["customer"] == found["customer"]


def test_a_lead_that_may_be_a_customer_already_does_not_become_a_second_one(trade: Trade) -> None:
    known = {"company_name": "西湖阀门", "mobile_no": "+86-139-1234-5678"}
    trade.sales.create("Customer", customer_name=known["company_name"], mobile_no=known["mobile_no"])
    lead = trade.sales.create("Lead", **known)["name"]
    offer = trade.quotation(lead, {"product": trade.product(), "qty": 1}, quotation_to="Lead")
    assert "may be a customer already" in trade.sales.refused("crm.make_sales_order", name=offer)
    assert not trade.sales.get("Lead", lead).get("customer")
    assert trade.sales.list("Sales Order", filters=[["Sales Order Item", "prevdoc_docname", "=", offer]]) == []


def test_a_quotation_is_for_what_is_there(trade: Trade) -> None:
    items = [{"product": trade.product(), "qty": 1}]
    customer = trade.customer()
    assert trade.sales.create("Quotation", party_name=customer, items=items)["customer"] == customer
    for party in ({"quotation_to": "Lead", "party_name": customer}, {"quotation_to": "User", "party_name": "Guest"}):
        assert trade.sales.refused_new("Quotation", **party, items=items)


def test_who_may_see_one_customer_sees_its_quotations_only(trade: Trade) -> None:
    mine, other = trade.customer(), trade.customer()
    items = [{"product": trade.product(), "qty": 1}]
    offers = [trade.sales.create("Quotation", party_name=party, items=items)["name"] for party in (mine, other)]
    person = trade.crm.person("one.customer@example.com", "Sales User")
    trade.crm.administrator.create("User Permission", user=person.email, allow="Customer", for_value=mine)
    seen = person.list("Quotation", filters={"name": ["in", offers]})
    assert [row["name"] for row in seen] == offers[:1]
