"""A rule made in a real browser: tried without effect, refused with its places, at work, logged, and taken back."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from crm_platform.automation.sweeps import sweep
from crm_platform.documents.context import Context
from crm_platform.sites.opening import open_site
from support.browser import PATIENCE, Complaints
from support.controls import choose, link_to
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """Rules act on all customers here: others would see it."""
    return own_shop


def name_rule(desk: Page, name: str, doctype: str, moment: str) -> None:
    """A new rule that looks at documents of the DocType at this moment."""
    desk.goto("/app/studio/new-rule")
    desk.get_by_role("textbox", name="Rule Name").fill(name)
    link_to(desk, desk.get_by_role("region", name="Rule", exact=True).get_by_role("combobox"), doctype)
    choose(desk, "A document", moment)


def begin(desk: Page, condition: str) -> None:
    """A new rule: a customer that is changed gets a phone number."""
    name_rule(desk, "大客户", "Customer", "is changed")
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


def if_priority_is(desk: Page, priority: str) -> None:
    """Build the condition by clicks."""
    desk.get_by_role("region", name="If", exact=True).get_by_role("button", name="Add a row").click()
    row = desk.get_by_role("group", name="Row 1", exact=True)
    row.get_by_role("combobox", name="Field", exact=True).press("Enter")
    desk.get_by_role("option", name="Priority", exact=True).click()
    row.get_by_role("combobox", name="Value", exact=True).press("Enter")
    desk.get_by_role("option", name=priority, exact=True).filter(visible=True).click()


def try_on(desk: Page, request: str, effect: str) -> None:
    test = desk.get_by_role("tabpanel")
    link_to(desk, test.get_by_role("combobox", name="Document", exact=True), request)
    test.get_by_role("button", name="Test", exact=True).click()
    expect(test.get_by_role("status")).to_contain_text(effect)


def save(desk: Page, name: str) -> None:
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("heading", name=name, level=1)).to_be_visible()


def wait_until_done(client: httpx.Client, rule: str) -> None:
    """What a rule does is done by a job."""
    asked = {"filters": json.dumps([["rule", "=", rule], ["result", "=", "Done"]])}
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        if client.get("/api/resource/Automation Log", params=asked).json()["data"]:
            return
        time.sleep(0.1)
    raise AssertionError(f"The rule {rule} did nothing.")


def expect_run(desk: Page, request: str, reason: str) -> None:
    desk.get_by_role("tab", name="Log").click()
    run = desk.get_by_role("tabpanel").get_by_role("listitem").filter(has_text="Done").first
    expect(run).to_contain_text(reason)
    expect(run.get_by_role("link")).to_have_attribute("href", f"/app/service-request/{request}")


def clocks(client: httpx.Client, request: str) -> set[str]:
    asked = {"fields": '["state"]', "filters": json.dumps([["reference_name", "=", request]])}
    return {row["state"] for row in client.get("/api/resource/SLA Clock", params=asked).json()["data"]}


@pytest.mark.parametrize(
    ("action", "effect", "state"),
    [
        ("Pause the service clock", "The clock for the Resolution is paused.", "Paused"),
        ("Stop the service clock", "The clock for the Resolution is stopped.", "Stopped"),
    ],
)
def test_a_rule_moves_the_service_clock(desk: Page, shop: Shop, action: str, effect: str, state: str) -> None:
    priority = {"Paused": "Low", "Stopped": "High"}[state]
    with shop.served.client() as client:
        request = str(create(client, "Service Request", subject=f"停机 {state}", priority=priority)["name"])
        assert clocks(client, request) == {"Running"}
        name_rule(desk, state, "Service Request", "is changed")
        if_priority_is(desk, priority)
        choose(desk, "Add an action…", action)
        try_on(desk, f"停机 {state}", effect)
        save(desk, state)
        assert clocks(client, request) == {"Running"}, "the test run moved nothing"
        client.put(f"/api/resource/Service Request/{request}", json={"channel": "Web"}).raise_for_status()
        wait_until_done(client, state)
        assert clocks(client, request) == {state}
    expect_run(desk, request, f"doc.priority == '{priority}' holds.")


WISH = "Callback Wish"
AGREEMENT = {
    "service_level": "当天回电",
    "document_type": WISH,
    "condition": "doc.title == '无'",
    "priorities": [{"priority": "Low", "default_priority": 1, "response_time": 3600, "resolution_time": 7200}],
    "sla_fulfilled_on": [{"status": "Done"}],
    "support_and_resolution": [{"workday": "Monday", "start_time": "09:00:00", "end_time": "17:00:00"}],
}
"""It fits no wish by itself: its clocks start by a rule only."""


@pytest.fixture(scope="module")
def wish(shop: Shop) -> str:
    """A document of a kind that an agreement is about, without a clock."""
    fields = [
        {"fieldname": name, "fieldtype": "Data", "label": name.title()} for name in ("title", "priority", "status")
    ]
    rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
    with shop.served.client() as client:
        body = {"module": "CRM", "custom": 1, "title_field": "title", "fields": fields, "permissions": rights}
        create(client, "DocType", name=WISH, **body)
        create(client, "Service Level Agreement", **AGREEMENT)
        return str(create(client, WISH, title="请回电")["name"])


def test_a_rule_starts_a_service_clock(desk: Page, shop: Shop, wish: str) -> None:
    name_rule(desk, "开始计时", WISH, "is changed")
    choose(desk, "Add an action…", "Start the service clock")
    then = desk.get_by_role("region", name="Then")
    link_to(desk, then.get_by_role("combobox", name="Service Level Agreement", exact=True), "当天回电")
    try_on(desk, "请回电", "The clocks of 当天回电 start.")
    save(desk, "开始计时")
    with shop.served.client() as client:
        assert clocks(client, wish) == set(), "the test run started nothing"
        client.put(f"/api/resource/{WISH}/{wish}", json={"priority": "Low"}).raise_for_status()
        wait_until_done(client, "开始计时")
        assert clocks(client, wish) == {"Running"}


def let_an_hour_pass(shop: Shop, rule: str) -> None:
    """As if the rule had been looked at last an hour ago: nobody sets the clock of a served site."""
    site = open_site(shop.served.folder)

    def look(ctx: Context) -> None:
        system = site.system(ctx)
        past = {"checked_until": system.now() - timedelta(hours=1)}
        system.connection.update_row(system.definitions["Automation Rule"], rule, past)
        sweep(system)

    site.runtime.write(look)
    site.close()


def test_a_rule_looks_by_a_schedule_that_is_chosen_in_words(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        request = str(create(client, "Service Request", subject="停机 每小时", priority="Urgent")["name"])
        other = str(create(client, "Service Request", subject="不急", priority="Medium")["name"])
        name_rule(desk, "每小时", "Service Request", "is looked at by a schedule")
        choose(desk, "How Often", "every hour")
        if_priority_is(desk, "Urgent")
        choose(desk, "Add an action…", "Set fields")
        desk.get_by_role("region", name="Then").get_by_role("button", name="Add a field").click()
        choose(desk, "Field 1", "Contact Mobile")
        desk.get_by_label("Value of Contact Mobile", exact=True).fill("13800000000")
        try_on(desk, "停机 每小时", "contact_mobile is set to 13800000000.")
        save(desk, "每小时")
        let_an_hour_pass(shop, "每小时")
        wait_until_done(client, "每小时")
        mobiles = [client.get(f"/api/resource/Service Request/{one}").json()["data"] for one in (request, other)]
        assert [one.get("contact_mobile") for one in mobiles] == ["13800000000", None]
    expect_run(desk, request, "doc.priority == 'Urgent' holds.")


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
