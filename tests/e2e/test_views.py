"""Boards, calendars, trees, dashboards and workspaces in a real browser, each of a DocType's definition alone."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def records(shop: Shop) -> None:
    """A dashboard with a card and a chart, a workspace with both, and two territories."""
    with shop.served.client() as client:
        question = {"document_type": "Customer", "filters_json": json.dumps([["customer_type", "=", "Company"]])}
        create(client, "Number Card", label="Companies", type="Document Type", **question)
        chart = {"chart_type": "Group By", "group_by_based_on": "customer_type", "type": "Bar"}
        create(client, "Dashboard Chart", chart_name="Customers by Type", **question, **chart)
        content = {"cards": [{"card": "Companies"}], "charts": [{"chart": "Customers by Type"}]}
        create(client, "Dashboard", dashboard_name="View Board", **content)
        cards = [{"number_card_name": "Companies"}]
        links = [{"type": "Link", "label": "All customers", "link_type": "DocType", "link_to": "Customer"}]
        create(client, "Workspace", label="View Desk", title="工作台", number_cards=cards, links=links)
        create(client, "Territory", territory_name="视图大区", is_group=1)
        create(client, "Territory", territory_name="视图小区", parent_territory="视图大区")


def test_a_card_is_dragged_to_another_value(desk: Page) -> None:
    desk.goto("/app/customer?view=kanban&by=customer_type")
    companies = desk.get_by_role("region", name="Company")
    card = companies.get_by_role("listitem").filter(has_text="Acme Tools")
    card.drag_to(desk.get_by_role("region", name="Individual"))
    expect(desk.get_by_role("region", name="Individual").get_by_text("Acme Tools")).to_be_visible()
    expect(companies.get_by_text("Acme Tools")).to_have_count(0)
    desk.get_by_role("link", name="Acme Tools").press("m")
    desk.get_by_role("dialog").get_by_role("button", name="Company").click()
    expect(companies.get_by_text("Acme Tools")).to_be_visible()


@pytest.mark.usefixtures("records")
def test_a_dashboard_opens_the_list_behind_its_numbers(desk: Page) -> None:
    desk.goto("/app/dashboard-view/View Board")
    expect(desk.get_by_role("img", name="Customers by Type")).to_be_visible()
    desk.get_by_role("link", name="Companies").click()
    expect(desk.locator("table.list tbody tr")).to_have_count(5)


@pytest.mark.usefixtures("records")
def test_the_start_page_shows_a_workspace(desk: Page) -> None:
    desk.goto("/app/home/View Desk")
    expect(desk.get_by_role("link", name="Companies")).to_be_visible()
    desk.get_by_role("link", name="All customers").click()
    desk.wait_for_url("**/app/customer")


@pytest.mark.usefixtures("records")
def test_a_tree_opens_branches_and_gets_nodes(desk: Page) -> None:
    desk.goto("/app/territory?view=tree")
    desk.get_by_role("treeitem", name="视图大区").get_by_role("link").press("ArrowRight")
    expect(desk.get_by_role("treeitem", name="视图小区")).to_be_visible()
    desk.get_by_role("button", name="Add below 视图大区").click()
    desk.get_by_role("dialog").get_by_role("textbox", name="Name").fill("视图新区")
    desk.get_by_role("dialog").get_by_role("button", name="Apply").click()
    expect(desk.get_by_role("treeitem", name="视图新区")).to_be_visible()


def test_a_calendar_shows_and_moves_records(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        made = create(client, "Opportunity", title="日历机会", customer=shop.customer, expected_closing="2026-11-10")
    desk.goto("/app/opportunity?view=calendar&by=expected_closing&at=2026-11-01")
    day = desk.locator('[data-day="2026-11-10"]')
    day.get_by_role("link", name="日历机会").press("Alt+ArrowRight")
    expect(desk.locator('[data-day="2026-11-11"]').get_by_role("link", name="日历机会")).to_be_visible()
    with shop.served.client() as client:
        stored = client.get(f"/api/resource/Opportunity/{made['name']}").json()["data"]
    assert stored["expected_closing"] == "2026-11-11"
