"""A day of somebody in service, on a phone: a call becomes a request that is worked on, solved and closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.browser import CALM, Complaints, opened
from support.controls import search
from support.served import create
from support.shop import CUSTOMERS, Shop, storage_of

pytestmark = pytest.mark.e2e

TOM = "tom.service@example.com"
PASSWORD = "a long enough 密码 9"
CUSTOMER = CUSTOMERS[2]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-US", **CALM}


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """A shop with somebody who serves its customers and may do nothing else."""
    with own_shop.served.client() as client:
        person = {"email": TOM, "first_name": "Tom", "language": "en", "new_password": PASSWORD}
        create(client, "User", **person, user_type="System User", roles=[{"role": "Service User"}])
    return own_shop


@pytest.fixture
def phone(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    storage = storage_of(shop.served.session(TOM, PASSWORD))
    with opened(browser, shop.served.url, **PHONE, storage_state=storage) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def title(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("heading", level=1)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def field(page: Page, name: str) -> Locator:
    return page.locator(f'[data-fieldname="{name}"]')


def state(page: Page) -> Locator:
    return page.locator(".form-header")


def save(page: Page) -> None:
    button(page, "Save").tap()
    page.wait_for_url(re.compile(r"/app/service-request/(?!new-)"))
    expect(page.get_by_text("Not saved", exact=True)).to_have_count(0)


def note_a_request(page: Page) -> None:
    """From the start page, while the customer is on the line."""
    page.goto("/app")
    expect(title(page)).to_have_text("Hello, Tom")
    button(page, "Create").tap()
    page.get_by_role("combobox", name="What do you want to create?").fill("Service Request")
    page.get_by_role("option", name=re.compile("^Service Request")).first.tap()
    expect(title(page)).to_have_text("New Service Request")
    page.get_by_role("textbox", name=re.compile("^Subject")).fill("Pump does not start")
    box = page.get_by_role("combobox", name="Customer", exact=True)
    box.tap()
    search(box, "Acme")
    page.get_by_role("option", name=re.compile(CUSTOMER)).filter(visible=True).first.tap()
    expect(page.locator(".link-field").filter(has=box)).to_contain_text(CUSTOMER)
    save(page)
    expect(state(page)).to_contain_text("Open")
    expect(field(page, "opening_date")).to_contain_text(re.compile(r"20\d\d"))


def work_on_it(page: Page) -> None:
    button(page, "Start Work").tap()
    expect(state(page)).to_contain_text("In Progress")
    button(page, "Actions that are not open").tap()
    expect(page.get_by_role("menuitem", name=re.compile("^Resolve"))).to_be_visible()
    page.keyboard.press("Escape")
    field(page, "resolution_details").locator("[contenteditable=true]").fill("Changed the fuse.")
    save(page)
    button(page, "Resolve").tap()
    expect(state(page)).to_contain_text("Resolved")


def close_it(page: Page) -> None:
    button(page, "Close").tap()
    expect(state(page)).to_contain_text("Closed")


def find_it_at_the_customer(page: Page) -> None:
    """What was done is at the customer's for whoever calls next."""
    button(page, "Search or go to…").tap()
    page.get_by_role("combobox", name="Search or go to…").fill("Acme")
    page.get_by_role("option", name=re.compile(f"{CUSTOMER}.*CUST-")).tap()
    expect(title(page)).to_have_text(CUSTOMER)
    page.get_by_role("link", name=re.compile("^Service Request")).filter(visible=True).first.tap()
    expect(page.get_by_role("link", name="Pump does not start")).to_be_visible()


def test_a_call_becomes_a_request_that_is_solved_and_closed(phone: Page) -> None:
    note_a_request(phone)
    work_on_it(phone)
    close_it(phone)
    find_it_at_the_customer(phone)
