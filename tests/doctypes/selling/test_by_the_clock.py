"""What happens on its day without anybody: offers expire, invoices become overdue, contracts give notice and end."""

from __future__ import annotations

from datetime import UTC, datetime

from crm_platform.documents.context import Context
from crm_platform.workflow.applying import Seen, apply
from support.automation import Desk


def act(desk: Desk, doctype: str, name: str, action: str, user: str = "Administrator") -> None:
    def take(ctx: Context) -> None:
        apply(ctx, doctype, name, action, Seen(modified=ctx.store.get(doctype, name).modified))

    desk.site.write(take, user)


def test_days_that_come(desk: Desk) -> None:  # noqa: PLR0915 one spring
    site = desk.site
    desk.clock.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    desk.sweep()
    site.update("System Settings", "System Settings", currency="CNY")
    product = site.insert("Product", product_code="P", product_name="泵", standard_rate=100).name
    customer = site.insert("Customer", customer_name="客户").name
    items = [{"product": product, "qty": 1}]
    offer = site.insert("Quotation", party_name=customer, items=items, valid_till="2026-03-10").name
    act(desk, "Quotation", offer, "Submit")
    bill = site.insert("Sales Invoice", customer=customer, items=items, credit_days=9, docstatus=1).name
    paid = site.insert("Sales Invoice", customer=customer, items=items, credit_days=9, docstatus=1).name
    reference = {"reference_name": paid, "allocated_amount": 100}
    site.insert("Payment Entry", party=customer, paid_amount=100, references=[reference], docstatus=1)
    owner = site.user("owner@example.com", "Sales User", "Sales Manager")
    dates = {"start_date": "2026-01-01", "end_date": "2026-04-30", "contract_owner": owner}
    contract = site.insert("Contract", party_name=customer, title="维护", **dates).name
    act(desk, "Contract", contract, "Submit for Review")
    act(desk, "Contract", contract, "Approve", owner)
    site.update("Contract", contract, is_signed=1, signee="王芳", signed_on="2026-01-01")

    def states() -> list[str]:
        places = (("Quotation", offer), ("Sales Invoice", bill), ("Sales Invoice", paid), ("Contract", contract))
        return [site.get(doctype, name).status for doctype, name in places]

    desk.sweep()
    assert states() == ["Open", "Unpaid", "Paid", "Active"]
    desk.clock.now = datetime(2026, 3, 11, 12, tzinfo=UTC)
    desk.sweep()
    assert states() == ["Expired", "Overdue", "Paid", "Active"]
    assert not desk.rows("Notification Log", "name", for_user=owner, subject=["like", "%notice%"])
    desk.clock.now = datetime(2026, 3, 17, 12, tzinfo=UTC)
    desk.sweep()
    (told,) = desk.rows("Notification Log", "subject", for_user=owner, subject=["like", "%notice%"])
    assert told["subject"].startswith(f"{contract} 维护")
    desk.clock.now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    desk.sweep()
    assert states() == ["Expired", "Overdue", "Paid", "Inactive"]
