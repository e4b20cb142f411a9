"""Controls of the interface as a person uses them in a browser."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def choose(page: Page, control: str, option: str) -> None:
    """Open a list of choices by its label and take one."""
    page.get_by_role("combobox", name=control, exact=True).press("Enter")
    page.get_by_role("option", name=option, exact=True).click()


def search(box: Locator, text: str) -> None:
    """Type into a link and wait for the list that answers the text: an earlier one changes under the finger."""
    box.fill(text)
    field = box.locator("xpath=ancestor::*[@aria-busy][1]")
    expect(field).to_have_attribute("aria-busy", "false")


def link_to(page: Page, box: Locator, name: str) -> None:
    """Type the name of a document into a link and take it; a description may stand below the name."""
    search(box, name)
    page.get_by_role("option").filter(has=page.get_by_text(name, exact=True)).first.click()
