"""The print format editor in a real browser: blocks and code beside a real document on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browser import Complaints
from support.shop import Shop

pytestmark = pytest.mark.e2e


def begin(page: Page, doctype: str, name: str) -> None:
    """Begin a format with the generated one."""
    page.goto("/app/studio/print")
    page.get_by_role("button", name="New print format").click()
    dialog = page.get_by_role("dialog", name="New print format")
    dialog.get_by_role("combobox", name="DocType", exact=True).fill(doctype)
    page.get_by_role("option", name=doctype, exact=True).filter(visible=True).click()
    dialog.get_by_role("textbox", name="Name", exact=True).fill(name)
    dialog.get_by_role("button", name="Begin with the generated format").click()


def save(page: Page) -> None:
    button = page.get_by_role("button", name="Save", exact=True)
    button.click()
    expect(button).to_be_disabled()


def test_a_format_starts_from_the_generated_one_and_is_made_by_blocks_and_code(
    desk: Page, shop: Shop, complaints: Complaints
) -> None:
    complaints.expect("417")
    begin(desk, "Product", "产品卡片")
    paper = desk.frame_locator('iframe[title="Preview"]')
    expect(paper.get_by_role("heading", name="变频器 7.5 kW")).to_be_visible()
    desk.get_by_role("group", name="Add a block").get_by_role("button", name="+ Heading", exact=True).click()
    desk.get_by_role("textbox", name="Heading", exact=True).fill("Price list {{ 7*7 }}")
    expect(paper.get_by_role("heading", name="Price list {{ 7*7 }}", exact=True)).to_be_visible()
    save(desk)

    desk.get_by_role("button", name="Edit the code…").click()
    desk.get_by_role("dialog", name="Go on by code?").get_by_role("button", name="Edit the code", exact=True).click()
    code = desk.get_by_role("textbox", name="HTML", exact=True)
    code.fill("<h1>{{ doc.product_name }}</h1>\n{{ doc.nope }}")
    fault = desk.get_by_role("alert").filter(has_text="Product.nope is not available in templates (line 2)")
    expect(fault).to_be_visible()
    code.fill("<h1>只有 {{ doc.name }}</h1>")
    expect(paper.get_by_role("heading", name="只有 VFD-7")).to_be_visible()
    save(desk)

    desk.get_by_role("radio", name="Versions").check(force=True)
    desk.get_by_role("button", name="Restore what was before…").first.click()
    desk.get_by_role("dialog").get_by_role("button", name="Restore", exact=True).click()
    expect(paper.get_by_role("heading", name="Price list {{ 7*7 }}", exact=True)).to_be_visible()
    with shop.served.client() as client:
        asked = {"doctype": "Product", "name": "VFD-7", "format": "产品卡片"}
        assert "Price list {{ 7*7 }}" in client.get("/printview", params=asked).text
        assert client.delete("/api/resource/Print Format/产品卡片").status_code == 202
