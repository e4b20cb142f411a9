"""Reports, dashboards and workspaces designed in a real browser, and seen by those they are for."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from support.controls import choose, link_to
from support.served import create
from support.shop import Shop
from support.studio import save

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """Workspaces change here: others would see it."""
    return own_shop


def test_a_report_joins_a_linked_document_and_goes_out_by_mail(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/report")
    settings = desk.get_by_role("region", name="Settings of the report")
    settings.get_by_role("textbox", name="Report Name").fill("保修客户")
    link_to(desk, settings.get_by_role("combobox").first, "Warranty Claim")
    choose(desk, "Add to Columns", "Reported Fault")
    choose(desk, "Add to Columns", "Customer → Customer Name")
    preview = desk.get_by_role("region", name="Preview", exact=True)
    expect(preview).to_contain_text("上海钢铁集团")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("heading", name="保修客户", level=1)).to_be_visible()
    with shop.served.client() as client:
        stored = client.get("/api/resource/Report/保修客户").json()["data"]
    assert json.loads(stored["json"])["columns"] == ["name", "complaint", "customer.customer_name"]

    desk.get_by_role("link", name="Open", exact=True).click()
    expect(desk.get_by_role("cell", name="上海钢铁集团")).to_be_visible()
    desk.get_by_role("button", name="By mail…").click()
    drawer = desk.get_by_role("dialog", name="By mail")
    drawer.get_by_role("textbox", name="Email To").fill("li@example.org")
    drawer.get_by_role("button", name="Add", exact=True).click()
    expect(drawer.get_by_role("listitem")).to_contain_text("li@example.org")


def test_a_dashboard_is_put_together_with_a_card_made_in_place(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/dashboard")
    desk.get_by_role("textbox", name="Dashboard Name").fill("一览")
    desk.get_by_role("region", name="What can stand here").get_by_role("button", name="Number card").click()
    desk.get_by_role("button", name="Make a new one…").click()
    drawer = desk.get_by_role("dialog", name="New number card")
    drawer.get_by_role("textbox", name="Label").fill("客户数")
    link_to(desk, drawer.get_by_role("combobox", name="Document Type").last, "Customer")
    expect(drawer.get_by_role("link", name="客户数")).to_contain_text("5")
    drawer.get_by_role("button", name="Save", exact=True).click()
    page = desk.get_by_role("list", name="The page")
    expect(page.get_by_role("listitem", name="Number card: 客户数")).to_be_visible()
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("link", name="Open", exact=True).click()
    expect(desk.get_by_role("heading", name="一览", level=1)).to_be_visible()
    expect(desk.get_by_role("link", name="客户数")).to_contain_text("5")


def test_a_workspace_is_arranged_by_mouse_and_keys_and_reset(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        shortcuts = [{"label": label, "type": "DocType", "link_to": label} for label in ("Customer", "Lead")]
        create(client, "Workspace", label="我的页", title="我的页", public=1, sequence_id=0, shortcuts=shortcuts)
    desk.goto("/app/studio/workspace/我的页")
    page = desk.get_by_role("list", name="The page")
    blocks = page.get_by_role("listitem")
    customer, lead = (page.get_by_role("listitem", name=f"Shortcut: {label}") for label in ("Customer", "Lead"))
    expect(blocks).to_have_count(2)
    customer.focus()
    desk.keyboard.press("Alt+ArrowRight")
    expect(blocks.first).to_have_accessible_name("Shortcut: Lead")
    customer.focus()
    desk.keyboard.press("Alt+Shift+ArrowRight")
    palette = desk.get_by_role("region", name="What can stand here")
    palette.get_by_role("button", name="Heading").drag_to(lead)
    expect(blocks).to_have_count(3)
    desk.get_by_role("textbox", name="Heading").fill("今天")
    lead.focus()
    desk.keyboard.press("Delete")
    expect(blocks).to_have_count(2)
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    with shop.served.client() as client:
        stored = client.get("/api/resource/Workspace/我的页").json()["data"]
    assert [row["label"] for row in stored["shortcuts"]] == ["Customer"]
    content = json.loads(stored["content"])
    assert sorted((block["type"], block["data"]["col"]) for block in content) == [("header", 12), ("shortcut", 4)]
    desk.goto("/app")
    expect(desk.get_by_role("heading", name="今天", level=2)).to_be_visible()


def test_a_block_is_made_wider_by_its_edge(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        shortcut = {"label": "Customer", "type": "DocType", "link_to": "Customer"}
        create(client, "Workspace", label="拉宽的页", title="拉宽的页", public=1, sequence_id=90, shortcuts=[shortcut])
    desk.goto("/app/studio/workspace/拉宽的页")
    block = desk.get_by_role("list", name="The page").get_by_role("listitem", name="Shortcut: Customer", exact=True)
    block.hover()
    edge, place = block.locator(".edge").bounding_box(), block.bounding_box()
    assert edge
    assert place
    desk.mouse.move(edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2)
    desk.mouse.down()
    desk.mouse.move(place["x"] + place["width"] * 2, edge["y"] + edge["height"] / 2, steps=8)
    desk.mouse.up()
    save(desk)
    with shop.served.client() as client:
        stored = client.get("/api/resource/Workspace/拉宽的页").json()["data"]
        assert client.delete("/api/resource/Workspace/拉宽的页").is_success
    (column,) = (entry["data"]["col"] for entry in json.loads(stored["content"]))
    assert column == 6, "twice as wide as the three columns that a shortcut has at first"


def test_a_report_follows_a_link_behind_a_link(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/report")
    settings = desk.get_by_role("region", name="Settings of the report")
    settings.get_by_role("textbox", name="Report Name").fill("保修客户组")
    link_to(desk, settings.get_by_role("combobox").first, "Warranty Claim")
    choose(desk, "Follow a link further…", "Customer → Customer Group")
    choose(desk, "Add to Columns", "Customer → Customer Group → Customer Group Name")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("heading", name="保修客户组", level=1)).to_be_visible()
    with shop.served.client() as client:
        stored = client.get("/api/resource/Report/保修客户组").json()["data"]
    assert json.loads(stored["json"])["columns"] == ["name", "customer.customer_group.customer_group_name"]
    desk.reload()
    columns = desk.get_by_role("group", name="Columns", exact=True)
    expect(columns).to_contain_text("Customer → Customer Group → Customer Group Name")
