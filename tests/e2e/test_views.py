"""Boards, calendars, trees, dashboards and workspaces in a real browser, each of a DocType's definition alone."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

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


def test_a_card_goes_where_the_workflow_leads_and_stays_where_it_does_not(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        name = create(client, "Warranty Claim", customer=shop.customer, complaint="看板")["name"]
    desk.goto("/app/warranty-claim?view=kanban")
    columns = desk.locator(".column")
    expect(columns.first).to_be_visible()
    states = columns.evaluate_all("found => found.map(one => one.getAttribute('aria-label'))")
    assert states == ["Open", "Under Check", "Approved", "In Repair", "Closed", "Rejected"]

    def card(state: str) -> Locator:
        region = desk.get_by_role("region", name=state, exact=True)
        return region.get_by_role("listitem").filter(has=desk.locator(f"a[href$='{name}']"))

    card("Open").drag_to(desk.get_by_role("region", name="In Repair", exact=True))
    expect(desk.get_by_text("No action leads from here to this state.")).to_be_visible()
    expect(card("Open")).to_be_visible()
    card("Open").drag_to(desk.get_by_role("region", name="Under Check", exact=True))
    expect(card("Under Check")).to_be_visible()
    expect(card("Open")).to_have_count(0)


def test_a_board_of_values_that_nobody_types_moves_nothing(desk: Page) -> None:
    desk.goto("/app/warranty-claim?view=kanban&by=status")
    board = desk.get_by_role("group", name="Board", exact=True)
    expect(board.get_by_role("listitem").first).to_have_attribute("draggable", "false")
    expect(board.get_by_role("button", name="Move")).to_have_count(0)


def test_a_report_groups_is_kept_and_leads_to_the_records(desk: Page) -> None:
    desk.goto("/app/customer?view=report&rows=customer_type&values=count&chart=bar")
    table = desk.get_by_role("region", name="Report", exact=True)
    expect(table.get_by_role("row", name="Total 5", exact=True)).to_be_visible()
    chart = desk.get_by_role("img", name="Chart of Customer", exact=True)
    expect(chart.locator("canvas")).to_be_visible()
    desk.get_by_role("button", name="Save as report…", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Save as report", exact=True)
    dialog.get_by_role("textbox", name="Name", exact=True).fill("按类型的客户")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_be_hidden()
    table.get_by_role("button", name="Company", exact=True).click()
    expect(desk.locator("table.list tbody tr")).to_have_count(5)
    desk.goto("/app/query-report/按类型的客户")
    stored = desk.get_by_role("region", name="按类型的客户", exact=True)
    expect(stored.get_by_role("columnheader", name="Count", exact=True)).to_be_visible()
    expect(stored.get_by_role("cell", name="Company", exact=True)).to_be_visible()
    expect(desk.get_by_role("img", name="按类型的客户", exact=True).locator("canvas")).to_be_visible()


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


def test_an_empty_calendar_leads_to_the_nearest_records(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        for subject, day in (("早会", "1996-03-05"), ("晚会", "1997-08-20")):
            create(client, "Event", subject=subject, starts_on=f"{day} 23:30:00")
    desk.goto("/app/event?view=calendar&by=starts_on&at=1996-10-01")
    empty = desk.get_by_role("status").filter(has_text="Nothing on these days")
    empty.get_by_role("button", name="The last before: ").click()
    expect(desk.locator('[data-day="1996-03-05"]').get_by_role("link", name="早会")).to_be_visible()
    expect(empty).to_be_hidden()
    desk.goto("/app/event?view=calendar&by=starts_on&at=1996-10-01")
    empty.get_by_role("button", name="The next after: ").click()
    expect(desk.locator('[data-day="1997-08-20"]').get_by_role("link", name="晚会")).to_be_visible()
    desk.goto("/app/event?view=calendar&by=starts_on&at=1996-10-01&q=没有这样的日程")
    expect(empty).to_be_visible()
    expect(empty.get_by_role("button")).to_have_count(0)
