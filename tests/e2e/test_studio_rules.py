"""A rule made in a real browser: tried without effect, refused with its places, at work, logged, and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browser import Complaints
from support.controls import choose, link_to
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """Rules act on all customers here: others would see it."""
    return own_shop


def begin(desk: Page, condition: str) -> None:
    """A new rule: a customer that is changed gets a phone number."""
    desk.goto("/app/studio/new-rule")
    desk.get_by_role("textbox", name="Rule Name").fill("大客户")
    link_to(desk, desk.get_by_role("region", name="Rule", exact=True).get_by_role("combobox"), "Customer")
    choose(desk, "A document", "is changed")
    desk.get_by_role("region", name="If", exact=True).get_by_role("button", name="Write as text").click()
    desk.get_by_role("textbox", name="Expression").fill(condition)
    choose(desk, "Add an action…", "Set fields")
    desk.get_by_role("region", name="Then").get_by_role("button", name="Add a field").click()
    choose(desk, "Field 1", "Phone")
    desk.get_by_label("Value of Phone", exact=True).fill("021-1000")


def try_with_revenue(desk: Page, revenue: str) -> None:
    """Test it on a customer, first as the customer is, then as if somebody saved another revenue."""
    test = desk.get_by_role("tabpanel")
    link_to(desk, test.get_by_role("combobox", name="Document", exact=True), "上海钢铁集团")
    test.get_by_role("button", name="Test", exact=True).click()
    expect(test.get_by_role("status")).to_contain_text("The condition does not hold")
    test.get_by_role("button", name="Add a field").click()
    test.get_by_role("combobox", name="Field 1").press("Enter")
    desk.get_by_role("option", name="Annual Revenue", exact=True).click()
    test.get_by_label("Value of Annual Revenue", exact=True).fill(revenue)
    test.get_by_role("button", name="Test", exact=True).click()
    expect(test.get_by_role("status")).to_contain_text("phone is set to 021-1000.")


def test_a_rule_is_made_tried_and_seen_at_work(desk: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("417")
    begin(desk, "doc.no_such_field == 1")
    desk.get_by_role("button", name="Save", exact=True).click()
    refused = desk.get_by_role("alert").filter(has_text="It was not saved")
    expect(refused).to_contain_text("Customer has no field no_such_field")
    expect(refused).to_contain_text("Condition")
    desk.get_by_role("textbox", name="Expression").fill("doc.annual_revenue > 100")
    try_with_revenue(desk, "500")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("heading", name="大客户", level=1)).to_be_visible()
    with shop.served.client() as client:
        path = f"/api/resource/Customer/{shop.customer}"
        assert not client.get(path).json()["data"].get("phone"), "the test run wrote nothing"
        assert client.put(path, json={"annual_revenue": 500}).json()["data"]["phone"] == "021-1000"
    desk.get_by_role("tab", name="Log").click()
    run = desk.get_by_role("tabpanel").get_by_role("listitem").first
    expect(run).to_contain_text("doc.annual_revenue > 100 holds.")
    expect(run.get_by_role("link")).to_have_attribute("href", f"/app/customer/{shop.customer}")


def test_a_delivered_rule_is_switched_off_changed_and_reset(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/rules")
    row = desk.get_by_role("row").filter(has_text="Task is due")
    expect(row).to_contain_text("Standard")
    row.get_by_role("checkbox", name="Task is due is on", exact=True).click()
    expect(row).to_contain_text("changed here")
    row.get_by_role("link", name="Task is due").click()
    desk.get_by_role("button", name="Reset to what was delivered…").click()
    desk.get_by_role("dialog").get_by_role("button", name="Reset", exact=True).click()
    expect(desk.get_by_text("changed here")).to_have_count(0)
    expect(desk.get_by_role("checkbox", name="Enabled")).to_be_checked()
    desk.get_by_role("tab", name="History").click()
    expect(desk.get_by_role("tabpanel")).to_contain_text("Enabled")


def test_rules_are_read_on_a_phone(phone: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        action = {"action": "Notify", "users": "Administrator", "subject": "{{ doc.customer_name }}"}
        create(
            client, "Automation Rule", rule_name="手机", document_type="Customer", trigger="Created", actions=[action]
        )
    phone.goto("/app/studio/rules")
    phone.get_by_role("link", name="手机", exact=True).click()
    expect(phone.get_by_role("region", name="Then")).to_contain_text("1. Notify")
    width = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, "nothing reaches beyond the screen"
