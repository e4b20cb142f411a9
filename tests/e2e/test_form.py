"""Forms in a real browser: edit, child rows, refusals, conflicts, workflow, print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import Complaints
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture
def customer(desk: Page, shop: Shop) -> Page:
    """The form of a customer."""
    desk.goto(f"/app/customer/{shop.customer}")
    expect(desk.get_by_role("heading", name="上海钢铁集团")).to_be_visible()
    return desk


def stored(shop: Shop, doctype: str, name: str) -> dict[str, object]:
    with shop.served.client() as client:
        found: dict[str, object] = client.get(f"/api/resource/{doctype}/{name}").json()["data"]
        return found


def cell(page: Page, row: int, column: str) -> Locator:
    """The cell of the only grid under the heading `column`."""
    expect(page.get_by_role("grid")).to_be_visible()
    headings = page.get_by_role("grid").locator("thead th").all_inner_texts()
    number = next(n for n, text in enumerate(headings) if text.startswith(column))
    return page.get_by_role("grid").locator("tbody tr").nth(row).locator("td").nth(number)


def test_an_edit_is_saved_by_the_keyboard(customer: Page, shop: Shop) -> None:
    phone = customer.get_by_label("Phone", exact=True)
    phone.fill("021-66668888")
    expect(customer.get_by_text("Not saved")).to_be_visible()
    customer.keyboard.press("Control+s")
    expect(customer.get_by_text("Not saved")).to_be_hidden()
    assert stored(shop, "Customer", shop.customer)["phone"] == "021-66668888"


def test_a_refusal_stands_at_its_field_and_the_edit_stays(customer: Page, complaints: Complaints) -> None:
    complaints.expect("417")
    customer.get_by_label("Email").fill("not an address")
    customer.get_by_role("button", name="Save").click()
    email = customer.locator(".field", has=customer.get_by_label("Email"))
    expect(email.get_by_role("alert")).to_contain_text("not an address")
    expect(customer.locator(".summary")).to_contain_text("Email")
    expect(customer.get_by_label("Email")).to_have_value("not an address")
    expect(customer.get_by_label("Email")).to_be_focused()


def test_a_new_document_without_its_required_value_is_told_where(desk: Page, complaints: Complaints) -> None:
    complaints.expect("417")
    desk.goto("/app/product/new-product")
    desk.get_by_label("Product Name").fill("变频器 11 kW")
    desk.get_by_role("button", name="Save").click()
    code = desk.locator(".field", has=desk.get_by_label("Product Code"))
    expect(code.get_by_role("alert")).to_be_visible()
    desk.get_by_label("Product Code").fill("VFD-11")
    desk.keyboard.press("Control+s")
    desk.wait_for_url("**/app/product/VFD-11")
    expect(desk.get_by_role("heading", name="变频器 11 kW")).to_be_visible()


def test_child_rows_are_edited_in_place(desk: Page, shop: Shop) -> None:
    desk.goto(f"/app/warranty-claim/{shop.claim}")
    cell(desk, 0, "Quantity").click()
    desk.keyboard.press("Control+a")
    desk.keyboard.type("3")
    desk.get_by_role("button", name="Add row").click()
    cell(desk, 1, "Description").click()
    desk.keyboard.type("电源模块")
    cell(desk, 1, "Price").click()
    desk.keyboard.press("Control+a")
    desk.keyboard.type("820")
    desk.keyboard.press("Control+s")
    expect(desk.get_by_text("Not saved")).to_be_hidden()
    expect(cell(desk, 0, "Amount")).to_contain_text("450")
    expect(cell(desk, 1, "Amount")).to_contain_text("820")
    assert stored(shop, "Warranty Claim", shop.claim)["total_cost"] == 1270


def test_a_conflict_shows_both_versions(customer: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("417")
    customer.get_by_label("Website").fill("https://mine.example.cn")
    with shop.served.client() as client:
        theirs = {"website": "https://theirs.example.cn"}
        client.put(f"/api/resource/Customer/{shop.customer}", json=theirs).raise_for_status()
    customer.keyboard.press("Control+s")
    dialog = customer.get_by_role("dialog", name="Changed by somebody else")
    expect(dialog).to_contain_text("https://theirs.example.cn")
    expect(dialog).to_contain_text("https://mine.example.cn")
    dialog.get_by_role("button", name="Drop mine and reload").click()
    expect(customer.get_by_label("Website")).to_have_value("https://theirs.example.cn")


def test_a_conflict_is_settled_field_by_field(customer: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("417")
    customer.get_by_label("Website").fill("https://mine.example.cn")
    customer.get_by_label("Tax ID").fill("MINE-1")
    with shop.served.client() as client:
        theirs = {"website": "https://stays.example.cn", "mobile_no": "13800001111"}
        client.put(f"/api/resource/Customer/{shop.customer}", json=theirs).raise_for_status()
    customer.keyboard.press("Control+s")
    dialog = customer.get_by_role("dialog", name="Changed by somebody else")
    dialog.get_by_role("radio", name="https://stays.example.cn").check()
    dialog.get_by_role("button", name="Save what is chosen").click()
    expect(dialog).to_be_hidden()
    expect(customer.get_by_text("Not saved")).to_be_hidden()
    kept = stored(shop, "Customer", shop.customer)
    assert (kept["website"], kept["tax_id"], kept["mobile_no"]) == ("https://stays.example.cn", "MINE-1", "13800001111")


def test_workflow_actions_are_buttons(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        name = create(client, "Warranty Claim", customer=shop.customer, complaint="漏油")["name"]
    desk.goto(f"/app/warranty-claim/{name}")
    desk.get_by_role("button", name="Start Check").click()
    expect(desk.get_by_role("button", name="Reject")).to_be_visible()
    expect(desk.get_by_role("button", name="Start Check")).to_be_hidden()
    expect(desk.locator(".form-header")).to_contain_text("Under Check")
    assert stored(shop, "Warranty Claim", str(name))["workflow_state"] == "Under Check"


def test_an_action_that_is_not_open_says_why(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        name = create(client, "Warranty Claim", customer=shop.customer, complaint="异响")["name"]
    desk.goto(f"/app/warranty-claim/{name}")
    desk.get_by_role("button", name="Start Check", exact=True).click()
    expect(desk.locator(".form-header")).to_contain_text("Under Check")
    desk.get_by_role("button", name="Actions that are not open", exact=True).click()
    closed = desk.get_by_role("menuitem", name="Approve under Warranty")
    expect(closed).to_have_attribute("aria-disabled", "true")
    expect(closed).to_contain_text("condition")


def test_a_document_is_submitted_cancelled_and_amended(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        cost = {"customer": shop.customer, "cost_type": "Other", "amount": 120, "currency": "CNY", "conversion_rate": 1}
        name = str(create(client, "Customer Cost", **cost)["name"])
    header = desk.locator(".form-header")
    desk.goto(f"/app/customer-cost/{name}")
    expect(header.get_by_role("button", name="Cancel document", exact=True)).to_be_hidden()
    for act, question, state in (
        ("Submit", "Submit?", "Submitted"),
        ("Cancel document", "Cancel this document?", "Cancelled"),
    ):
        header.get_by_role("button", name=act, exact=True).click()
        desk.get_by_role("dialog", name=question, exact=True).get_by_role("button", name=act, exact=True).click()
        expect(header).to_contain_text(state)
        expect(header.get_by_role("button", name=act, exact=True)).to_be_hidden()
    header.get_by_role("button", name="Amend", exact=True).click()
    desk.wait_for_url("**/app/customer-cost/new-customer-cost*")
    desk.locator('[data-fieldname="amount"]').get_by_role("textbox").fill("90")
    desk.keyboard.press("Control+s")
    desk.wait_for_url(f"**/app/customer-cost/{name}-1")
    old, new = (stored(shop, "Customer Cost", one) for one in (name, f"{name}-1"))
    assert (old["docstatus"], old["amount"]) == (2, 120)
    assert (new["docstatus"], new["amount"], new["amended_from"]) == (0, 90, name)


ATTACHED = """(element, [event, key, name]) => {
  const data = new DataTransfer()
  data.items.add(new File(['hello'], name, { type: 'text/plain' }))
  const kind = event === 'drop' ? DragEvent : ClipboardEvent
  element.dispatchEvent(new kind(event, { [key]: data, bubbles: true, cancelable: true }))
}"""
"""What the browser does when files are dropped on an element or pasted."""


def test_files_are_dropped_and_pasted_and_stay(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        name = str(create(client, "Warranty Claim", customer=shop.customer, complaint="附件")["name"])
    desk.goto(f"/app/warranty-claim/{name}")
    panel = desk.locator(".side-panel").filter(has_text="Drop or paste files here.")
    expect(panel).to_be_visible()
    panel.evaluate(ATTACHED, ["drop", "dataTransfer", "照片.txt"])
    side = desk.locator(".form-side")
    expect(side.get_by_text("照片.txt")).to_be_visible()
    desk.locator("body").evaluate(ATTACHED, ["paste", "clipboardData", "pasted.txt"])
    expect(side.get_by_text("pasted.txt")).to_be_visible()
    with shop.served.client() as client:
        asked = {"filters": f'[["attached_to_name","=","{name}"]]', "fields": '["file_name","is_private"]'}
        found = client.get("/api/resource/File", params=asked).json()["data"]
    assert sorted(row["file_name"] for row in found) == ["pasted.txt", "照片.txt"]
    assert {row["is_private"] for row in found} == {1}


def test_rows_are_put_in_another_order_by_hand_and_by_keys(desk: Page, shop: Shop) -> None:
    rows = [{"item_type": "Labour", "description": text, "qty": 1, "rate": 10} for text in ("拆机", "检测", "装机")]
    with shop.served.client() as client:
        name = str(create(client, "Warranty Claim", customer=shop.customer, complaint="异味", items=rows)["name"])
    desk.goto(f"/app/warranty-claim/{name}")
    grid = desk.get_by_role("grid")
    drawn = grid.locator(".grid-row")
    in_order(drawn, "拆机", "检测", "装机")
    handles = grid.locator(".drag-handle")
    handles.nth(2).drag_to(handles.nth(0))
    in_order(drawn, "装机", "拆机", "检测")
    cell(desk, 1, "Quantity").click()
    desk.keyboard.press("Escape")
    desk.keyboard.press("Alt+ArrowDown")
    in_order(drawn, "装机", "检测", "拆机")
    desk.keyboard.press("Control+s")
    expect(desk.get_by_text("Not saved", exact=True)).to_be_hidden()
    kept = stored(shop, "Warranty Claim", name)["items"]
    assert isinstance(kept, list)
    assert [row["description"] for row in kept] == ["装机", "检测", "拆机"]
    desk.reload()
    in_order(drawn, "装机", "检测", "拆机")


def in_order(drawn: Locator, *texts: str) -> None:
    expect(drawn).to_contain_text(list(texts))


def test_the_print_out_is_previewed_in_the_chosen_language(desk: Page, shop: Shop) -> None:
    desk.goto(f"/app/warranty-claim/{shop.claim}")
    desk.get_by_role("button", name="Print", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Print")
    preview = desk.frame_locator("iframe[title=Preview]")
    expect(preview.get_by_role("heading", name="Warranty Claim Receipt")).to_be_visible()
    dialog.get_by_role("combobox", name="Language").press("Enter")
    desk.get_by_role("option", name="简体中文").click()
    expect(preview.get_by_role("heading", name="保修受理单")).to_be_visible()
    expect(dialog.get_by_role("link", name="PDF")).to_have_attribute("href", re.compile("_lang=zh"))


def test_a_letterhead_is_chosen_for_the_print_out(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        create(client, "Letter Head", letter_head_name="East", content="<b>华东分公司</b>")
    desk.goto(f"/app/warranty-claim/{shop.claim}")
    desk.get_by_role("button", name="Print", exact=True).click()
    dialog = desk.get_by_role("dialog", name=f"Print {shop.claim}", exact=True)
    preview = desk.frame_locator("iframe[title=Preview]")
    for chosen, shown in (("East", 1), ("None", 0)):
        dialog.get_by_role("combobox", name="Letterhead", exact=True).press("Enter")
        desk.get_by_role("option", name=chosen, exact=True).click()
        expect(dialog.locator("iframe")).to_have_attribute("aria-busy", "false")
        expect(preview.get_by_text("华东分公司", exact=True)).to_have_count(shown)


def test_a_thousand_rows_are_drawn_as_far_as_they_are_seen(desk: Page, shop: Shop) -> None:
    rows = [{"item_type": "Labour", "description": f"检测 {n}", "qty": 1, "rate": 1} for n in range(1000)]
    with shop.served.client() as client:
        name = create(client, "Warranty Claim", customer=shop.customer, complaint="大单", items=rows)["name"]
    desk.goto(f"/app/warranty-claim/{name}")
    grid = desk.get_by_role("grid")
    grid.locator("[data-cell='0:2']").click()
    desk.keyboard.press("Escape")
    for row in range(10, 310, 10):
        desk.keyboard.press("PageDown")
        expect(grid.locator(f"[data-cell='{row}:2']")).to_be_focused()
    assert grid.locator(".grid-row").count() < 80
    desk.keyboard.type("Row 300 换轴承")
    desk.keyboard.press("Escape")
    expect(grid.locator("[data-cell='300:2']")).to_have_text("Row 300 换轴承")
    expect(grid.locator("[data-cell='300:2']")).to_be_focused()
    type_while_the_rows_are_scrolled(desk, grid)
    desk.keyboard.press("Control+s")
    expect(desk.get_by_text("Not saved", exact=True)).to_be_hidden()
    expect(grid.locator("[data-cell='301:2']")).to_be_focused()
    kept = stored(shop, "Warranty Claim", str(name))["items"]
    assert isinstance(kept, list)
    descriptions = [kept[at]["description"] for at in (299, 300, 999)]
    assert descriptions == ["检测 299", "Row 300 换轴承和油封。", "检测 999"]


def type_while_the_rows_are_scrolled(page: Page, grid: Locator) -> None:
    """What has the focus stays, wherever one looks; the next key leads back to it."""
    cell, below = grid.locator("[data-cell='300:2']"), grid.locator("[data-cell='301:2']")
    scroll(page, "0")
    expect(grid.locator("[data-cell='0:2']")).to_be_visible()
    expect(cell).to_be_focused()
    page.keyboard.type("Row 300 换轴承和油封")
    scroll(page, "element.scrollHeight")
    expect(grid.locator("[data-cell='999:2']")).to_be_visible()
    page.keyboard.type("。")
    page.keyboard.press("Enter")
    expect(below).to_be_focused()
    expect(below).to_be_in_viewport()


def scroll(page: Page, top: str) -> None:
    """Scroll the rows of the only grid, as a wheel does: the focus is left alone."""
    page.locator(".grid-scroll").evaluate(f"element => {{ element.scrollTop = {top} }}")


def test_cells_of_a_spreadsheet_are_pasted_and_a_wrong_one_says_so(desk: Page, shop: Shop) -> None:
    desk.goto(f"/app/warranty-claim/{shop.claim}")
    desk.get_by_role("grid").locator("[data-cell='0:0']").click()
    desk.keyboard.press("Escape")
    text = "Part\t\t轴承\t2\t￥80.50\nLabour\t\t调试\tmany\t60"
    desk.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text);
        document.querySelector("[data-cell='0:0']").dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })) }""",
        text,
    )
    expect(cell(desk, 0, "Amount")).to_contain_text("161")
    expect(cell(desk, 1, "Quantity")).to_contain_text("Enter a number.")
    cell(desk, 1, "Quantity").click()
    desk.keyboard.press("Control+a")
    desk.keyboard.type("3")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("grid").locator("tfoot")).to_contain_text("341")


