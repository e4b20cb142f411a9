"""The dialog of a roll-up on a slow and a lost connection: what can be chosen comes late, or is asked for again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from support.browser import Complaints, intercept
from support.studio import choose, opened, pick

pytestmark = pytest.mark.e2e

TABLE = "Own table Parts and Labour"


def asks_for_rows(url: str) -> bool:
    """Whether a request is for the definition of the rows of the table."""
    return "crm.desk.meta" in url and url.endswith(("Warranty+Claim+Item", "Warranty%20Claim%20Item"))


@pytest.fixture
def dialog(desk: Page) -> Locator:
    """The dialog of a new field's roll-up; its work is kept in this browser only."""
    intercept(desk).goto("/app/studio/doctype/Warranty Claim")
    kinds = desk.get_by_role("region", name="Kinds of fields", exact=True)
    kinds.get_by_role("button", name="Currency", exact=True).click()
    panel = desk.get_by_role("region", name="Properties", exact=True)
    panel.get_by_role("textbox", name="Search properties", exact=True).fill("Roll-up")
    panel.get_by_role("button", name="Add a roll-up…", exact=True).click()
    return desk.get_by_role("dialog", name="Roll-up", exact=True)


def take_over(page: Page, dialog: Locator) -> None:
    dialog.get_by_role("button", name="Take over", exact=True).click()
    expect(page.get_by_text("sum(items.amount)", exact=True)).to_be_visible()


def test_fields_that_come_late_are_offered_for_what_was_typed_meanwhile(desk: Page, dialog: Locator) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    desk.route(asks_for_rows, hold)
    with desk.expect_request(lambda request: asks_for_rows(request.url)):
        choose(dialog, "Gathered from", TABLE)
    pick(dialog, "Function", "Sum")
    opened(dialog.get_by_role("combobox", name="Field", exact=True)).fill("Amount")
    for route in waiting:
        route.continue_()
    desk.get_by_role("option", name="Amount", exact=True).filter(visible=True).click()
    take_over(desk, dialog)


def test_fields_that_do_not_come_are_asked_for_again(desk: Page, dialog: Locator, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    desk.route(asks_for_rows, lambda route: route.abort())
    choose(dialog, "Gathered from", TABLE)
    pick(dialog, "Function", "Sum")
    told = dialog.get_by_role("alert").filter(has_text="The server cannot be reached")
    expect(told.first).to_be_visible()
    desk.unroute(asks_for_rows)
    told.get_by_role("button", name="Try again", exact=True).first.click()
    expect(told).to_have_count(0)
    choose(dialog, "Field", "Amount")
    take_over(desk, dialog)
