"""The life of a document in a real browser: versions restored, calls noted, mails written, duplicates merged."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from support.browser import Complaints
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """The records of these tests are nobody else's."""
    return own_shop


@pytest.fixture
def customer(shop: Shop) -> str:
    """A customer whose website was changed once."""
    with shop.served.client() as client:
        made = create(client, "Customer", customer_name="历史公司", customer_type="Company", website="https://alt.cn")
        client.put(f"/api/resource/Customer/{made['name']}", json={"website": "https://neu.cn"}).raise_for_status()
        return str(made["name"])


def test_what_was_before_a_change_is_restored(desk: Page, customer: str) -> None:
    desk.goto(f"/app/customer/{customer}")
    entry = desk.locator(".entries .is-change", has_text="https://alt.cn")
    entry.get_by_role("button", name="Restore what was before…").click()
    dialog = desk.get_by_role("dialog", name="Restore what was before this change")
    expect(dialog.get_by_role("row", name="Website https://neu.cn https://alt.cn")).to_be_visible()
    dialog.get_by_role("button", name="Restore", exact=True).click()
    expect(desk.get_by_label("Website")).to_have_value("https://alt.cn")
    expect(desk.locator(".entries .is-change")).to_have_count(2)


def test_a_call_is_noted_and_found_by_its_kind(desk: Page, customer: str) -> None:
    desk.goto(f"/app/customer/{customer}")
    desk.get_by_role("button", name="Mail or call…").click()
    dialog = desk.get_by_role("dialog", name="Mail or call")
    dialog.locator(".el-select").first.click()
    desk.get_by_role("option", name="Phone call").click()
    dialog.get_by_label("Subject").fill("催款")
    dialog.get_by_role("textbox", name="Message").fill("下周付款")
    dialog.get_by_role("button", name="Save").click()
    desk.get_by_role("button", name="Mails and calls").click()
    expect(desk.locator(".entries li")).to_have_count(1)
    expect(desk.locator(".entries")).to_contain_text("催款")
    expect(desk.locator(".entries")).to_contain_text("Phone call")


def test_a_mail_that_cannot_be_sent_keeps_what_was_written(desk: Page, customer: str, complaints: Complaints) -> None:
    complaints.expect("417")
    desk.goto(f"/app/customer/{customer}")
    desk.get_by_role("button", name="Print", exact=True).click()
    printing = desk.get_by_role("dialog", name=f"Print {customer}")
    printing.get_by_role("button", name="Mail…").click()
    dialog = desk.get_by_role("dialog", name="Mail or call")
    expect(dialog.get_by_label("This document as PDF")).to_be_checked()
    to = dialog.get_by_role("combobox", name="To", exact=True)
    to.fill("zhang@example.org")
    desk.get_by_role("option", name="zhang@example.org").click()
    dialog.get_by_label("Subject").fill("报价")
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("no outgoing Email Account")
    expect(dialog.get_by_label("Subject")).to_have_value("报价")


def test_duplicates_are_offered_found_merged_and_parted(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        create(client, "Customer", customer_name="双子科技有限公司", customer_type="Company", mobile_no="139 1111 2222")
        create(client, "Customer", customer_name="双子科技", customer_type="Company", website="https://zwei.cn")
    desk.goto("/app/customer/new-customer")
    desk.get_by_label("Customer Name").fill("双子科技")
    banner = desk.locator(".banner")
    expect(banner).to_contain_text("双子科技有限公司")
    expect(banner).to_contain_text("Customer Name")
    desk.goto("/app/duplicates/customer")
    desk.get_by_role("button", name="Search all records").click()
    pair = desk.locator("li:has(.pair)", has_text="双子科技有限公司")
    pair.get_by_role("button", name="Merge…").click()
    dialog = desk.get_by_role("dialog", name="Merge Customer")
    dialog.get_by_label("Keep 双子科技有限公司").check()
    dialog.get_by_label("Customer Name: 双子科技", exact=True).check()
    dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(desk.get_by_role("heading", name="Merges")).to_be_visible()
    expect(pair).to_have_count(0)
    with shop.served.client() as client:
        asked = {
            "filters": '[["customer_name", "like", "双子%"]]',
            "fields": '["customer_name", "website", "mobile_no"]',
        }
        rows = client.get("/api/resource/Customer", params=asked).json()["data"]
    assert rows == [{"customer_name": "双子科技", "website": "https://zwei.cn", "mobile_no": "139 1111 2222"}]
    desk.get_by_role("button", name="Take back…").click()
    desk.get_by_role("dialog", name="Take this merge back?").get_by_role("button", name="Take back").click()
    expect(desk.get_by_text("Taken back", exact=True)).to_be_visible()


def test_several_records_are_printed_and_exported(desk: Page) -> None:
    desk.goto("/app/customer?q=上海")
    desk.get_by_label("Select 上海钢铁集团").check()
    desk.get_by_role("button", name="Print", exact=True).click()
    link = desk.get_by_role("dialog", name="Print 1 records").get_by_role("link", name="PDF")
    answer = desk.request.get(str(link.get_attribute("href")))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    desk.goto("/app/customer?q=上海")
    desk.get_by_role("button", name="More actions").click()
    desk.get_by_role("menuitem", name="Export…").click()
    dialog = desk.get_by_role("dialog", name="Export")
    dialog.get_by_text("All columns").click()
    with desk.expect_download() as saving:
        dialog.get_by_role("link", name="CSV").click()
    lines = saving.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert "上海钢铁集团" in lines[1]
    assert len(lines) == 2


def test_a_list_is_a_workbook_whose_texts_are_no_formulas(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        for name, website in (("=1+1 公式", "https://a.cn"), ("@SUM 公式", "https://b.cn")):
            create(client, "Customer", customer_name=name, customer_type="Company", website=website)
    desk.goto("/app/customer?q=公式&columns=website&sort=website asc")
    expect(desk.locator("table.list tbody tr")).to_have_count(2)
    desk.get_by_role("button", name="More actions", exact=True).click()
    desk.get_by_role("menuitem", name="Export…", exact=True).click()
    with desk.expect_download() as saving:
        desk.get_by_role("dialog", name="Export", exact=True).get_by_role("link", name="Excel", exact=True).click()
    sheet = load_workbook(saving.value.path().rename(saving.value.path().with_suffix(".xlsx"))).worksheets[0]
    heading, *rows = sheet.iter_rows()
    at = {cell.value: number for number, cell in enumerate(heading)}
    found = [
        [(row[at[label]].value, row[at[label]].data_type) for label in ("Customer Name", "Website")] for row in rows
    ]
    assert found == [
        [("=1+1 公式", "s"), ("https://a.cn", "s")],
        [("@SUM 公式", "s"), ("https://b.cn", "s")],
    ]
