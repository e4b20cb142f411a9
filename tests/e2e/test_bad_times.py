"""Forms when things go wrong, in a real browser: what happened is told, and no typing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from support.browser import Complaints, intercept, opened
from support.shop import Shop, storage_of

pytestmark = pytest.mark.e2e

SAVED = "**/api/resource/Customer/*"
NUMBERS = count(55880000)
"""Each test types another number: the same one again would be no change."""


@pytest.fixture
def customer(desk: Page, shop: Shop) -> Page:
    """The form of a customer with something typed into it."""
    return typed(desk, shop)


def typed(page: Page, shop: Shop) -> Page:
    intercept(page).goto(f"/app/customer/{shop.customer}")
    page.get_by_label("Phone", exact=True).fill(f"021-{next(NUMBERS)}")
    expect(page.get_by_text("Not saved")).to_be_visible()
    return page


def phone(page: Page) -> str:
    return page.get_by_label("Phone", exact=True).input_value()


def save(page: Page) -> None:
    page.keyboard.press("Control+s")


def refusing(status: int, body: str = "") -> Callable[[Route], None]:
    """Answers a request to save with this status, lets the others through."""

    def answer(route: Route) -> None:
        if route.request.method == "PUT":
            route.fulfill(status=status, body=body, content_type="application/json")
        else:
            route.continue_()

    return answer


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (409, '{"exc_type": "DuplicateEntryError", "exception": "Customer C-1 already exists"}', "already exists"),
        (413, "", "too large"),
        (429, "", "Too many requests"),
        (500, "", "The server could not do this"),
        (503, "", "being updated"),
        (502, "<html>Bad gateway</html>", "The server could not do this"),
    ],
)
def test_a_refused_save_says_why_and_keeps_the_typing(
    customer: Page, complaints: Complaints, status: int, body: str, told: str
) -> None:
    complaints.expect(str(status))
    text = phone(customer)
    customer.route(SAVED, refusing(status, body))
    save(customer)
    expect(customer.locator(".summary")).to_contain_text(told)
    assert phone(customer) == text
    customer.unroute(SAVED)
    save(customer)
    expect(customer.get_by_text("Not saved")).to_be_hidden()


def test_what_is_typed_while_a_slow_network_saves_stays(customer: Page) -> None:
    waiting: list[Route] = []
    customer.route(SAVED, lambda route: waiting.append(route) if route.request.method == "PUT" else route.continue_())
    with customer.expect_request(lambda request: request.method == "PUT"):
        save(customer)
    customer.get_by_label("Website").fill("https://later.example.cn")
    waiting[0].continue_()
    expect(customer.get_by_text("Saved", exact=True)).to_be_visible()
    expect(customer.get_by_label("Website")).to_have_value("https://later.example.cn")
    expect(customer.get_by_text("Not saved")).to_be_visible()
    customer.unroute(SAVED)
    save(customer)
    expect(customer.get_by_text("Not saved")).to_be_hidden()


@pytest.fixture
def installed(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """The form of a customer with something typed into it, in a browser that keeps the shell."""
    with opened(browser, shop.served.url, storage_state=shop.storage, service_workers="allow") as context:
        page = context.new_page()
        complaints.listen(page)
        yield typed(page, shop)


def test_without_a_connection_a_clear_page_stands_there_and_the_typing_comes_back(
    installed: Page, complaints: Complaints
) -> None:
    customer = installed
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    customer.on("dialog", lambda dialog: dialog.accept())
    customer.evaluate("navigator.serviceWorker.ready.then(() => true)")
    customer.get_by_label("Phone", exact=True).fill("010-离线")
    customer.context.set_offline(True)
    expect(customer.get_by_text("There is no connection")).to_be_visible()
    save(customer)
    expect(customer.locator(".summary")).to_contain_text("The server cannot be reached")
    customer.reload()
    expect(customer.get_by_role("heading", name="The server cannot be reached")).to_be_visible()
    expect(customer.get_by_role("heading", name="无法连接服务器")).to_be_visible()
    customer.context.set_offline(False)
    customer.get_by_role("link", name="Try again").click()
    expect(customer.get_by_label("Phone", exact=True)).to_have_value("010-离线")
    expect(customer.get_by_text("Your unsaved changes")).to_be_visible()
    customer.get_by_role("button", name="Drop them").click()
    expect(customer.get_by_text("Not saved")).to_be_hidden()
    kept = customer.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async name =>
        (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()"""
    )
    assert kept
    assert all(path.startswith("/assets/") for path in kept)


