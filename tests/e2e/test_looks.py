"""What a designer would object to, measured: pages that jump while they load, things beyond the screen, boxes nobody
can tell apart, a grid that is told as a list."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e

JUMPS = """
window.jumps = 0
new PerformanceObserver((seen) => {
  for (const one of seen.getEntries()) if (!one.hadRecentInput) window.jumps += one.value
}).observe({ type: 'layout-shift', buffered: true })
"""
MOST_JUMPS = 0.1
"""Above it a page is felt to jump (Cumulative Layout Shift of the Web Vitals)."""
GRID = "Customers by Type and Status of Health"


def test_the_start_page_does_not_jump_while_it_loads(desk: Page, phone: Page) -> None:
    for page in (desk, phone):
        page.add_init_script(JUMPS)
        page.goto("/app")
        expect(page.locator(".chart-panel").first).to_be_visible()
        expect(page.locator(".el-skeleton")).to_have_count(0)
        assert page.evaluate("window.jumps") < MOST_JUMPS


def test_a_list_on_a_phone_keeps_the_place_of_its_search(phone: Page) -> None:
    phone.add_init_script(JUMPS)
    phone.goto("/app/customer")
    expect(phone.get_by_role("link", name="Acme Tools")).to_be_visible()
    assert phone.evaluate("window.jumps") < MOST_JUMPS


def within(page: Page, found: Locator) -> bool:
    """Whether all of a thing is between the edges of the screen."""
    box = found.bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= page.evaluate("innerWidth")


def test_fields_of_personal_data_are_cards_on_a_phone(phone: Page) -> None:
    phone.goto("/app/studio/personal-data")
    row = phone.locator("tbody tr").first
    for control in (row.get_by_role("combobox"), row.get_by_role("spinbutton")):
        expect(control).to_be_visible()
        assert within(phone, control)


def test_texts_on_a_phone_say_their_language_and_come_in_parts(phone: Page) -> None:
    phone.goto("/app/studio/translations/Customer")
    cell = phone.locator("tbody td").first
    expect(cell).to_be_visible()
    assert cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") == '"English"'
    rows = phone.locator("tbody tr")
    expect(rows).to_have_count(60)
    phone.get_by_role("button", name="Show more", exact=True).click()
    expect(rows).not_to_have_count(60)
    phone.get_by_role("textbox", name="Search texts", exact=True).fill("referred by")
    expect(phone.get_by_role("textbox", name="Referred By: English", exact=True)).to_be_visible()


@pytest.fixture
def grid(shop: Shop) -> Iterator[str]:
    """A report over any DocType that is laid out across, and a chart of it."""
    query = {"group_by": ["customer_type", "account_manager"], "view": {"rows": 1, "chart": "heatmap"}}
    query["aggregates"] = [{"function": "count", "field": "name"}]
    chart = {"chart_name": GRID, "type": "Heatmap", "chart_type": "Report", "report_name": GRID, "is_public": 1}
    values = {"report_name": GRID, "ref_doctype": "Customer", "report_type": "Report Builder"}
    with shop.served.client() as client:
        create(client, "Report", **values, json=json.dumps(query))
        create(client, "Dashboard Chart", **chart)
        create(client, "Dashboard", dashboard_name=GRID, charts=[{"chart": GRID, "width": "Full"}])
        yield GRID
        for doctype in ("Dashboard", "Dashboard Chart", "Report"):
            client.delete(f"/api/resource/{doctype}/{GRID}").raise_for_status()


def test_a_grid_has_a_place_for_every_choice_and_each_opens_its_records(desk: Page, grid: str) -> None:
    for path in (f"/app/query-report/{grid}", f"/app/dashboard-view/{grid}"):
        desk.goto(path)
        table = desk.get_by_role("table").filter(has=desk.get_by_role("rowheader", name="Partnership", exact=True))
        expect(table.get_by_role("rowheader")).to_have_text(["Company", "Individual", "Partnership"])
        expect(table.get_by_role("row", name="Individual").get_by_role("link")).to_have_count(0)
        table.get_by_role("row", name="Company").get_by_role("link").first.click()
        expect(desk.get_by_role("button", name="Remove filter Account Manager is filled No")).to_be_visible()
        expect(desk.get_by_role("link", name="Acme Tools")).to_be_visible()


def test_names_of_narrow_columns_end_in_dots(desk: Page) -> None:
    desk.goto("/app/customer")
    name = desk.get_by_role("columnheader", name="Account Manager").locator(".sort span").first
    expect(name).to_be_visible()
    style = "(name) => [getComputedStyle(name).textOverflow, getComputedStyle(name).overflow]"
    assert name.evaluate(style) == ["ellipsis", "hidden"]
