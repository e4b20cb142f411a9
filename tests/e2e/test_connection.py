"""Lists and boards on a slow and a lost connection, in a real browser: what happened is told and can be tried again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from support.browser import Complaints, intercept
from support.shop import Shop

pytestmark = pytest.mark.e2e

LISTED = "**/api/resource/Customer?**"
BOARD = "/app/customer?view=kanban&by=customer_type"


def rows(page: Page) -> Locator:
    return page.locator("table.list tbody tr")


def card(page: Page, column: str) -> Locator:
    return page.get_by_role("region", name=column, exact=True).get_by_role("link", name="Betatech", exact=True)


def move(page: Page, column: str) -> None:
    page.get_by_role("link", name="Betatech", exact=True).press("m")
    page.get_by_role("dialog").get_by_role("button", name=column, exact=True).click()


def test_a_list_without_a_connection_says_so_and_comes_on_the_next_try(desk: Page, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    desk.route(LISTED, lambda route: route.abort())
    desk.goto("/app/customer")
    expect(desk.get_by_role("heading", name="The list cannot be shown", exact=True)).to_be_visible()
    expect(desk.get_by_text("The server cannot be reached.")).to_be_visible()
    desk.unroute(LISTED)
    desk.get_by_role("button", name="Try again", exact=True).click()
    expect(rows(desk)).to_have_count(5)


def test_rows_that_are_there_stay_when_the_connection_is_lost(desk: Page, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    intercept(desk).goto("/app/customer")
    expect(rows(desk)).to_have_count(5)
    desk.route(LISTED, lambda route: route.abort())
    desk.get_by_role("button", name="Reload", exact=True).click()
    expect(desk.get_by_text("The server cannot be reached.")).to_be_visible()
    expect(rows(desk)).to_have_count(5)


def test_of_slow_answers_the_one_that_was_asked_for_last_counts(desk: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if "Acme" in route.request.url:
            waiting.append(route)
        else:
            route.continue_()

    intercept(desk).goto("/app/customer")
    expect(rows(desk)).to_have_count(5)
    desk.route(LISTED, hold)
    search = desk.get_by_role("textbox", name="Search this list", exact=True)
    with desk.expect_request(lambda request: "Acme" in request.url and "/api/resource/" in request.url):
        search.fill("Acme")
    search.fill("Betatech")
    expect(rows(desk)).to_have_count(1)
    expect(desk.get_by_role("link", name="Betatech", exact=True)).to_be_visible()
    for route in waiting:
        route.abort()
    expect(desk.get_by_role("link", name="Betatech", exact=True)).to_be_visible()
    expect(rows(desk)).to_have_count(1)


def test_a_board_shows_that_it_waits_and_then_its_cards(desk: Page) -> None:
    waiting: list[Route] = []
    desk.route(LISTED, lambda route: route.continue_() if waiting else waiting.append(route))
    with desk.expect_request(LISTED):
        desk.goto(BOARD)
    expect(desk.locator(".board-view .el-skeleton")).to_be_visible()
    waiting[0].continue_()
    expect(card(desk, "Company")).to_be_visible()


def test_a_card_that_cannot_be_moved_stays_and_says_why(desk: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    intercept(desk).goto(BOARD)
    expect(card(desk, "Company")).to_be_visible()
    lost = "**/api/resource/Customer/*"
    desk.route(lost, lambda route: route.abort())
    move(desk, "Individual")
    expect(desk.get_by_text("Betatech stays in Company: The server cannot be reached.")).to_be_visible()
    expect(card(desk, "Company")).to_be_visible()
    desk.unroute(lost)
    move(desk, "Individual")
    expect(card(desk, "Individual")).to_be_visible()
    move(desk, "Company")
    expect(card(desk, "Company")).to_be_visible()
