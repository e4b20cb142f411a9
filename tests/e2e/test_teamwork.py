"""Working together in a real browser: assign, tag, comment, ask why, many rows, saved views, a lost password."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from support.browser import Complaints
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture
def claim(desk: Page, shop: Shop) -> Page:
    """The form of a warranty claim."""
    desk.goto(f"/app/warranty-claim/{shop.claim}")
    expect(desk.get_by_role("heading", name="上海钢铁集团")).to_be_visible()
    return desk


def test_a_document_is_tagged_and_commented(claim: Page) -> None:
    tag = claim.get_by_label("Add a tag")
    tag.fill("重点客户")
    tag.press("Enter")
    side = claim.locator(".social")
    expect(side.get_by_text("重点客户")).to_be_visible()
    claim.get_by_placeholder("Write a comment").fill("请 @nobody@example.com 回电")
    claim.get_by_role("button", name="Comment", exact=True).click()
    expect(claim.locator(".entries")).to_contain_text("请 @nobody@example.com 回电")
    claim.reload()
    expect(claim.locator(".social").get_by_text("重点客户")).to_be_visible()


def test_a_field_tells_why_it_is_locked(claim: Page) -> None:
    field = claim.locator('[data-fieldname="customer_name"]')
    field.hover()
    field.get_by_role("button", name="Why?").click()
    dialog = claim.get_by_role("dialog", name="Why? Customer Name")
    expect(dialog).to_contain_text("The definition says that the field is read-only.")
    expect(dialog).to_contain_text("Administrator may do everything.")
    dialog.get_by_role("button", name="Close").click()
    claim.get_by_label("Serial No").press("F1")
    expect(claim.get_by_role("dialog", name="Why? Serial No")).to_contain_text("Why it can be changed")


def test_a_field_of_a_new_document_tells_which_pack_has_set_it(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        covered = {"complaint": "漏水", "complaint_date": "2026-01-02", "warranty_expiry_date": "2030-01-01"}
        made = create(client, "Warranty Claim", customer=shop.customer, **covered)
    desk.goto(f"/app/warranty-claim/{made['name']}")
    expect(desk.get_by_role("heading", name="上海钢铁集团")).to_be_visible()
    field = desk.locator('[data-fieldname="warranty_amc_status"]')
    field.hover()
    field.get_by_role("button", name="Why?").click()
    dialog = desk.get_by_role("dialog", name="Why? Warranty Status", exact=True)
    expect(dialog).to_contain_text("Set to Under Warranty by Warranty Claim.")
    expect(dialog).to_contain_text("because the document was created.")


def test_many_rows_are_tagged_with_a_result_for_each(desk: Page) -> None:
    desk.goto("/app/customer")
    desk.get_by_label("Select all rows").check()
    expect(desk.get_by_text("5 selected")).to_be_visible()
    desk.get_by_role("button", name="Tag", exact=True).click()
    desk.get_by_label("Add a tag").fill("年度回访")
    desk.get_by_label("Add a tag").press("Enter")
    result = desk.get_by_role("dialog", name="Tag")
    expect(result).to_contain_text("5 done, 0 refused, of 5")
    result.get_by_role("button", name="Close", exact=True).click()
    expect(desk.get_by_text("5 selected")).to_be_hidden()


def test_a_refused_row_says_why_and_stays(desk: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("417")
    desk.goto("/app/customer?q=上海")
    desk.get_by_label("Select 上海钢铁集团").check()
    desk.get_by_role("button", name="Delete", exact=True).click()
    desk.get_by_role("dialog").get_by_role("button", name="Delete").click()
    result = desk.get_by_role("dialog", name="Delete", exact=True)
    expect(result).to_contain_text("0 done, 1 refused, of 1")
    expect(result).to_contain_text(shop.claim)


def test_what_was_deleted_in_a_list_or_a_form_is_taken_back_from_the_notice(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        for name in ("删错的行业", "删错的行业二"):
            create(client, "Industry", industry=name)
    desk.goto("/app/industry?q=删错的行业")
    for name in ("删错的行业", "删错的行业二"):
        desk.get_by_label(f"Select {name}", exact=True).check()
    desk.get_by_role("button", name="Delete", exact=True).click()
    asked = desk.get_by_role("dialog", name="Delete 2 records?", exact=True)
    expect(asked).to_contain_text("You can undo this for an hour.")
    asked.get_by_role("button", name="Delete", exact=True).click()
    result = desk.get_by_role("dialog", name="Delete", exact=True)
    expect(result).to_contain_text("2 done, 0 refused, of 2")
    result.get_by_role("button", name="Close", exact=True).click()
    desk.get_by_role("button", name="Undo", exact=True).click()
    expect(desk.get_by_text("2 records are back", exact=True)).to_be_visible()
    expect(desk.get_by_label("Select 删错的行业二", exact=True)).to_be_visible()

    desk.goto("/app/industry/删错的行业")
    desk.get_by_role("button", name="More actions", exact=True).click()
    desk.get_by_role("menuitem", name="Delete", exact=True).click()
    asked = desk.get_by_role("dialog", name="Delete 删错的行业?", exact=True)
    asked.get_by_role("button", name="Delete", exact=True).click()
    desk.get_by_role("button", name="Undo", exact=True).click()
    expect(desk).to_have_url(re.compile("/app/industry/"))
    expect(desk.get_by_role("heading", name="删错的行业", level=1)).to_be_visible()
    with shop.served.client() as client:
        for name in ("删错的行业", "删错的行业二"):
            assert client.delete(f"/api/resource/Industry/{name}").status_code == httpx.codes.ACCEPTED


def test_a_saved_view_comes_back(desk: Page) -> None:
    desk.goto("/app/customer?q=科技&columns=website")
    desk.get_by_role("button", name="Views").click()
    desk.get_by_role("menuitem", name="Save this view…").click()
    dialog = desk.get_by_role("dialog", name="Save this view")
    dialog.get_by_label("Name").fill("科技公司")
    dialog.get_by_role("button", name="Save").click()
    desk.goto("/app/customer")
    expect(desk.locator("table.list tbody tr")).to_have_count(5)
    desk.get_by_role("button", name="Views").click()
    desk.get_by_role("menuitem", name="科技公司").click()
    expect(desk.locator("table.list tbody tr")).to_have_count(1)
    expect(desk.get_by_role("columnheader", name="Website")).to_be_visible()


def test_a_cell_is_edited_in_place(desk: Page) -> None:
    desk.goto("/app/customer?q=Betatech&columns=website")
    cell = desk.locator("table.list tbody td[data-label='Website']")
    cell.hover()
    cell.get_by_role("button", name="Edit Website").click()
    expect(cell.get_by_role("textbox", name="Website", exact=True)).to_be_focused()
    desk.keyboard.press("Control+a")
    desk.keyboard.type("https://beta.example.cn")
    desk.keyboard.press("Enter")
    expect(cell).to_have_text("https://beta.example.cn")
    expect(cell.get_by_role("button", name="Edit Website", exact=True)).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.type("dropped")
    desk.keyboard.press("Escape")
    expect(cell).to_have_text("https://beta.example.cn")


def test_a_changed_cell_is_changed_back(desk: Page) -> None:
    desk.goto("/app/customer?q=Acme&columns=tax_id")
    cell = desk.locator("table.list tbody td[data-label='Tax ID']")
    cell.hover()
    cell.get_by_role("button", name="Edit Tax ID", exact=True).click()
    expect(cell.get_by_role("textbox", name="Tax ID", exact=True)).to_be_focused()
    desk.keyboard.type("ACME-9")
    desk.keyboard.press("Enter")
    expect(cell).to_have_text("ACME-9")
    desk.get_by_role("button", name="Undo", exact=True).click()
    expect(cell).to_have_text("")


def test_a_cell_that_is_refused_says_why_and_keeps_what_was_typed(desk: Page, complaints: Complaints) -> None:
    complaints.expect("417")
    desk.goto("/app/customer?q=Betatech&columns=email_id")
    cell = desk.locator("table.list tbody td[data-label='Email']")
    cell.hover()
    cell.get_by_role("button", name="Edit Email", exact=True).click()
    box = cell.get_by_role("textbox", name="Email", exact=True)
    box.fill("not an address")
    box.press("Enter")
    expect(cell.get_by_role("alert")).to_contain_text("not an address")
    expect(box).to_have_value("not an address")


def test_a_choice_in_a_cell_is_kept_at_once(desk: Page) -> None:
    desk.goto("/app/customer?q=Betatech&columns=customer_type")
    cell = desk.locator("table.list tbody td[data-label='Customer Type']")
    for chosen in ("Individual", "Company"):
        cell.hover()
        cell.get_by_role("button", name="Edit Customer Type", exact=True).click()
        cell.get_by_role("combobox", name="Customer Type", exact=True).press("Enter")
        desk.get_by_role("option", name=chosen, exact=True).click()
        expect(cell).to_have_text(chosen)


def test_a_lost_password_is_asked_for_without_telling_who_has_an_account(stranger: Page) -> None:
    stranger.goto("/login")
    stranger.get_by_role("link", name="Forgot your password?").click()
    stranger.wait_for_url("**/update-password")
    stranger.get_by_label("E-mail or user name").fill("nobody@example.com")
    stranger.get_by_role("button", name="Send the link").click()
    expect(stranger.get_by_role("status")).to_contain_text(re.compile("If there is such an account"))
