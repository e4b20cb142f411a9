"""Lists in a real browser: rows, search, filters, keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture
def customers(desk: Page) -> Page:
    desk.goto("/app/customer")
    expect(rows(desk)).to_have_count(5)
    return desk


def rows(page: Page) -> Locator:
    return page.locator("table.list tbody tr")


def test_a_list_shows_its_records(customers: Page) -> None:
    expect(customers.get_by_role("link", name="上海钢铁集团")).to_be_visible()
    expect(customers.get_by_role("button", name="New", exact=True)).to_be_visible()


def test_typing_searches_and_the_address_keeps_it(customers: Page) -> None:
    customers.get_by_role("textbox", name="Search this list").fill("科技")
    expect(rows(customers)).to_have_count(1)
    customers.reload()
    expect(rows(customers)).to_have_count(1)
    customers.get_by_role("textbox", name="Search this list").fill("nothing like this")
    expect(customers.get_by_text("Nothing matches")).to_be_visible()
    customers.get_by_role("button", name="Remove all filters").click()
    expect(rows(customers)).to_have_count(5)


def test_a_filter_becomes_a_chip_and_goes_again(customers: Page) -> None:
    customers.get_by_role("button", name="Filter", exact=True).click()
    dialog = customers.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Field").click()
    customers.get_by_role("option", name="Website").click()
    dialog.get_by_role("textbox", name="Value").fill("2.example")
    dialog.get_by_role("button", name="Apply").click()
    expect(rows(customers)).to_have_count(1)
    customers.get_by_role("button", name="Remove filter").click()
    expect(rows(customers)).to_have_count(5)


def test_columns_are_chosen_and_groups_counted_and_the_address_keeps_both(customers: Page) -> None:
    customers.get_by_role("button", name="Columns and groups").click()
    dialog = customers.get_by_role("dialog", name="Columns and groups")
    website = dialog.locator(".el-checkbox").filter(has_text=re.compile(r"^Website$"))
    website.click()
    expect(website.get_by_role("checkbox")).to_be_checked()
    dialog.get_by_role("button", name="Apply").click()
    expect(dialog).to_be_hidden()
    expect(customers.get_by_role("columnheader", name="Website")).to_be_visible()
    customers.get_by_role("button", name="Columns and groups").click()
    dialog.locator(".el-select").click()
    customers.get_by_role("option", name="Customer Type", exact=True).click()
    groups = customers.get_by_role("group", name="Groups")
    expect(groups).to_have_text("Company5")
    customers.reload()
    expect(groups).to_have_text("Company5")
    expect(customers.get_by_role("columnheader", name="Website")).to_be_visible()


def test_the_keyboard_is_enough(customers: Page) -> None:
    customers.keyboard.press("j")
    expect(rows(customers).first.get_by_role("link")).to_be_focused()
    customers.keyboard.press("/")
    search = customers.get_by_role("textbox", name="Search this list")
    expect(search).to_be_focused()
    customers.keyboard.type("c/")
    expect(search).to_have_value("c/")
    search.blur()
    customers.keyboard.press("c")
    customers.wait_for_url("**/app/customer/new-customer*")
    expect(customers.get_by_role("heading", name="New Customer")).to_be_visible()


def test_a_new_document_is_begun_from_anywhere(desk: Page) -> None:
    desk.goto("/app")
    desk.get_by_role("button", name="Create", exact=True).click()
    desk.get_by_role("combobox", name="What do you want to create?", exact=True).fill("customer")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/app/customer/new-customer")


def test_a_phone_scrolls_on_and_shows_all_that_it_read(phone: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        docs = [{"doctype": "Industry", "industry": f"行业 {n:03}"} for n in range(160)]
        client.post("/api/method/frappe.client.insert_many", json={"docs": docs}).raise_for_status()
    phone.goto("/app/industry?q=行业&sort=name asc")
    for page in range(3):
        expect(rows(phone).nth(50 * page)).to_be_attached()
        rows(phone).last.scroll_into_view_if_needed()
    expect(rows(phone)).to_have_count(160)
    expect(rows(phone).first).to_contain_text("行业 000")
    expect(rows(phone).last).to_contain_text("行业 159")


def test_the_palette_goes_to_a_record(desk: Page) -> None:
    desk.goto("/app")
    expect(desk.get_by_role("navigation", name="Main navigation")).to_be_visible()
    desk.keyboard.press("Control+k")
    desk.get_by_role("dialog").get_by_role("combobox").fill("warranty cl")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/app/warranty-claim")


def test_a_column_is_made_wider_by_its_edge_and_the_address_keeps_it(customers: Page) -> None:
    customers.goto("/app/customer?columns=website,tax_id,customer_group")
    head = customers.get_by_role("columnheader").filter(has=customers.get_by_label("Width of Website", exact=True))
    head.hover()
    edge, before = customers.get_by_label("Width of Website", exact=True).bounding_box(), head.bounding_box()
    assert edge
    assert before
    customers.mouse.move(edge["x"] + 3, edge["y"] + 5)
    customers.mouse.down()
    customers.mouse.move(edge["x"] + 83, edge["y"] + 5, steps=4)
    customers.mouse.up()
    wanted = round(before["width"] + 80)
    expect(customers).to_have_url(re.compile(f"website:{wanted},"))
    customers.reload()
    expect(head).to_be_visible()
    after = head.bounding_box()
    assert after
    assert after["width"] > before["width"]


def test_a_link_has_the_colour_of_the_state_it_leads_to(desk: Page, shop: Shop) -> None:
    stage = {"fieldname": "stage", "label": "Stage", "fieldtype": "Link", "options": "List Stage", "in_list_view": 1}
    note = {"fieldname": "note", "label": "Note", "fieldtype": "Data", "in_list_view": 1}
    states = [{"title": "Hot", "color": "Red"}, {"title": "Cold", "color": "Blue"}]
    with shop.served.client() as client:
        base = {"module": "Core", "custom": 1, "permissions": [{"role": "System Manager", "read": 1, "create": 1}]}
        create(client, "DocType", **base, name="List Stage", autoname="prompt", fields=[], states=states)
        create(client, "DocType", **base, name="List Oven", autoname="prompt", fields=[stage, note])
        for name in ("Hot", "Mild"):
            create(client, "List Stage", name=name)
            create(client, "List Oven", name=f"Oven {name}", stage=name, note="Hot")
    desk.goto("/app/list-oven?sort=name asc")
    hot, mild = rows(desk).filter(has_text="Oven Hot"), rows(desk).filter(has_text="Oven Mild")
    expect(hot.locator('[data-field="stage"] .state')).to_have_class(re.compile("tone-danger"))
    expect(hot.locator('[data-field="stage"]')).to_contain_text("Hot")
    expect(mild.locator('[data-field="stage"]')).to_contain_text("Mild")
    expect(desk.locator("td .state")).to_have_count(1)
