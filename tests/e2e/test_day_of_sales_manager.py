"""A day of a sales manager, in Chinese: a discount approved, a deal handed over, a target and a forecast read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.browser import CALM, Complaints, opened
from support.controls import search
from support.served import create
from support.shop import CUSTOMERS, Shop, storage_of

pytestmark = pytest.mark.e2e

MANAGER, SELLER, OTHER = "chief@example.com", "seller@example.com", "other.seller@example.com"
PASSWORD = "a long enough 密码 10"
DESK = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", **CALM}
TARGET, SOLD = 50_000, 4_000
APPLY = "/api/method/frappe.model.workflow.apply_workflow"


def person(email: str, name: str, *roles: str) -> dict[str, object]:
    given = {"email": email, "first_name": name, "language": "zh", "new_password": PASSWORD, "user_type": "System User"}
    return {**given, "roles": [{"role": role} for role in roles]}


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """A team with a target, an open deal, a sale, and an offer whose discount waits for the manager."""
    year = str(date.today().year)
    with own_shop.served.client() as client:
        client.put("/api/resource/System Settings/System Settings", json={"currency": "CNY"}).raise_for_status()
        client.put("/api/resource/Product/VFD-7", json={"standard_rate": 1000}).raise_for_status()
        for email, name in ((SELLER, "王芳"), (OTHER, "孙磊")):
            create(client, "User", **person(email, name, "Sales User"))
        chief = person(MANAGER, "陈建国", "Sales User", "Sales Manager")
        create(client, "User", **chief, default_workspace="Sales Management")
        create(client, "Sales Person", sales_person_name="王芳", parent_sales_person="Sales Team")
        create(client, "Fiscal Year", year=year, year_start_date=f"{year}-01-01")
        sold = {
            "customer": own_shop.customer,
            "sales_person": "王芳",
            "items": [{"product": "VFD-7", "qty": SOLD / 1000}],
        }
        create(client, "Sales Invoice", **sold, docstatus=1)
        target = {"target_type": "Sales Person", "target_name": "王芳", "target_based_on": "Sales Invoice"}
        create(client, "Sales Target", **target, fiscal_year=year, period_type="Year", target_amount=TARGET)
    with own_shop.served.client(SELLER, PASSWORD) as client:
        create(client, "Opportunity", title="轴承备件", customer=own_shop.customer, opportunity_owner=SELLER)
        items = [{"product": "VFD-7", "qty": 10, "discount_percentage": 20}]
        offer = create(client, "Quotation", party_name=own_shop.customer, items=items)
        sent = {"doc": {**offer, "doctype": "Quotation"}, "action": "Submit for Review"}
        client.post(APPLY, json=sent).raise_for_status()
    return own_shop


@pytest.fixture
def desk(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    storage = storage_of(shop.served.session(MANAGER, PASSWORD))
    with opened(browser, shop.served.url, **DESK, storage_state=storage) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def title(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("heading", level=1)


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def go(page: Page, name: str) -> None:
    """By the side bar, as the start page has it, too."""
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=name, exact=True).first.click()
    expect(title(page)).to_have_text(name)


def start(page: Page) -> Locator:
    page.goto("/app")
    expect(title(page)).to_have_text("陈建国，您好")
    return page.get_by_role("main")


def approve_the_discount(page: Page) -> None:
    """The start page says what waits; the form, whose approval it is."""
    waiting = start(page).locator("section.waiting")
    expect(waiting.get_by_role("listitem")).to_have_count(1)
    waiting.get_by_role("link", name=CUSTOMERS[0]).click()
    expect(page.locator('[data-fieldname="grand_total"]')).to_contain_text("8,000")
    expect(page.locator(".side-panel").filter(has_text="审批")).to_contain_text("销售经理")
    button(page, "批准").click()
    expect(page.locator(".form-header")).to_contain_text("已批准")
    expect(start(page).get_by_text("待我审批", exact=True)).to_have_count(0)


def hand_a_deal_over(page: Page) -> None:
    go(page, "商机")
    page.get_by_role("link", name="轴承备件").click()
    expect(title(page)).to_have_text("轴承备件")
    owner = page.get_by_role("combobox", name=re.compile("^商机负责人"))
    search(owner, "孙磊")
    page.get_by_role("option", name=re.compile("孙磊")).filter(visible=True).first.click()
    expect(page.locator(".link-field").filter(has=owner)).to_contain_text("孙磊")
    button(page, "保存").click()
    expect(button(page, "保存")).to_be_disabled()
    expect(page.get_by_text("未保存", exact=True)).to_have_count(0)


def compare_with_the_target(page: Page) -> None:
    go(page, "目标与完成")
    row = page.get_by_role("row").filter(has_text="王芳")
    expect(row).to_contain_text("50,000.00")
    expect(row).to_contain_text("4,000.00")
    expect(row).to_contain_text("8%")


def make_a_forecast(page: Page) -> None:
    go(page, "销售预测")
    button(page.get_by_role("main"), "新建").first.click()
    expect(title(page)).to_have_text("新建销售预测")
    button(page, "保存").click()
    page.wait_for_url(re.compile(r"/app/sales-forecast/FC-"))
    expect(page.locator('[data-fieldname="months"]')).to_contain_text("实际金额")
    expect(page.locator('[data-fieldname="weighted_error"]'), "no month is over").to_have_count(0)


def test_a_manager_approves_hands_over_and_looks_ahead(desk: Page) -> None:
    approve_the_discount(desk)
    hand_a_deal_over(desk)
    compare_with_the_target(desk)
    make_a_forecast(desk)
