"""Working together in a real browser: share, mention, assign, tag, comment, many rows, saved views, a lost password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import CALM, Complaints, opened
from support.served import create
from support.shop import Shop, storage_of

pytestmark = pytest.mark.e2e

PASSWORD = "a long enough 密码 8"


@pytest.fixture
def claim(desk: Page, shop: Shop) -> Page:
    """The form of a warranty claim."""
    desk.goto(f"/app/warranty-claim/{shop.claim}")
    expect(desk.get_by_role("heading", name="上海钢铁集团")).to_be_visible()
    return desk


@contextmanager
def at_work(browser: Browser, shop: Shop, complaints: Complaints, role: str) -> Iterator[Page]:
    """A page of a colleague who has one role."""
    user = f"{role.replace(' ', '.').lower()}@team.example.com"
    with shop.served.client() as admin:
        if admin.get(f"/api/resource/User/{user}").status_code == httpx.codes.NOT_FOUND:
            create(admin, "User", email=user, first_name=f"同事{role}", new_password=PASSWORD, roles=[{"role": role}])
    storage = storage_of(shop.served.session(user, PASSWORD))
    size = {"width": 1440, "height": 900}
    with opened(browser, shop.served.url, viewport=size, storage_state=storage, **CALM) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


@pytest.fixture
def auditor(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """Somebody whose role opens no claims."""
    with at_work(browser, shop, complaints, "Auditor") as page:
        yield page


@pytest.fixture
def seller(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    with at_work(browser, shop, complaints, "Sales User") as page:
        yield page


def choose_person(page: Page, label: str, name: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).fill(name)
    page.get_by_role("option", name=name).click()


def test_a_document_is_shared_with_a_colleague_and_closed_again(claim: Page, auditor: Page, shop: Shop) -> None:
    path = f"/app/warranty-claim/{shop.claim}"
    choose_person(claim, "Share with…", "同事Auditor")
    shared = claim.locator(".social li", has_text="同事Auditor")
    expect(shared).to_be_visible()
    auditor.goto(path)
    expect(auditor.get_by_role("heading", name="上海钢铁集团", level=1)).to_be_visible()
    expect(auditor.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    shared.get_by_role("button", name="Take off 同事Auditor", exact=True).click()
    expect(shared).to_be_hidden()
    auditor.reload()
    expect(auditor.get_by_role("heading", name="上海钢铁集团", level=1)).to_be_hidden()
    expect(auditor.get_by_role("main").get_by_role("heading").first).to_be_visible()


def test_who_is_mentioned_in_a_comment_is_told_and_led_there(desk: Page, seller: Page, shop: Shop) -> None:
    with seller.expect_response("**/api/events"):
        seller.goto("/app/contact")
    expect(seller.get_by_role("button", name=re.compile("^Notifications, "))).to_be_visible()
    desk.goto(f"/app/customer/{shop.customer}")
    box = desk.get_by_placeholder("Write a comment")
    box.press_sequentially("请 @同事Sales")
    desk.get_by_role("option", name="同事Sales User").click()
    expect(box).to_have_value(re.compile("@sales.user@team.example.com"))
    box.press_sequentially("看一下报价")
    desk.get_by_role("button", name="Comment", exact=True).click()
    expect(desk.locator(".entries")).to_contain_text("看一下报价")
    seller.get_by_role("button", name=re.compile("^Notifications, [1-9]")).click()
    news = seller.get_by_role("dialog", name="Notifications", exact=True).get_by_role("listitem")
    news.get_by_role("button").filter(has_text="mentioned").first.click()
    seller.wait_for_url(f"**/app/customer/{shop.customer}")


def test_many_rows_are_assigned_with_a_result_for_each(desk: Page, seller: Page, shop: Shop) -> None:
    desk.goto("/app/customer")
    for name in ("Acme Tools", "Betatech"):
        desk.get_by_label(f"Select {name}", exact=True).check()
    desk.get_by_role("button", name="Assign", exact=True).click()
    choose_person(desk, "Assign to…", "同事Sales User")
    result = desk.get_by_role("dialog", name="Assign", exact=True)
    expect(result).to_contain_text("2 done, 0 refused, of 2")
    for name in ("Acme Tools", "Betatech"):
        expect(result.get_by_role("listitem").filter(has_text=name)).to_contain_text("done")
    result.get_by_role("button", name="Close", exact=True).click()
    with shop.served.client() as client:
        asked = {"filters": '[["allocated_to","=","sales.user@team.example.com"]]', "fields": '["reference_type"]'}
        found = client.get("/api/resource/ToDo", params=asked).json()["data"]
    assert found == [{"reference_type": "Customer"}] * 2


def test_a_row_that_cannot_be_assigned_says_why(desk: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("404")
    with shop.served.client() as client:
        for name in ("Assigned Industry", "Gone Industry"):
            create(client, "Industry", industry=name)
        desk.goto("/app/industry?q=Industry")
        for name in ("Assigned Industry", "Gone Industry"):
            desk.get_by_label(f"Select {name}", exact=True).check()
        client.delete("/api/resource/Industry/Gone Industry").raise_for_status()
    desk.get_by_role("button", name="Assign", exact=True).click()
    choose_person(desk, "Assign to…", "Administrator")
    result = desk.get_by_role("dialog", name="Assign", exact=True)
    expect(result).to_contain_text("1 done, 1 refused, of 2")
    refused = result.get_by_role("listitem").filter(has_text="Gone Industry")
    expect(refused).to_contain_text("Industry Gone Industry not found")
    expect(result.get_by_role("listitem").filter(has_text="Assigned Industry")).to_contain_text("done")


MEMO = {
    "name": "Team Memo",
    "module": "Core",
    "custom": 1,
    "autoname": "field:subject",
    "is_submittable": 1,
    "fields": [
        {"fieldname": "subject", "label": "Subject", "fieldtype": "Data", "reqd": 1},
        {"fieldname": "body", "label": "Body", "fieldtype": "Small Text"},
    ],
    "permissions": [
        {"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1, "submit": 1, "share": 1},
        {"role": "Sales User", "read": 1},
        {"role": "Sales User", "if_owner": 1, "read": 1, "write": 1, "create": 1, "delete": 1, "submit": 1},
    ],
}


@pytest.fixture(scope="module")
def memo(shop: Shop) -> str:
    """A memo of the Administrator, of a DocType of which sellers change and submit their own documents only."""
    with shop.served.client() as client:
        create(client, "DocType", **MEMO)
        return str(create(client, "Team Memo", subject="Rules", body="1")["name"])


def test_a_form_offers_what_is_open_on_the_document(seller: Page, shop: Shop, memo: str) -> None:
    header = seller.locator(".form-header")
    save = header.get_by_role("button", name="Save", exact=True)
    reason = "Role Sales User may {action} Team Memo that the user owns."
    seller.goto(f"/app/team-memo/{memo}")
    expect(header.get_by_role("heading", name="Rules")).to_be_visible()
    expect(save).to_be_hidden()
    expect(header.get_by_role("button", name="Submit", exact=True)).to_be_hidden()
    expect(seller.locator('[data-fieldname="body"] textarea')).to_be_hidden()
    header.get_by_role("button", name="Actions that are not open", exact=True).click()
    for act, action in (("Submit", "submit"), ("Save", "write")):
        closed = seller.get_by_role("menuitem").filter(has_text=act).filter(has_text=reason.format(action=action))
        expect(closed).to_have_attribute("aria-disabled", "true")
    seller.keyboard.press("Escape")
    header.get_by_role("button", name="More actions", exact=True).click()
    delete = seller.get_by_role("menuitem").filter(has_text="Delete")
    expect(delete).to_have_attribute("aria-disabled", "true")
    expect(delete).to_contain_text(reason.format(action="delete"))
    with shop.served.client() as client:
        shared = {"doctype": "Team Memo", "name": memo, "user": "sales.user@team.example.com", "read": 1, "write": 1}
        client.post("/api/method/frappe.share.add", json=shared).raise_for_status()
    seller.reload()
    seller.locator('[data-fieldname="body"] textarea').fill("2")
    with seller.expect_response(f"**/api/resource/Team%20Memo/{memo}") as saved:
        save.click()
    assert saved.value.json()["data"]["body"] == "2"
    expect(header).not_to_contain_text("Not saved")


def test_an_own_document_is_open_until_it_is_submitted(seller: Page, shop: Shop, memo: str) -> None:
    assert memo
    header = seller.locator(".form-header")
    seller.goto("/app/team-memo/new-team-memo")
    seller.get_by_label("Subject").fill("Mine")
    seller.keyboard.press("Control+s")
    seller.wait_for_url("**/app/team-memo/Mine")
    submit = header.get_by_role("button", name="Submit", exact=True)
    expect(submit).to_be_visible()
    expect(header.get_by_role("button", name="Actions that are not open", exact=True)).to_be_hidden()
    submit.click()
    seller.get_by_role("dialog", name="Submit?", exact=True).get_by_role("button", name="Submit", exact=True).click()
    expect(submit).to_be_hidden()
    expect(header).to_contain_text("Submitted")
    header.get_by_role("button", name="More actions", exact=True).click()
    delete = seller.get_by_role("menuitem").filter(has_text="Delete")
    expect(delete).to_contain_text("Submitted Team Memo Mine cannot be deleted. Cancel it first.")
    expect(delete).to_have_attribute("aria-disabled", "true")
    # The right to cancel is in none of the seller's roles: nothing is said of it.
    expect(header.get_by_role("button", name="Cancel document", exact=True)).to_be_hidden()
    expect(header.get_by_role("button", name="Actions that are not open", exact=True)).to_be_hidden()


def test_many_rows_are_edited_and_those_of_others_say_why_not(
    seller: Page, shop: Shop, memo: str, complaints: Complaints
) -> None:
    complaints.expect("403")
    assert memo
    with shop.served.client("sales.user@team.example.com", PASSWORD) as own, shop.served.client() as admin:
        create(own, "Team Memo", subject="Bulk mine", body="1")
        create(admin, "Team Memo", subject="Bulk of others", body="1")
    seller.goto("/app/team-memo?q=Bulk")
    for name in ("Bulk mine", "Bulk of others"):
        seller.get_by_label(f"Select {name}", exact=True).check()
    seller.get_by_role("button", name="Edit a field", exact=True).click()
    asked = seller.get_by_role("dialog", name="Edit a field of 2 records", exact=True)
    asked.get_by_role("combobox", name="Field", exact=True).click()
    seller.get_by_role("option", name="Body", exact=True).click()
    asked.get_by_role("textbox", name="Body", exact=True).fill("2")
    asked.get_by_role("button", name="Apply", exact=True).click()
    result = seller.get_by_role("dialog", name="Edit Body", exact=True)
    expect(result).to_contain_text("1 done, 1 refused, of 2")
    expect(result.get_by_role("listitem").filter(has_text="Bulk of others")).to_contain_text("Insufficient Permission")
    with shop.served.client() as client:
        asked_for = {"filters": '[["subject","like","Bulk%"]]', "fields": '["body"]', "order_by": "subject asc"}
        found = client.get("/api/resource/Team Memo", params=asked_for).json()["data"]
    assert [row["body"] for row in found] == ["2", "1"]


def test_a_cell_of_somebody_elses_record_says_why_it_is_closed(seller: Page, shop: Shop, memo: str) -> None:
    assert memo
    with shop.served.client("sales.user@team.example.com", PASSWORD) as own, shop.served.client() as admin:
        create(own, "Team Memo", subject="Cell mine", body="1")
        create(admin, "Team Memo", subject="Cell of others", body="1")
    seller.goto("/app/team-memo?q=Cell&columns=body")
    for name, is_open in (("Cell of others", False), ("Cell mine", True)):
        cell = seller.locator("table.list tbody tr").filter(has_text=name).locator('[data-field="body"]')
        cell.hover()
        with seller.expect_response("**/crm.desk.rights?*"):
            cell.get_by_role("button", name="Edit Body", exact=True).click()
        editor = cell.get_by_role("group", name="Edit Body", exact=True)
        reason = editor.get_by_role("alert").filter(has_text="that the user owns")
        expect(reason).to_have_count(0 if is_open else 1)
        expect(editor.get_by_role("button", name="Save", exact=True)).to_be_enabled(enabled=is_open)
        editor.get_by_role("button", name="Cancel", exact=True).click()
        expect(editor).to_be_hidden()


def test_many_rows_are_moved_on_and_one_that_cannot_says_why(desk: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("417")
    with shop.served.client() as client:
        found = client.get("/api/resource/Customer", params={"fields": '["name","customer_name"]'}).json()["data"]
        by_name = {row["customer_name"]: row["name"] for row in found}
        under_check, open_one = (
            create(client, "Warranty Claim", customer=by_name[customer], complaint="批量流转")
            for customer in ("Acme Tools", "Betatech")
        )
        step = {"doc": {"doctype": "Warranty Claim", "name": under_check["name"]}, "action": "Start Check"}
        client.post("/api/method/frappe.model.workflow.apply_workflow", json=step).raise_for_status()
    desk.goto('/app/warranty-claim?filters=[["complaint","=","批量流转"]]&sort=name desc')
    for customer in ("Betatech", "Acme Tools"):
        desk.get_by_label(f"Select {customer}", exact=True).check()
    desk.get_by_role("toolbar", name="Selected rows").get_by_role("button", name="Start Check", exact=True).click()
    desk.get_by_role("dialog", name="Start Check: 2 records?").get_by_role("button", name="Start Check").click()
    result = desk.get_by_role("dialog", name="Start Check", exact=True)
    expect(result).to_contain_text("1 done, 1 refused, of 2")
    expect(result.get_by_role("listitem").filter(has_text="Acme Tools")).to_contain_text("Not a valid Workflow Action")
    with shop.served.client() as client:
        moved = client.get(f"/api/resource/Warranty Claim/{open_one['name']}").json()["data"]
    assert moved["workflow_state"] == "Under Check"


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


def test_a_shared_view_opens_the_list_of_a_colleague_until_it_goes(desk: Page, seller: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        for name in ("远期汇票甲", "远期汇票乙"):
            create(client, "Mode of Payment", mode_of_payment=name)
    desk.goto("/app/mode-of-payment?q=远期汇票甲")
    desk.get_by_role("button", name="Views", exact=True).click()
    desk.get_by_role("menuitem", name="Save this view…", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Save this view", exact=True)
    dialog.get_by_label("Name", exact=True).fill("只看汇票")
    for choice in ("Share with everybody", "Open the list with this view"):
        dialog.locator(".el-checkbox", has_text=choice).click()
        expect(dialog.get_by_role("checkbox", name=choice, exact=True)).to_be_checked()
    dialog.get_by_role("button", name="Save", exact=True).click()
    saved = desk.get_by_role("button", name="只看汇票", exact=True)
    expect(saved).to_be_visible()

    seller.goto("/app/mode-of-payment")
    expect(seller.get_by_role("button", name="只看汇票", exact=True)).to_be_visible()
    expect(seller.locator("table.list tbody tr")).to_have_text(re.compile("远期汇票甲"))
    seller.get_by_role("button", name="只看汇票", exact=True).click()
    expect(seller.get_by_role("menuitem", name="只看汇票")).to_contain_text("shared")
    expect(seller.get_by_role("menuitem", name="Delete this view", exact=True)).to_have_count(0)

    saved.click()
    desk.get_by_role("menuitem", name="Delete this view", exact=True).click()
    desk.get_by_role("dialog", name="Delete 只看汇票?", exact=True).get_by_role("button", name="Delete").click()
    expect(saved).to_be_hidden()
    seller.goto("/app/mode-of-payment")
    expect(seller.get_by_role("link", name="远期汇票乙", exact=True)).to_be_visible()


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
