"""A whole task by the keyboard alone, in a real browser: nothing is pointed at, and who types sees where."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import Complaints
from support.shop import Shop

pytestmark = pytest.mark.e2e

MOST_STOPS = 200
MARKED = """element => {
  for (let part = element, up = 0; part && up < 4; part = part.parentElement, up += 1) {
    const style = getComputedStyle(part)
    if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) return true
    if (style.boxShadow !== 'none' && part.matches(':focus-within')) return true
  }
  return false
}"""
"""Whether an outline or a ring around it or its frame shows where the focus is."""


def reach(page: Page, target: Locator) -> None:
    """Go on by Tab until the target has the focus, which is seen."""
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if target.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()
    assert target.evaluate(MARKED), "the focus is not seen"


def take(page: Page, text: str, option: re.Pattern[str]) -> None:
    """Choose what a list of choices offers for a text."""
    page.keyboard.type(text)
    offer = page.get_by_role("option", name=option).filter(visible=True)
    expect(offer.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(offer.first).to_be_hidden()


def tag_the_first_row(page: Page) -> None:
    """Enter on a button presses it, although the cursor stands on a row that Enter would open."""
    page.keyboard.press("j")
    page.keyboard.press("x")
    reach(page, page.get_by_role("toolbar", name="Selected rows").get_by_role("button", name="Tag", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Tag", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def begin_a_claim(page: Page) -> None:
    """From the start page over the palette to the list and the form of a new record."""
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog").get_by_role("combobox")
    expect(palette).to_be_focused()
    page.keyboard.type("Warranty Claim")
    expect(page.get_by_role("option", name=re.compile("Warranty Claim")).first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/warranty-claim*")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("table.list tbody tr").first).to_be_visible()
    tag_the_first_row(page)
    page.keyboard.press("c")
    page.wait_for_url("**/app/warranty-claim/new-*")
    expect(page.get_by_role("heading", name="New Warranty Claim", exact=True)).to_be_visible()


def fill_in_a_row(page: Page) -> None:
    """Add a row and describe it, cell by cell."""
    reach(page, page.get_by_role("button", name="Add row", exact=True))
    page.keyboard.press("Enter")
    grid = page.get_by_role("grid", name="Parts and Labour", exact=True)
    for column in (0, 1):
        expect(grid.locator(f"[data-cell='0:{column}']")).to_have_class(re.compile(r"\bediting\b"))
        page.keyboard.press("Tab")
    description = grid.locator("[data-cell='0:2']")
    expect(description.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("检测")
    page.keyboard.press("Escape")
    expect(description).to_be_focused()
    expect(description).to_have_text("检测")


def test_a_claim_is_found_filled_refused_mended_saved_and_moved_on(
    desk: Page, shop: Shop, complaints: Complaints
) -> None:
    complaints.expect("417")
    desk.goto("/app")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    begin_a_claim(desk)
    reach(desk, desk.get_by_role("combobox", name=re.compile("^Customer")))
    take(desk, "Betatech", re.compile("^Betatech"))
    desk.keyboard.press("Control+s")
    expect(desk.get_by_role("textbox", name=re.compile("^Reported Fault"))).to_be_focused()
    desk.keyboard.type("键盘填写：无法启动")
    fill_in_a_row(desk)
    desk.keyboard.press("Control+s")
    desk.wait_for_url(lambda url: "/app/warranty-claim/" in url and "/new-" not in url)
    header = desk.locator(".form-header")
    reach(desk, header.get_by_role("button", name="Start Check", exact=True))
    desk.keyboard.press("Enter")
    expect(header.get_by_text("Under Check", exact=True)).to_be_visible()
    with shop.served.client() as client:
        kept = client.get(f"/api/resource/Warranty Claim/{desk.url.rpartition('/')[2]}").json()["data"]
    assert (kept["complaint"], kept["items"][0]["description"]) == ("键盘填写：无法启动", "检测")
    assert (kept["customer_name"], kept["workflow_state"]) == ("Betatech", "Under Check")
