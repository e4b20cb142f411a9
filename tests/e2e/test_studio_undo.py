"""What an administrator takes away or puts off in the studio, and a long form in the builder, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e

RULE = "电话以 0 开头"
LONG = "Long Form"


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """Definitions change here: others would see it."""
    return own_shop


@pytest.fixture(scope="module")
def long_form(shop: Shop) -> None:
    """A DocType with eighty fields on five tabs."""
    rows: list[dict[str, Any]] = []
    for tab in range(5):
        rows.append({"fieldname": f"tab_{tab}", "fieldtype": "Tab Break", "label": f"Tab {tab}"})
        for number in range(16):
            rows.append({"fieldname": f"f_{tab}_{number}", "fieldtype": "Data", "label": f"Field {tab}-{number}"})
            if number == 7:
                rows.append({"fieldname": f"column_{tab}", "fieldtype": "Column Break"})
    rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}, {"role": "Sales User", "read": 1}]
    rows[1]["permlevel"] = 1  # nobody is given that level
    with shop.served.client() as client:
        create(client, "DocType", name=LONG, module="CRM", custom=1, fields=rows, permissions=rights)


def plan_of(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Plan", exact=True)


def field(page: Page, name: str) -> Locator:
    return page.locator(f'.canvas-field[data-fieldname="{name}"]')


def test_a_rule_is_deleted_by_a_plan_and_comes_back_from_the_history(desk: Page, shop: Shop) -> None:
    rule = {"rule_name": RULE, "document_type": "Customer", "condition": "doc.customer_name != ''", "message": "不行"}
    with shop.served.client() as client:
        create(client, "Validation Rule", **rule, enabled=1)
    desk.goto("/app/studio/doctype/Customer")
    desk.get_by_role("radio", name="Validation rules", exact=True).check(force=True)
    rules = desk.get_by_role("region", name="Validation rules", exact=True)
    line = rules.get_by_role("listitem").filter(has_text=RULE)
    line.get_by_role("button", name="Delete…", exact=True).click()
    expect(plan_of(desk)).to_contain_text(f"Without Validation Rule {RULE}")
    expect(plan_of(desk)).to_contain_text("Shares and assignments do not come back.")
    plan_of(desk).get_by_role("button", name="Apply", exact=True).click()
    expect(line).to_have_count(0)

    desk.goto("/app/studio/plans")
    entry = desk.get_by_role("listitem").filter(has_text=f"Delete {RULE}")
    entry.get_by_role("button", name="Take back…", exact=True).click()
    desk.get_by_role("dialog").get_by_role("button", name="Take back", exact=True).click()
    expect(entry.get_by_text("Taken back by Administrator", exact=True)).to_be_visible()
    with shop.served.client() as client:
        assert client.get(f"/api/resource/Validation Rule/{RULE}").json()["data"]["message"] == "不行"


def test_a_change_is_put_off_and_given_up(desk: Page, long_form: None) -> None:
    desk.goto(f"/app/studio/doctype/{LONG}")
    field(desk, "f_0_0").click()
    desk.get_by_role("textbox", name="Label", exact=True).fill("夜间改名")
    desk.get_by_role("button", name="Plan (1)", exact=True).click()
    plan_of(desk).get_by_text("Apply it later", exact=True).click()
    expect(plan_of(desk).get_by_label("When to apply it", exact=True)).not_to_have_value("")
    plan_of(desk).get_by_role("textbox", name="What the history calls it", exact=True).fill("夜间")
    plan_of(desk).get_by_role("button", name="Apply then", exact=True).click()
    expect(plan_of(desk)).to_have_count(0)

    desk.goto("/app/studio/plans")
    waiting = desk.get_by_role("region", name="Not applied yet", exact=True)
    expect(waiting).to_contain_text("夜间")
    waiting.get_by_role("button", name="Do not apply it", exact=True).click()
    expect(waiting).to_have_count(0)


def test_a_long_form_is_searched_copied_and_moved_over_tabs(desk: Page, long_form: None) -> None:
    desk.goto(f"/app/studio/doctype/{LONG}")
    expect(desk.get_by_role("button", name="No changes", exact=True)).to_be_visible()
    finder = desk.get_by_role("combobox", name="Find a field", exact=True)
    finder.click()
    finder.fill("Field 3-12")
    desk.get_by_role("option", name="Field 3-12 (f_3_12)", exact=True).click()
    found = field(desk, "f_3_12")
    expect(desk.get_by_role("tab", name="Tab 3", exact=True)).to_have_attribute("aria-selected", "true")
    found.focus()
    desk.keyboard.press("Control+d")
    expect(field(desk, "f_3_12_2")).to_be_visible()

    found.focus()
    desk.keyboard.press("Alt+ArrowLeft")
    expect(found).to_be_focused()
    names = desk.locator(".place").first.locator(".canvas-field")
    expect(names.last).to_have_attribute("data-fieldname", "f_3_12")
    found.drag_to(desk.get_by_role("tab", name="Tab 4", exact=True))
    expect(desk.get_by_role("tab", name="Tab 4", exact=True)).to_have_attribute("aria-selected", "true")
    expect(desk.locator(".canvas-field").last).to_have_attribute("data-fieldname", "f_3_12")
    desk.get_by_role("button", name="Move Tab 4 before its neighbour", exact=True).click()
    expect(desk.get_by_role("tab").filter(has_text="Tab").nth(3)).to_have_text("Tab 4")
    for _ in range(4):
        desk.get_by_role("button", name="Undo", exact=True).click()
    expect(desk.get_by_role("button", name="No changes", exact=True)).to_be_visible()


def test_the_form_is_tried_as_a_role_sees_it(desk: Page, long_form: None) -> None:
    desk.goto(f"/app/studio/doctype/{LONG}")
    desk.get_by_role("radio", name="Preview", exact=True).check(force=True)
    preview = desk.get_by_role("region", name="Preview", exact=True)
    expect(preview.get_by_label("Field 0-1", exact=True)).to_be_visible()
    expect(preview.get_by_label("Field 0-0", exact=True)).to_have_count(0)
    preview.get_by_label("Field 0-1", exact=True).fill("试填")
    preview.get_by_role("radio", name="Phone", exact=True).check(force=True)
    expect(preview.locator(".sheet")).to_have_css("width", "390px")
