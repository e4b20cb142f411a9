"""Every standard DocType in a real browser: its list and its new form come from the definition alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import Complaints, opened
from support.shop import Shop

pytestmark = pytest.mark.e2e

GO = """(path) => {
  for (const old of document.querySelectorAll('main *')) old.setAttribute('data-old', '')
  history.pushState({}, '', path)
  dispatchEvent(new PopStateEvent('popstate', { state: null }))
}"""
"""Goes to an address within the page, and marks what belongs to the page before."""
WIDER = "document.documentElement.scrollWidth - screen.width"


@pytest.fixture
def chinese(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """A page of the Administrator on a phone whose owner reads Chinese."""
    size = {"width": 360, "height": 780}
    options = {"viewport": size, "has_touch": True, "is_mobile": True, "storage_state": shop.storage, "locale": "zh-CN"}
    with opened(browser, shop.served.url, **options) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def pages_of(entry: dict[str, Any]) -> list[tuple[str, str]]:
    """Addresses of a DocType, each with what must appear there."""
    slug = entry["name"].lower().replace(" ", "-")
    if entry["issingle"]:
        return [(f"/app/{slug}", ".form-view")]
    new = [(f"/app/{slug}/new-{slug}", ".form-view")] if entry["can_create"] else []
    return [(f"/app/{slug}?view=list", ".list-view"), *new]


def test_every_standard_doctype_renders_on_a_phone_in_chinese(chinese: Page, complaints: Complaints) -> None:
    with chinese.expect_response("**/crm.desk.boot*") as answer:
        chinese.goto("/app")
    boot = answer.value.json()["message"]
    assert boot["language"] == "zh"
    expect(chinese.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    pages = [(entry["label"], *page) for entry in boot["doctypes"] for page in pages_of(entry)]
    for label, path, wanted in pages:
        chinese.evaluate(GO, path)
        expect(chinese.locator(f"main {wanted}:not([data-old]) h1"), path).to_contain_text(label)
        expect(chinese.locator("main .el-skeleton")).to_have_count(0)
        assert chinese.evaluate(WIDER) <= 0, f"{path} is wider than the screen"
        assert complaints.unexpected() == [], path
    assert len(pages) > 200
