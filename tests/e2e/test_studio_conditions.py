"""Conditions, formulas and validation rules in the studio, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from support.controls import search
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """Definitions change here: others would see it."""
    return own_shop


def choose(page: Page, within: Locator, box: str, choice: str) -> None:
    """Choose in a select box."""
    within.locator(".el-select").filter(has=page.get_by_role("combobox", name=box, exact=True)).click()
    page.get_by_role("option", name=choice, exact=True).filter(visible=True).click()


def properties(page: Page, group: str) -> Locator:
    """The panel of properties with one of its groups open."""
    panel = page.get_by_role("region", name="Properties", exact=True)
    panel.get_by_role("button", name=group).click()
    return panel


def name_it(page: Page, label: str) -> None:
    """Label the field that was just added."""
    page.get_by_role("textbox", name="Label", exact=True).fill(label)
    expect(page.get_by_role("button", name=label, pressed=True)).to_be_visible()


def test_a_condition_is_built_by_rows_tried_and_applied(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/doctype/Customer")
    desk.locator('.canvas-field[data-fieldname="website"]').click()
    shown = properties(desk, "Conditions").get_by_role("group", name="Display Depends On", exact=True)
    shown.get_by_role("button", name="Add a condition…").click()
    dialog = desk.get_by_role("dialog", name="Display Depends On")
    dialog.get_by_role("button", name="Add a row").click()
    row = dialog.get_by_role("group", name="Row 1", exact=True)
    choose(desk, row, "Field", "Customer Type")
    choose(desk, row, "Value", "Company")
    expect(dialog.get_by_text("eval:doc.customer_type == 'Company'", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Write as text").click()
    text = dialog.get_by_role("textbox", name="Expression", exact=True)
    text.fill("eval:doc.custmer_type == 'Person'")
    expect(dialog.get_by_text("Customer has no field custmer_type (line 1, column 10).")).to_be_visible()
    text.fill("eval:doc.customer_type == 'Person' || doc.__islocal")
    dialog.get_by_role("button", name="Show as rows").click()
    expect(dialog.get_by_role("radio", name="Any holds")).to_be_checked()
    dialog.get_by_text("Try it on a document").click()
    search(dialog.get_by_role("combobox", name="Document to try it on"), "上海")
    desk.get_by_role("option").filter(has_text="上海钢铁集团").first.click()
    expect(dialog.get_by_text("It does not hold.")).to_be_visible()
    dialog.get_by_role("button", name="Take over").click()
    desk.get_by_role("button", name="Plan (1)").click()
    desk.get_by_role("dialog", name="Plan").get_by_role("button", name="Apply", exact=True).click()
    expect(desk.get_by_role("button", name="No changes")).to_be_visible()
    desk.goto(f"/app/customer/{shop.customer}")
    expect(desk.get_by_label("Phone", exact=True)).to_be_visible()
    expect(desk.get_by_label("Website", exact=True)).to_have_count(0)


def test_a_form_puts_the_condition_of_a_rule_together(desk: Page) -> None:
    desk.goto("/app/validation-rule/new-validation-rule")
    field = desk.locator('[data-fieldname="condition"]')
    help_ = field.get_by_role("button", name="Put it together…")
    desk.get_by_role("combobox", name="Document Type").fill("Contact")
    expect(help_).to_have_count(0)  # nothing is known of the documents that the condition is about
    desk.get_by_role("option", name="Contact CRM", exact=True).click()
    help_.click()
    dialog = desk.get_by_role("dialog", name="Condition")
    dialog.get_by_role("button", name="Add a row").click()
    row = dialog.get_by_role("group", name="Row 1", exact=True)
    choose(desk, row, "Field", "First Name")
    row.get_by_role("textbox", name="Value", exact=True).fill("李雷")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(field.get_by_role("textbox")).to_have_text("")
    help_.click()
    dialog.get_by_role("button", name="Add a row").click()
    choose(desk, row, "Field", "First Name")
    row.get_by_role("textbox", name="Value", exact=True).fill("韩梅梅")
    dialog.get_by_role("button", name="Take over").click()
    expect(field.get_by_role("textbox")).to_have_text("doc.first_name == '韩梅梅'")


def test_a_formula_that_reads_itself_is_refused_at_its_place(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/doctype/Customer")
    kinds = desk.get_by_role("region", name="Kinds of fields")
    add = kinds.get_by_role("button", name="Currency", exact=True)
    add.click()
    panel = properties(desk, "Rules")
    name_it(desk, "Net")
    panel.get_by_role("textbox", name="Formula", exact=True).fill("gross / 1.13")
    add.click()
    name_it(desk, "Gross")
    panel.get_by_role("textbox", name="Formula", exact=True).fill("net * 1.13")
    expect(panel.get_by_text("gross would depend on itself: gross → net → gross.")).to_be_visible()
    panel.get_by_role("textbox", name="Formula", exact=True).fill("100 + 13")
    panel.get_by_text("Try it on a document").click()
    search(panel.get_by_role("combobox", name="Document to try it on"), "上海")
    desk.get_by_role("option").filter(has_text="上海钢铁集团").first.click()
    expect(panel.get_by_text("Value: 113", exact=True)).to_be_visible()


def test_a_validation_rule_refuses_with_its_own_message(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/doctype/Contact")
    desk.get_by_role("radio", name="Validation rules").check(force=True)
    desk.get_by_role("button", name="New rule", exact=True).click()
    dialog = desk.get_by_role("dialog", name="New rule")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("称呼必填")
    dialog.get_by_role("button", name="Add a row").click()
    row = dialog.get_by_role("group", name="Row 1", exact=True)
    choose(desk, row, "Field", "First Name")
    choose(desk, row, "Comparison", "is not")
    row.get_by_role("textbox", name="Value", exact=True).fill("无名")
    dialog.get_by_role("textbox", name="Otherwise people read").fill("请填写真实的名字。")
    dialog.get_by_role("button", name="Save and put in force").click()
    expect(desk.get_by_role("switch", name="称呼必填 is in force")).to_be_checked()
    with shop.served.client() as client:
        refused = client.post("/api/resource/Contact", json={"first_name": "无名"})
        assert (refused.status_code, "请填写真实的名字。" in refused.json()["exception"]) == (417, True)
        assert client.post("/api/resource/Contact", json={"first_name": "李雷"}).status_code == 200


def test_a_layout_of_a_role_and_quick_entry_are_set_in_the_studio(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/doctype/Industry")
    desk.get_by_role("radio", name="Layouts per role").check(force=True)
    desk.get_by_role("button", name="New layout", exact=True).click()
    dialog = desk.get_by_role("dialog", name="New layout")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("简版")
    search(dialog.get_by_role("combobox", name="Role", exact=True), "System Manager")
    desk.get_by_role("option").filter(has_text="System Manager").first.click()
    dialog.get_by_role("button", name="Save and put in force").click()
    expect(desk.get_by_role("region", name="Layouts per role")).to_contain_text("简版 · System Manager")
    desk.get_by_role("radio", name="Lists and names").check(force=True)
    expect(desk.get_by_role("checkbox", name="New documents begin in a small dialog")).to_be_checked()
    desk.goto("/app/industry")
    desk.get_by_role("button", name="New", exact=True).click()
    expect(desk.get_by_role("dialog", name="New Industry")).to_be_visible()
