"""The frame of every page in a real browser: the bell, the colours, the sheet of keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import CALM, Complaints, opened
from support.served import create
from support.shop import Shop, storage_of

pytestmark = pytest.mark.e2e

USER, PASSWORD = "sun@example.com", "a long enough 密码 7"
ASSIGN = "/api/method/frappe.desk.form.assign_to.add"


@pytest.fixture(scope="module")
def session(shop: Shop) -> str:
    """The id of a session of somebody who sells, and whose page no other test sees."""
    with shop.served.client() as admin:
        create(admin, "User", email=USER, first_name="孙", new_password=PASSWORD, roles=[{"role": "Sales User"}])
    return shop.served.session(USER, PASSWORD)


@pytest.fixture
def sun(browser: Browser, shop: Shop, complaints: Complaints, session: str) -> Iterator[Page]:
    size = {"width": 1440, "height": 900}
    with opened(browser, shop.served.url, viewport=size, storage_state=storage_of(session), **CALM) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def test_the_bell_tells_an_assignment_at_once_and_leads_to_it(sun: Page, shop: Shop) -> None:
    with sun.expect_response("**/api/events"):
        sun.goto("/app/customer")
    expect(sun.get_by_role("button", name="Notifications, 0 unread", exact=True)).to_be_visible()
    with shop.served.client() as admin:
        asked = {"doctype": "Customer", "name": shop.customer, "assign_to": [USER]}
        admin.post(ASSIGN, json=asked).raise_for_status()
    sun.get_by_role("button", name="Notifications, 1 unread", exact=True).click()
    sun.get_by_role("dialog", name="Notifications", exact=True).get_by_role("listitem").get_by_role("button").click()
    sun.wait_for_url(f"**/app/customer/{shop.customer}")
    expect(sun.get_by_role("button", name="Notifications, 0 unread", exact=True)).to_be_visible()


def test_the_colours_are_kept_with_the_account(sun: Page, shop: Shop) -> None:
    sun.goto("/app")
    sun.get_by_role("button", name="Menu of 孙", exact=True).click()
    with sun.expect_response("**/frappe.client.set_value"):
        sun.get_by_role("menuitem", name="Dark", exact=True).click()
    expect(sun.locator("html.dark")).to_be_attached()
    with shop.served.client() as admin:
        assert admin.get(f"/api/resource/User/{USER}").json()["data"]["desk_theme"] == "Dark"
    sun.evaluate("localStorage.clear()")
    sun.reload()
    expect(sun.get_by_role("heading", level=1)).to_be_visible()
    expect(sun.locator("html.dark")).to_be_attached()


def test_the_sheet_of_keys_comes_and_goes_by_keys(sun: Page) -> None:
    sun.goto("/app/customer")
    expect(sun.get_by_role("heading", name="Customer", exact=True)).to_be_visible()
    sun.keyboard.press("?")
    sheet = sun.get_by_role("dialog", name="Keyboard shortcuts", exact=True)
    expect(sheet.get_by_text("Add a row below", exact=True)).to_be_visible()
    sun.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
