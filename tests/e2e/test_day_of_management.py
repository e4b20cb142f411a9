"""A day of those who lead the company: from the start page to figures, from figures to records, nothing to change."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.browser import CALM, PATIENCE, Complaints, opened
from support.served import create
from support.shop import CUSTOMERS, Shop, storage_of

pytestmark = pytest.mark.e2e

DIRECTOR = "director@example.com"
PASSWORD = "a long enough 密码 8"
SOLD = {CUSTOMERS[0]: 9, CUSTOMERS[1]: 4, CUSTOMERS[2]: 1}
"""Customer → how many pieces it bought."""


def wait_for_values(client: httpx.Client) -> None:
    """The values are computed by a job."""
    client.post("/api/method/crm.insight.compute").raise_for_status()
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        rows = client.get("/api/resource/Customer Value", params={"filters": '[["purchases", ">", 0]]'}).json()["data"]
        if len(rows) == len(SOLD):
            return
        time.sleep(0.1)
    raise AssertionError("The values of the customers were not computed.")


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """A shop that has sold something, with somebody who leads it."""
    with own_shop.served.client() as client:
        client.put("/api/resource/System Settings/System Settings", json={"currency": "CNY"}).raise_for_status()
        person = {"email": DIRECTOR, "first_name": "Helen", "language": "en", "new_password": PASSWORD}
        create(client, "User", **person, user_type="System User", roles=[{"role": "Management"}])
        client.put(
            "/api/resource/Product/VFD-7", json={"standard_rate": 1000, "valuation_rate": 600}
        ).raise_for_status()
        for name, qty in SOLD.items():
            found = client.get("/api/resource/Customer", params={"filters": f'[["customer_name", "=", "{name}"]]'})
            (row,) = found.json()["data"]
            manager = {"account_manager": "Administrator"}
            client.put(f"/api/resource/Customer/{row['name']}", json=manager).raise_for_status()
            items = [{"product": "VFD-7", "qty": qty}]
            create(client, "Sales Invoice", customer=row["name"], items=items, docstatus=1)
        wait_for_values(client)
    return own_shop


@pytest.fixture
def desk(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    options = {"viewport": {"width": 1440, "height": 900}, **CALM, "locale": "en-US"}
    storage = storage_of(shop.served.session(DIRECTOR, PASSWORD))
    with opened(browser, shop.served.url, **options, storage_state=storage) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def title(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("heading", level=1)


def rows(page: Page) -> Locator:
    return page.locator("table.list tbody tr")


def start(page: Page) -> None:
    page.goto("/app")
    expect(title(page)).to_have_text("Hello, Helen")


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()


def test_figures_lead_to_their_records(desk: Page) -> None:
    """The value of all is that of as many customers as the list has; each field of the grid opens its own."""
    start(desk)
    desk.get_by_role("main").get_by_role("link", name="Value of All Customers").click()
    expect(title(desk)).to_have_text("Customer Value")
    expect(rows(desk)).to_have_count(len(CUSTOMERS))

    start(desk)
    follow(desk, "Value Grid")
    grid = desk.get_by_role("region", name="Value Grid", exact=True)
    levels = ["High", "Middle", "Low"]
    for axis in ("columnheader", "rowheader"):
        expect(grid.get_by_role(axis).filter(has_text=re.compile(f"^({'|'.join(levels)})$"))).to_have_text(levels)
    field = grid.get_by_role("cell").get_by_role("link").first
    counted = int(field.get_by_role("strong").inner_text())
    assert 0 < counted < len(CUSTOMERS)
    field.click()
    expect(title(desk)).to_have_text("Customer Value")
    expect(rows(desk)).to_have_count(counted)


def test_a_customer_is_read_and_printed_and_not_changed(desk: Page) -> None:
    start(desk)
    follow(desk, "Customer Profitability Analysis")
    desk.get_by_role("region", name="Customer Profitability Analysis", exact=True).get_by_role(
        "link", name=CUSTOMERS[0], exact=True
    ).click()
    expect(title(desk)).to_have_text(CUSTOMERS[0])
    expect(desk.locator('[data-fieldname="gross_profit"]')).to_contain_text("3,600")
    expect(desk.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    manager = desk.locator('[data-fieldname="account_manager"]')
    expect(manager).to_contain_text("Administrator")
    expect(manager.get_by_role("link"), "the account of a colleague is closed").to_have_count(0)
    desk.get_by_role("button", name="Print", exact=True).click()
    expect(desk.frame_locator("iframe[title=Preview]").get_by_text(CUSTOMERS[0]).first).to_be_visible()
    desk.keyboard.press("Escape")
    desk.get_by_role("link", name="Back to the list of Customer", exact=True).click()
    expect(rows(desk)).to_have_count(len(CUSTOMERS))
    expect(desk.get_by_role("main").get_by_role("button", name="New", exact=True)).to_have_count(0)