def test_a_linked_record_is_made_without_leaving(desk: Page, shop: Shop) -> None:
    desk.goto(f"/app/customer/{shop.customer}")
    desk.get_by_label("Territory", exact=True).click()
    desk.keyboard.type("青浦新区")
    desk.get_by_role("button", name="New Territory").click()
    dialog = desk.get_by_role("dialog", name="New Territory")
    expect(dialog.get_by_label("Territory Name")).to_have_value("青浦新区")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_be_hidden()
    expect(desk.locator('[data-fieldname="territory"]')).to_contain_text("青浦新区")
    expect(desk.get_by_text("Not saved")).to_be_visible()


def test_connections_are_counted_and_lead_to_a_new_record(desk: Page, shop: Shop) -> None:
    desk.goto(f"/app/customer/{shop.customer}")
    connections = desk.locator(".connections")
    expect(connections.get_by_role("link", name="Warranty Claim").first).to_contain_text(re.compile(r"[1-9]"))
    connections.get_by_role("button", name="New Opportunity").first.click()
    desk.wait_for_url("**/app/opportunity/new-opportunity")
    expect(desk.locator('[data-fieldname="customer"]')).to_contain_text("上海钢铁集团")


def test_a_figure_opens_the_records_behind_it(customer: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        about = {"reference_doctype": "Customer", "reference_docname": shop.customer}
        create(client, "Call Log", type="Incoming", status="Completed", start_time="2026-03-31 10:00:00", **about)
    customer.reload()
    customer.get_by_role("button", name="Contacts in Figures", exact=True).click()
    customer.get_by_role("button", name="1: show the records behind Calls", exact=True).click()
    customer.wait_for_url("**/app/call-log?filters=*")
    expect(customer.get_by_role("heading", name="Call Log", exact=True)).to_be_visible()
    expect(customer.get_by_text("Incoming", exact=True).first).to_be_visible()
