"""The packs of the product in a real browser, all on one site: a story of each, and of a customer whom two serve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.branch import CLERK, Branch, Colleague, opened_branch
from support.browser import PATIENCE, Complaints, opened

pytestmark = pytest.mark.e2e

VIN, MODEL = "1M8GDM9AXKP042788", "EV-1"
ACCOUNT = "6217001234567890"
SIZE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory, packs_template: Path) -> Iterator[Branch]:
    expect.set_options(timeout=PATIENCE)
    with opened_branch(tmp_path_factory.mktemp("branch") / "site", packs_template) as made:
        made.admin.create("Product", product_code=MODEL, product_name="远航 一号", standard_rate=90000, currency="CNY")
        work = [{"description": "首保"}]
        made.admin.create("Maintenance Menu", product=MODEL, mileage=5000, price=300, items=work)
        yield made


@pytest.fixture
def clerk(browser: Browser, branch: Branch, complaints: Complaints) -> Iterator[Page]:
    yield from page_of(browser, branch, branch.clerk, complaints)


@pytest.fixture
def head(browser: Browser, branch: Branch, complaints: Complaints) -> Iterator[Page]:
    yield from page_of(browser, branch, branch.head, complaints)


def page_of(browser: Browser, branch: Branch, who: Colleague, complaints: Complaints) -> Iterator[Page]:
    with opened(browser, branch.served.url, viewport=SIZE, storage_state=who.storage) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def value_of(page: Page, fieldname: str) -> Locator:
    """What a field shows that nobody types in."""
    return page.locator(f'[data-fieldname="{fieldname}"] .field-value')


def press(page: Page, action: str) -> None:
    """Press a button of the form's header, of a workflow or of a pack."""
    page.locator(".form-header").get_by_role("button", name=action, exact=True).click()


def is_in(page: Page, state: str) -> None:
    expect(page.locator(".form-header").get_by_text(state, exact=True)).to_be_visible()


def person(branch: Branch, name: str) -> str:
    return branch.clerk.create("Customer", customer_name=name, customer_type="Individual")


def delivered(branch: Branch, customer: str, vin: str) -> str:
    """A vehicle of the customer, from the order over the factory to the delivery."""
    order = branch.clerk.create("Vehicle Order", customer=customer, product=MODEL, colour="白")
    branch.admin.call("automotive.report_state", order=order, state="In Stock", vin=vin)
    return str(branch.clerk.call("automotive.deliver", name=order)["name"])


def test_an_article_is_written_reviewed_and_found_while_a_request_is_typed(clerk: Page, head: Page) -> None:
    clerk.goto("/app/knowledge-article/new-knowledge-article")
    clerk.get_by_role("textbox", name="Title").fill("伺服电机过载报警")
    clerk.get_by_role("textbox", name="Summary", exact=True).fill("检查负载与制动器")
    clerk.get_by_role("textbox", name="Solution", exact=True).fill("减小加速度")
    press(clerk, "Save")
    press(clerk, "Submit for Review")
    is_in(clerk, "In Review")
    head.goto(clerk.url)
    press(head, "Publish")
    is_in(head, "Published")
    clerk.goto("/app/service-request/new-service-request")
    clerk.get_by_role("textbox", name="Subject").fill("客户说伺服电机一直报警")
    helpful = clerk.get_by_role("status", name="May Help", exact=True)
    expect(helpful).to_contain_text("检查负载与制动器")
    link = helpful.get_by_role("link", name="伺服电机过载报警", exact=True)
    assert (link.get_attribute("href") or "") in head.url
    clerk.get_by_role("textbox", name="Subject").fill("发票抬头写错")
    expect(helpful).to_be_hidden()


def test_a_case_is_reused_revised_and_retained_as_an_article(clerk: Page, head: Page, branch: Branch) -> None:
    solved = branch.clerk.create("Service Request", subject="充电桩跳闸", resolution_details="<p>更换漏电保护器</p>")
    branch.clerk.act("Service Request", solved, "Resolve")
    request = branch.clerk.create("Service Request", subject="充电桩雨天跳闸")
    clerk.goto(f"/app/service-request/{request}")
    case = (
        clerk.get_by_role("status", name="May Help", exact=True).get_by_role("listitem").filter(has_text="充电桩跳闸")
    )
    case.get_by_role("button", name="Reuse Resolution", exact=True).click()
    resolution = clerk.get_by_role("textbox", name="Resolution Details", exact=True)
    expect(resolution).to_contain_text("更换漏电保护器")
    resolution.fill("更换漏电保护器，并给接头做防水")
    press(clerk, "Save")
    press(clerk, "Resolve")
    is_in(clerk, "Resolved")
    press(clerk, "Make Article")
    clerk.wait_for_url("**/app/knowledge-article/*")
    expect(clerk.get_by_role("textbox", name="Solution", exact=True)).to_contain_text("并给接头做防水")
    clerk.locator("input[type=file][aria-hidden=true]").set_input_files(
        {"name": "接线图.txt", "mimeType": "text/plain", "buffer": b"L1 L2 L3"}
    )
    expect(clerk.get_by_role("link", name="接线图.txt", exact=True)).to_be_visible()


