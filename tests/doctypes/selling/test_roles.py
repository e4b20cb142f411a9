"""Who may do what in selling and accounts: nobody without a role, each role its own part."""

from __future__ import annotations

import pytest

from support.crm import Person
from support.selling import Trade, make

DOCUMENTS = ("Quotation", "Sales Order", "Contract", "Delivery Note", "Sales Return", "Sales Invoice", "Payment Entry")


def status(person: Person, doctype: str, **values: object) -> int:
    return person.client.post(f"/api/resource/{doctype}", json=values).status_code


@pytest.mark.parametrize("doctype", DOCUMENTS)
def test_nobody_reads_without_a_role(trade: Trade, doctype: str) -> None:
    stranger = trade.crm.person("stranger@example.com")
    assert stranger.client.get(f"/api/resource/{doctype}").status_code == 403
    assert trade.crm.guest.get(f"/api/resource/{doctype}").status_code == 403
    assert trade.accounts.client.get(f"/api/resource/{doctype}").status_code == 200


def test_each_makes_what_is_his(trade: Trade) -> None:
    customer, item = trade.customer(), {"product": trade.product(), "qty": 1}
    assert status(trade.accounts, "Quotation", party_name=customer, items=[item]) == 403
    assert status(trade.sales, "Quotation", party_name=customer, items=[item]) == 200
    assert status(trade.sales, "Payment Entry", party=customer, paid_amount=1) == 403
    assert status(trade.accounts, "Payment Entry", party=customer, paid_amount=1) == 200
    assert status(trade.sales, "Product Price", product=item["product"], price_list_rate=1) == 403
    assert status(trade.crm.service, "Sales Order", customer=customer, items=[item]) == 403


def test_sales_prepares_an_invoice_and_accounts_submits_it(trade: Trade) -> None:
    order = trade.order(trade.customer(), {"product": trade.product(), "qty": 1})
    bill = make(trade.sales, "sales_invoice", order)
    assert "Insufficient Permission" in trade.sales.refused_change("Sales Invoice", bill, docstatus=1)
    assert trade.accounts.change("Sales Invoice", bill, docstatus=1)["status"] in ("Unpaid", "Overdue")


def test_a_button_gives_no_more_rights_than_its_document(trade: Trade) -> None:
    order = trade.order(trade.customer(), {"product": trade.product(), "qty": 1})
    stranger = trade.crm.person("stranger@example.com")
    for person, step in ((stranger, "delivery_note"), (trade.accounts, "delivery_note"), (stranger, "sales_invoice")):
        assert person.client.post(f"/api/method/crm.make_{step}", json={"name": order}).status_code in (403, 404)
