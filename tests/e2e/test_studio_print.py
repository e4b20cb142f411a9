"""The print format editor in a real browser: blocks and code beside a real document on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browser import Complaints
from support.shop import Shop
from support.studio import begin_print_format, save

pytestmark = pytest.mark.e2e


def test_a_format_starts_from_the_generated_one_and_is_made_by_blocks_and_code(
    desk: Page, shop: Shop, complaints: Complaints
) -> None:
    complaints.expect("417")
    with shop.served.client() as client:  # the document that changed last is the one that is shown at first
        client.put("/api/resource/Product/VFD-7", json={"description": "印在卡片上"}).raise_for_status()
    begin_print_format(desk, "Product", "产品卡片")
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

    desk.get_by_role("radiogroup", name="Part").get_by_text("Versions", exact=True).click()
    desk.get_by_role("button", name="Restore what was before…").first.click()
    desk.get_by_role("dialog").get_by_role("button", name="Restore", exact=True).click()
    expect(paper.get_by_role("heading", name="Price list {{ 7*7 }}", exact=True)).to_be_visible()
    with shop.served.client() as client:
        asked = {"doctype": "Product", "name": "VFD-7", "format": "产品卡片"}
        assert "Price list {{ 7*7 }}" in client.get("/printview", params=asked).text
        assert client.delete("/api/resource/Print Format/产品卡片").status_code == 202


def test_a_format_is_removed_by_a_plan_and_comes_back_from_the_history(desk: Page, shop: Shop) -> None:
    begin_print_format(desk, "Product", "撤下的格式")
    save(desk)
    desk.get_by_role("button", name="Remove…", exact=True).click()
    plan = desk.get_by_role("dialog", name="Plan", exact=True)
    expect(plan).to_contain_text("Documents are printed with another format.")
    plan.get_by_role("button", name="Apply", exact=True).click()
    expect(desk.get_by_role("button", name="New print format", exact=True)).to_be_visible()
    expect(desk.get_by_role("link", name="撤下的格式", exact=True)).to_have_count(0)

    desk.goto("/app/studio/plans")
    entry = desk.get_by_role("listitem").filter(has_text="Delete 撤下的格式")
    entry.get_by_role("button", name="Take back…", exact=True).click()
    desk.get_by_role("dialog").get_by_role("button", name="Take back", exact=True).click()
    expect(entry.get_by_text("Taken back by Administrator", exact=True)).to_be_visible()
    desk.goto("/app/studio/print/撤下的格式")
    expect(desk.get_by_role("heading", name="撤下的格式", level=1)).to_be_visible()


def test_a_delivered_format_is_changed_and_reset_to_what_was_delivered(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/print/Customer Profile")
    expect(desk.get_by_text("Comes from: Standard", exact=True)).to_be_visible()
    code = desk.get_by_role("textbox", name="HTML", exact=True)
    expect(code).not_to_be_empty()
    delivered = code.inner_text()
    code.fill("<p>本站的改动 {{ doc.name }}</p>")
    save(desk)
    desk.get_by_role("button", name="Reset to what was delivered…", exact=True).click()
    asked = desk.get_by_role("dialog", name="Back to what was delivered?", exact=True)
    expect(asked).to_contain_text("The history keeps it")
    asked.get_by_role("button", name="Reset", exact=True).click()
    expect(desk.get_by_role("button", name="Reset to what was delivered…", exact=True)).to_have_count(0)
    expect(code).to_contain_text(delivered.splitlines()[0])
    expect(code).not_to_contain_text("本站的改动")