def test_an_article_is_linked_both_ways_and_translated_and_a_missing_one_is_told(
    clerk: Page, head: Page, branch: Branch
) -> None:
    article = branch.clerk.create("Knowledge Article", title="防水接头", solution="<p>IP67</p>")
    related = [{"article": article}]
    other = branch.clerk.create(
        "Knowledge Article", title="漏电保护器选型", related=related, solution="<p>A 型</p>", language="zh"
    )
    branch.clerk.act("Knowledge Article", other, "Submit for Review")
    branch.head.act("Knowledge Article", other, "Publish")
    clerk.goto(f"/app/knowledge-article/{article}")
    clerk.get_by_role("link", name="Knowledge Article (Article)").click()
    clerk.get_by_role("link", name="漏电保护器选型", exact=True).click()
    press(clerk, "New Translation")
    clerk.wait_for_url(lambda address: not address.endswith(other))
    draft = branch.clerk.get("Knowledge Article", clerk.url.rpartition("/")[2])
    assert (draft["translation_of"], draft["language"], draft["workflow_state"]) == (other, "en", "Draft")
    branch.clerk.call("knowledge_base.beside_request", subject="换电站灯不亮")
    head.goto("/app/query-report/Searches%20Without%20a%20Result")
    expect(head.get_by_role("cell", name="换电站灯不亮", exact=True)).to_be_visible()


def test_a_claim_becomes_a_repair_and_an_invoice(clerk: Page, head: Page, branch: Branch) -> None:
    customer = person(branch, "北方机械")
    known = {"product": MODEL, "delivered_on": "2025-03-10", "warranty_expiry_date": "2099-03-09"}
    branch.clerk.create("Installed Product", serial_no="SN-E2E", customer=customer, **known)
    row = {"item_type": "Part", "product": MODEL, "description": "主板", "qty": 2, "rate": 75, "covered": 0}
    values = {"complaint": "无法启动", "currency": "CNY", "items": [row]}
    claim = branch.clerk.create("Warranty Claim", customer=customer, installed_product="SN-E2E", **values)
    clerk.goto(f"/app/warranty-claim/{claim}")
    expect(value_of(clerk, "cover_reason")).to_contain_text("Covered until 2099-03-09.")
    press(clerk, "Start Check")
    is_in(clerk, "Under Check")
    head.goto(clerk.url)
    press(head, "Approve")
    press(head, "Make Repair Order")
    head.wait_for_url("**/app/repair-order/*")
    order = head.url.rpartition("/")[2]
    branch.clerk.client.put(f"/api/resource/Repair Order/{order}", json={"technician": CLERK}).raise_for_status()
    clerk.goto(head.url)
    press(clerk, "Start Repair")
    is_in(clerk, "In Repair")
    clerk.get_by_role("textbox", name="Work Done", exact=True).fill("更换主板")
    press(clerk, "Save")
    press(clerk, "Finish")
    is_in(clerk, "Done")
    head.reload()
    press(head, "Make Service Invoice")
    head.wait_for_url("**/app/sales-invoice/*")
    invoice = branch.head.get("Sales Invoice", head.url.rpartition("/")[2])
    assert (invoice["net_total"], invoice["repair_order"]) == (150, order)
    expect(head.get_by_role("grid").first).to_contain_text("150.00")


def test_a_battle_card_is_made_and_printed(head: Page, branch: Branch) -> None:
    points = [{"kind": "Weakness", "point": "没有本地服务", "our_answer": "两小时到场"}]
    name = branch.head.create("Competitor", competitor_name="卡片对手", points=points)
    head.goto(f"/app/competitor/{name}")
    press(head, "Make Battle Card")
    head.wait_for_url("**/app/battle-card/*")
    head.get_by_role("button", name="Print", exact=True).click()
    paper = head.frame_locator("iframe[title=Preview]")
    expect(paper.locator("body")).to_contain_text("两小时到场")


