"""Rights that end while somebody works, in a real browser: what happened is told, and no typing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import Complaints, opened
from support.served import create
from support.shop import Shop, storage_of

pytestmark = pytest.mark.e2e

USER, PASSWORD = "zhao@example.com", "a long enough 密码 7"


NUMBERS = count(55980000)
"""Each test types another number: the same one again would be no change."""
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
on_both = pytest.mark.parametrize("zhao", [{}, PHONE], ids=["desk", "phone"], indirect=True)


@pytest.fixture
def zhao(request: pytest.FixtureRequest, browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """A page of somebody who may sell; the parameter is the screen."""
    screen = getattr(request, "param", {})
    roles = [{"role": "Sales User"}]
    with shop.served.client() as admin:
        if admin.get(f"/api/resource/User/{USER}").status_code == 404:
            create(admin, "User", email=USER, first_name="赵", new_password=PASSWORD)
        admin.put(f"/api/resource/User/{USER}", json={"roles": roles}).raise_for_status()
    with (
        shop.served.client(USER, PASSWORD) as client,
        opened(browser, shop.served.url, storage_state=storage_of(client.cookies["sid"]), **screen) as context,
    ):
        page = context.new_page()
        complaints.listen(page)
        yield page


def type_into(page: Page, shop: Shop) -> str:
    page.goto(f"/app/customer/{shop.customer}")
    number = f"021-{next(NUMBERS)}"
    page.get_by_label("Phone", exact=True).fill(number)
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    return number


def take_roles(shop: Shop) -> None:
    with shop.served.client() as admin:
        admin.put(f"/api/resource/User/{USER}", json={"roles": []}).raise_for_status()


def test_a_form_opens_without_asking_for_what_nobody_looks_at(zhao: Page, shop: Shop) -> None:
    asked: list[str] = []
    zhao.on("request", lambda request: asked.append(request.url))
    type_into(zhao, shop)
    documents = [url for url in asked if re.search(r"/api/resource/[^/]+/", url)]
    assert len(documents) == 1, "the linked documents are read when somebody points at them"


@on_both
def test_who_loses_a_role_signs_in_again_and_is_told_what_is_missing(
    zhao: Page, shop: Shop, complaints: Complaints
) -> None:
    complaints.expect("403")
    text = type_into(zhao, shop)
    take_roles(shop)
    zhao.get_by_role("button", name="Save", exact=True).click()
    dialog = zhao.get_by_role("dialog", name="Your session is over", exact=True)
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(zhao.locator(".summary")).to_contain_text("permission")
    expect(zhao.locator(".summary")).to_contain_text("What you typed stays here")
    assert zhao.evaluate("document.documentElement.scrollWidth <= screen.width")
    expect(zhao.get_by_label("Phone", exact=True)).to_have_value(text)


def test_the_end_of_a_session_is_told_also_when_another_request_met_it_first(
    zhao: Page, shop: Shop, complaints: Complaints
) -> None:
    complaints.expect("403")
    text = type_into(zhao, shop)
    take_roles(shop)
    zhao.evaluate("fetch('/api/method/frappe.auth.get_logged_user')")
    zhao.get_by_role("button", name="Save", exact=True).click()
    expect(zhao.get_by_role("dialog", name="Your session is over", exact=True)).to_be_visible()
    expect(zhao.get_by_label("Phone", exact=True)).to_have_value(text)


@on_both
def test_who_stays_signed_in_is_told_which_right_is_gone(zhao: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("403")
    complaints.expect("404")
    text = type_into(zhao, shop)
    with shop.served.client() as admin:
        allowed = {"user": USER, "allow": "Customer", "for_value": other_customer(admin, shop)}
        rule = create(admin, "User Permission", **allowed)["name"]
        zhao.get_by_role("button", name="Save", exact=True).click()
        expect(zhao.locator(".summary")).to_contain_text("not found")
        expect(zhao.locator(".summary")).to_contain_text("you may no longer see it")
        expect(zhao.get_by_role("dialog")).to_have_count(0)
        admin.delete(f"/api/resource/User Permission/{rule}").raise_for_status()
    zhao.get_by_role("button", name="Save", exact=True).click()
    expect(zhao.get_by_text("Not saved", exact=True)).to_be_hidden()
    expect(zhao.get_by_label("Phone", exact=True)).to_have_value(text)


def other_customer(client: httpx.Client, shop: Shop) -> str:
    rows = client.get("/api/resource/Customer", params={"limit_page_length": 2}).json()["data"]
    return str(next(row["name"] for row in rows if row["name"] != shop.customer))