@pytest.fixture
def expiring(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[tuple[Page, str]]:
    """A page with a session of its own, and that session's id."""
    sid = shop.served.session()
    with opened(browser, shop.served.url, storage_state=storage_of(sid)) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page, sid


def test_who_was_signed_out_signs_in_again_in_place(
    expiring: tuple[Page, str], shop: Shop, complaints: Complaints
) -> None:
    complaints.expect("403")
    page, sid = typed(expiring[0], shop), expiring[1]
    text = phone(page)
    httpx.get(f"{shop.served.url}/api/method/logout", cookies={"sid": sid}).raise_for_status()
    save(page)
    dialog = page.get_by_role("dialog", name="Your session is over")
    dialog.get_by_label("Password", exact=True).fill("admin")
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Not saved")).to_be_hidden()
    assert phone(page) == text


def test_a_change_by_somebody_else_is_hinted_at(desk: Page, shop: Shop) -> None:
    with desk.expect_response("**/api/events"):
        desk.goto(f"/app/customer/{shop.customer}")
    expect(desk.get_by_label("Website")).to_be_visible()
    with shop.served.client() as client:
        changed = {"website": "https://live.example.cn"}
        client.put(f"/api/resource/Customer/{shop.customer}", json=changed).raise_for_status()
    expect(desk.get_by_text("changed this document meanwhile")).to_be_visible()
    desk.get_by_role("button", name="Reload").click()
    expect(desk.get_by_label("Website")).to_have_value("https://live.example.cn")


def test_X36_a_tab_that_an_upgrade_left_behind_asks_to_be_loaded_anew_and_keeps_the_typing(
    customer: Page, complaints: Complaints
) -> None:
    complaints.expect("404")
    complaints.expect("dynamically imported module")
    customer.on("dialog", lambda dialog: dialog.accept())
    customer.get_by_label("Phone", exact=True).fill("021-升级")
    customer.route("**/assets/*.js", lambda route: route.fulfill(status=404))
    customer.keyboard.press("Control+p")
    expect(customer.get_by_text("A part of the interface could not be loaded")).to_be_visible()
    expect(customer.get_by_label("Phone", exact=True)).to_have_value("021-升级")
    customer.unroute("**/assets/*.js")
    customer.get_by_role("button", name="Reload", exact=True).click()
    expect(customer.get_by_text("Your unsaved changes")).to_be_visible()
    expect(customer.get_by_label("Phone", exact=True)).to_have_value("021-升级")


def test_X36_a_page_that_an_upgrade_took_away_is_loaded_anew_where_it_was_asked_for(
    desk: Page, complaints: Complaints
) -> None:
    complaints.expect("404")
    complaints.expect("dynamically imported module")
    intercept(desk).goto("/app/customer")
    expect(desk.get_by_role("heading", name="Customer", exact=True)).to_be_visible()
    desk.route("**/assets/*.js", lambda route: route.fulfill(status=404))
    desk.get_by_role("button", name="Menu of Administrator").click()
    desk.get_by_role("menuitem", name="My account", exact=True).click()
    expect(desk.get_by_text("A part of the interface could not be loaded")).to_be_visible()
    desk.unroute("**/assets/*.js")
    desk.get_by_role("status").get_by_role("button", name="Reload", exact=True).click()
    desk.wait_for_url("**/app/user-profile")
    expect(desk.get_by_role("heading").first).to_be_visible()


def test_X36_a_page_on_its_way_when_the_loss_is_told_is_the_one_that_is_loaded_anew(
    desk: Page, complaints: Complaints
) -> None:
    """The loss of another part is told first; then a page is asked for, and its files do not come."""
    intercept(desk).goto("/app/customer")
    expect(desk.get_by_role("heading", name="Customer", exact=True)).to_be_visible()
    desk.evaluate("dispatchEvent(new Event('vite:preloadError'))")
    expect(desk.get_by_text("A part of the interface could not be loaded")).to_be_visible()
    desk.route("**/assets/*.js", lambda route: None)
    desk.get_by_role("button", name="Menu of Administrator").click()
    desk.get_by_role("menuitem", name="My account", exact=True).click()
    desk.unroute("**/assets/*.js")
    desk.get_by_role("status").get_by_role("button", name="Reload", exact=True).click()
    desk.wait_for_url("**/app/user-profile")
    expect(desk.get_by_role("heading").first).to_be_visible()


PHONE_REFUSALS = ((409, "clashes with what is stored"), (413, "too large"), (429, "Too many requests"))


def test_a_phone_tells_each_bad_time_and_keeps_the_typing(browser: Browser, shop: Shop, complaints: Complaints) -> None:
    """Refused, without a server, signed out: one after the other over the same typing, which is saved in the end."""
    sid = shop.served.session()
    size = {"width": 390, "height": 844}
    options = {"viewport": size, "has_touch": True, "is_mobile": True, "storage_state": storage_of(sid)}
    for part in ("409", "413", "429", "403", "ERR_FAILED"):
        complaints.expect(part)
    with opened(browser, shop.served.url, **options) as context:
        page = context.new_page()
        complaints.listen(page)
        typed(page, shop)
        text, button = phone(page), page.get_by_role("button", name="Save", exact=True)
        for status, told in PHONE_REFUSALS:
            page.route(SAVED, refusing(status))
            button.tap()
            expect(page.locator(".summary")).to_contain_text(told)
            page.unroute(SAVED)
        page.route(SAVED, lambda route: route.abort())
        button.tap()
        expect(page.locator(".summary")).to_contain_text("The server cannot be reached")
        page.unroute(SAVED)
        assert page.evaluate("document.documentElement.scrollWidth <= screen.width")
        httpx.get(f"{shop.served.url}/api/method/logout", cookies={"sid": sid}).raise_for_status()
        button.tap()
        dialog = page.get_by_role("dialog", name="Your session is over", exact=True)
        dialog.get_by_label("Password", exact=True).fill("admin")
        dialog.get_by_role("button", name="Sign in", exact=True).tap()
        expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()
        assert phone(page) == text
