"""The workflow builder in a real browser: built from nothing, checked, tried, applied and used; a state in use goes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.served import create
from support.shop import Shop
from support.studio import add_action, add_state, apply, begin_workflow, opened, part, pick, take_back_the_newest

pytestmark = pytest.mark.e2e

PASSWORD = "a good secret 42 for all"
CLERK, FIRST, SECOND = "clerk@example.com", "wang@example.com", "zhao@example.com"
RIGHTS = dict.fromkeys(("read", "write", "create", "delete"), 1)


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """A site with requests for equipment, a clerk who makes them and two managers."""
    fields = [
        {"fieldname": "title", "fieldtype": "Data", "label": "Title", "reqd": 1},
        {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
    ]
    rows = [{"role": role, **RIGHTS} for role in ("Sales User", "Sales Manager", "System Manager")]
    with own_shop.served.client() as client:
        body = {
            "name": "Equipment Request",
            "module": "CRM",
            "custom": 1,
            "autoname": "ER-.###",
            "title_field": "title",
        }
        create(client, "DocType", **body, track_changes=1, fields=fields, permissions=rows)
        for user, role in ((CLERK, "Sales User"), (FIRST, "Sales Manager"), (SECOND, "Sales Manager")):
            name = user.partition("@")[0]
            values = {"email": user, "first_name": name, "user_type": "System User", "enabled": 1}
            create(client, "User", **values, new_password=PASSWORD, roles=[{"role": role}])
    return own_shop


def request(shop: Shop, title: str, amount: int) -> str:
    with shop.served.client(CLERK, PASSWORD) as client:
        return str(create(client, "Equipment Request", title=title, amount=amount)["name"])


def act(shop: Shop, user: str, name: str, action: str) -> str:
    """Take an action as a member of staff; the state after it."""
    with shop.served.client(user, PASSWORD) as client:
        doc = client.get(f"/api/resource/Equipment Request/{name}").json()["data"]
        body = {"doc": {**doc, "doctype": "Equipment Request"}, "action": action}
        answer = client.post("/api/method/frappe.model.workflow.apply_workflow", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["message"]["workflow_state"])


def state_of(shop: Shop, name: str) -> str:
    with shop.served.client() as client:
        return str(client.get(f"/api/resource/Equipment Request/{name}").json()["data"]["workflow_state"])


def plans(shop: Shop) -> list[dict[str, Any]]:
    with shop.served.client() as client:
        found: list[dict[str, Any]] = client.get("/api/method/crm.plan.history").json()["message"]
        return found


def see_a_fault_and_mend_it(page: Page, panel: Locator) -> None:
    """A way past the approvals is told at the state that it leads to, until it is gone."""
    add_action(page, panel, "Draft", "Granted", "Shortcut", "Sales User")
    part(page, "State", "Granted").click()
    faults = panel.get_by_role("list", name="Check results", exact=True)
    expect(faults).to_contain_text("one person alone can bring a document to Granted, past its approvals")
    part(page, "Action", "Shortcut").focus()
    part(page, "Action", "Shortcut").click()
    page.keyboard.press("Delete")
    expect(part(page, "Action", "Shortcut")).to_have_count(0)
    part(page, "State", "Granted").click()
    expect(faults).to_have_count(0)


def test_a_workflow_is_built_from_nothing_and_staff_use_it(desk: Page, shop: Shop) -> None:
    old = request(shop, "钻机", 100)
    panel = begin_workflow(desk, "Equipment Request", "Equipment Approval")
    add_state(desk, panel, "审核")
    add_state(desk, panel, "Granted")
    add_action(desk, panel, "Draft", "审核", "Ask", "Sales User")
    add_action(desk, panel, "审核", "Granted", "Grant", "Sales Manager")
    panel.get_by_role("spinbutton", name="Number of different persons", exact=True).fill("2")
    panel.get_by_role("checkbox", name="Who made the document may take it, too", exact=True).press(" ")
    see_a_fault_and_mend_it(desk, panel)

    desk.reload()
    part(desk, "Action", "Grant").click()
    expect(panel.get_by_role("spinbutton", name="Number of different persons", exact=True)).to_have_value("2")
    desk.get_by_role("button", name="Try on documents", exact=True).click()
    tried = desk.get_by_role("dialog", name="Try on documents", exact=True).get_by_role(
        "list", name="Results", exact=True
    )
    expect(tried).to_contain_text("comes under the workflow here")
    expect(tried).to_contain_text(f"Ask → 审核: {CLERK}")
    desk.keyboard.press("Escape")
    apply(desk)

    assert state_of(shop, old) == "Draft"
    assert act(shop, CLERK, old, "Ask") == "审核"
    assert act(shop, FIRST, old, "Grant") == "审核"
    assert act(shop, SECOND, old, "Grant") == "Granted"


def test_a_state_in_use_goes_only_with_a_place_for_its_documents(desk: Page, shop: Shop) -> None:
    waiting = request(shop, "吊车", 900)
    assert act(shop, CLERK, waiting, "Ask") == "审核"
    desk.goto("/app/studio/workflow/Equipment%20Approval")
    desk.get_by_role("radio", name="List", exact=True).check(force=True)
    rows = desk.get_by_role("region", name="States and actions", exact=True)
    panel = desk.get_by_role("region", name="Properties", exact=True)
    rows.get_by_role("button", name=re.compile("^审核")).click()
    panel.get_by_role("button", name="Remove the state", exact=True).click()
    desk.get_by_role("button", name="Plan (").click()
    plan = desk.get_by_role("dialog", name="Plan", exact=True)
    expect(plan).to_contain_text("the state 审核 goes, but 1 documents of Equipment Request are in it")
    expect(plan.get_by_role("button", name="Apply", exact=True)).to_be_disabled()
    desk.keyboard.press("Escape")
    expect(plan).to_be_hidden()

    gone = panel.get_by_role("region", name="Documents in states that go", exact=True)
    opened(gone.get_by_role("combobox"))
    desk.get_by_role("option", name="Draft", exact=True).click()
    desk.get_by_role("button", name="Plan (").click()
    expect(plan).to_contain_text("Move documents of Equipment Request from 审核 to Draft")
    expect(plan).to_contain_text("1 rows")
    plan.get_by_role("button", name="Apply", exact=True).click()
    expect(desk.get_by_role("button", name="No changes", exact=True)).to_be_visible()
    assert state_of(shop, waiting) == "Draft"

    newest = plans(shop)[0]["plan"]
    take_back_the_newest(desk)
    assert next(one for one in plans(shop) if one["plan"] == newest)["rolled_back_at"]
    assert state_of(shop, waiting) == "审核"


def test_a_workflow_of_the_product_is_changed_for_the_site_on_a_phone(phone: Page) -> None:
    phone.goto("/app/studio/workflow/Opportunity%20Review")
    rows = phone.get_by_role("region", name="States and actions", exact=True)
    expect(rows).to_be_visible()
    expect(phone.get_by_text("Standard", exact=True)).to_be_visible()
    rows.get_by_role("button").first.click()
    panel = phone.get_by_role("region", name="Properties", exact=True)
    pick(panel, "Colour", "Warning")
    apply(phone)
    expect(phone.get_by_text("Standard, changed here", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Go back to the delivered one", exact=True).click()
    phone.get_by_role("dialog", name="Plan", exact=True).get_by_role("button", name="Apply", exact=True).click()
    expect(phone.get_by_text("Standard", exact=True)).to_be_visible()