def test_an_account_number_is_seen_by_who_may_with_a_reason(clerk: Page, head: Page, branch: Branch) -> None:
    held = branch.clerk.create(
        "Bank Account", customer=person(branch, "欧阳锋"), product=MODEL, bank_account_no=ACCOUNT
    )
    for page in (clerk, head):
        page.goto(f"/app/bank-account/{held}")
    expect(clerk.get_by_role("textbox", name="Account Number")).to_have_value("•••7890")
    expect(value_of(head, "bank_account_no")).to_have_text("•••7890")
    number = '[data-fieldname="bank_account_no"]'
    expect(clerk.locator(number).get_by_role("button", name="Show", exact=True)).to_have_count(0)
    head.locator(number).get_by_role("button", name="Show", exact=True).click()
    asked = head.get_by_role("dialog", name="Show Account Number", exact=True)
    asked.get_by_role("textbox").fill("核对转账")
    asked.get_by_role("button", name="Show", exact=True).click()
    expect(head.locator(number).get_by_label("Account Number", exact=True).last).to_have_text(ACCOUNT)
    filters = {"event": "Unmasked", "reference_name": held}
    (entry,) = branch.admin.call("frappe.client.get_list", doctype="Audit Log", filters=filters, fields=["*"], limit=5)
    assert entry["user"] == "wu@example.com"
    assert "核对转账" in str(entry)


def test_a_vehicle_at_a_glance_and_its_job_card(clerk: Page, branch: Branch) -> None:
    customer = person(branch, "维修客户")
    vehicle = delivered(branch, customer, VIN)
    solved = {"title": "充电口无法打开", "summary": "检查保险丝", "product": MODEL, "solution": "<p>。</p>"}
    article = branch.clerk.create("Knowledge Article", **solved)
    branch.clerk.act("Knowledge Article", article, "Submit for Review")
    branch.head.act("Knowledge Article", article, "Publish")
    repair = branch.clerk.create(
        "Repair Order", customer=customer, installed_product=vehicle, fault="充电口打不开", currency="CNY"
    )
    clerk.goto(f"/app/installed-product/{vehicle}")
    clerk.get_by_role("link", name="Everything at a glance", exact=True).click()
    expect(clerk.get_by_role("definition").filter(has_text="维修客户")).to_be_visible()
    for shown in ("Service History", "Owners", "Maintenance Plan", "Vehicle Order", "Care Contact", "Repair Order"):
        expect(clerk.get_by_role("heading", name=shown)).to_be_visible()
    expect(clerk.get_by_role("cell", name="Anniversary", exact=True).first).to_be_visible()
    clerk.goto(f"/app/repair-order/{repair}")
    expect(value_of(clerk, "known_solutions")).to_contain_text("检查保险丝")
    clerk.get_by_role("button", name="Print", exact=True).click()
    clerk.get_by_role("dialog").get_by_role("combobox", name="Format", exact=True).press("Enter")
    clerk.get_by_role("option", name="Service Job Card", exact=True).click()
    paper = clerk.frame_locator("iframe[title=Preview]")
    expect(paper.locator("body")).to_contain_text("检查保险丝")
    expect(paper.locator("body")).to_contain_text(VIN)


def test_a_bank_client_who_owns_a_car_is_served_by_both(clerk: Page, head: Page, branch: Branch) -> None:
    customer = person(branch, "赵长江")
    branch.clerk.create(
        "Bank Account", customer=customer, product=MODEL, bank_account_no="6217001234567891", balance=2500
    )
    order = branch.clerk.create("Vehicle Order", customer=customer, product=MODEL)
    branch.admin.call("automotive.report_state", order=order, state="In Transit", vin="11111111111111111")
    review = {"reason": "New Customer", "proposed_risk": "Medium", "findings": "资金来源清晰"}
    kyc = branch.clerk.create("KYC Review", customer=customer, **review)
    branch.clerk.act("KYC Review", kyc, "Submit for Review")
    clerk.goto(f"/app/vehicle-order/{order}")
    press(clerk, "Deliver")
    asked = clerk.get_by_role("dialog", name="Deliver?", exact=True)
    expect(asked).to_contain_text("This cannot be undone.")
    asked.get_by_role("button", name="Deliver", exact=True).click()
    clerk.wait_for_url("**/app/installed-product/11111111111111111")
    clerk.goto(f"/app/kyc-review/{kyc}")
    is_in(clerk, "In Review")
    expect(clerk.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    head.goto(clerk.url)
    press(head, "Approve")
    is_in(head, "Approved")
    head.goto(f"/app/customer/{customer}")
    for fieldname, text in (
        ("bank_accounts", "1"),
        ("vehicles_owned", "1"),
        ("kyc_reviewed_on", str(date.today().year)),
    ):
        expect(value_of(head, fieldname)).to_contain_text(text)
    for fieldname in ("risk", "bank_balance", "vehicle_loyalty"):
        expect(head.locator(f'[data-fieldname="{fieldname}"]')).to_be_attached()
    known = branch.head.get("Customer", customer)
    assert (known["risk"], known["bank_balance"], known["vehicles_owned"]) == ("Medium", 2500, 1)
