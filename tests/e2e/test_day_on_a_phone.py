"""A day's work on a phone, in Chinese, by taps alone: nobody writes an address, and nothing is said in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.browser import Complaints, opened
from support.controls import search
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e

SELLER = "wang.fang@example.com"
PASSWORD = "a long enough 密码 7"
ROLES = ("Sales User", "Service User", "Marketing Manager")
PRICE = 1280
WIDTH = 360
"""Of the narrowest phone."""


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """A shop with somebody who sells and serves, a price, and a lead that is there already."""
    with own_shop.served.client() as client:
        client.put("/api/resource/System Settings/System Settings", json={"currency": "CNY"}).raise_for_status()
        given = [{"role": role} for role in ROLES]
        person = {"email": SELLER, "first_name": "王芳", "language": "zh", "new_password": PASSWORD}
        create(client, "User", **person, user_type="System User", roles=given)
        create(client, "Lead", first_name="李雷", company_name="星云科技", mobile_no="13900001111")
        create(client, "Opportunity", title="轴承备件", customer=own_shop.customer, sales_stage="Engaging")
        client.put("/api/resource/Product/VFD-7", json={"standard_rate": PRICE}).raise_for_status()
    return own_shop


@pytest.fixture
def phone(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """The phone of somebody who reads Chinese and is not signed in."""
    options = {"viewport": {"width": WIDTH, "height": 780}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
    with opened(browser, shop.served.url, **options) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def title(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("heading", level=1)


def button(within: Page | Locator, name: str) -> Locator:
    return within.get_by_role("button", name=name, exact=True)


def box_of(within: Page | Locator, role: Literal["textbox", "spinbutton", "combobox"], label: str) -> Locator:
    """A field by its label; that of a field that needs a value says so."""
    return within.get_by_role(role, name=re.compile(rf"^{re.escape(label)}( 必填)?$"))


def write(within: Page | Locator, label: str, text: str) -> None:
    box = box_of(within, "textbox", label)
    box.tap()
    box.fill(text)


def choose(page: Page, label: str, text: str, option: str) -> None:
    """Choose a linked record by typing."""
    box = box_of(page, "combobox", label)
    box.tap()
    search(box, text)
    page.get_by_role("option", name=re.compile(option)).filter(visible=True).first.tap()
    expect(page.locator(".link-field").filter(has=box)).to_contain_text(option)


def save(page: Page) -> None:
    button(page, "保存").tap()
    page.wait_for_url(re.compile(r"/app/[\w-]+/(?!new-)"))
    expect(page.get_by_text("未保存", exact=True)).to_have_count(0)


def sign_in(page: Page) -> None:
    page.goto("/")
    write(page, "邮箱或用户名", SELLER)
    write(page, "密码", PASSWORD)
    button(page, "登录").tap()
    expect(title(page)).to_have_text("王芳，您好")


def go_by_menu(page: Page, name: str) -> None:
    button(page, "菜单").tap()
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=name, exact=True).tap()
    expect(title(page)).to_have_text(name)


def find(page: Page, text: str, found: str) -> None:
    page.get_by_role("button", name="搜索或前往…").tap()
    page.get_by_role("combobox", name="搜索或前往…").fill(text)
    page.get_by_role("option", name=re.compile(f"{found}.*CUST-")).tap()
    expect(title(page)).to_have_text(found)


def begin(page: Page, name: str) -> None:
    """Begin a new document, from wherever one is."""
    button(page, "创建").tap()
    palette = page.get_by_role("combobox", name="要新建什么？")
    palette.fill(name)
    page.get_by_role("option", name=re.compile(f"^{name}")).first.tap()
    expect(title(page)).to_have_text(f"新建{name}")


def note_a_call(page: Page) -> None:
    """From the customer that was found to a note about the call with it."""
    find(page, "钢铁", "上海钢铁集团")
    button(page, "新建通话记录").tap()
    expect(title(page)).to_have_text("新建通话记录")
    write(page, "摘要", "询价变频器，周五前报价")
    save(page)
    expect(page.get_by_label("摘要", exact=True)).to_have_value("询价变频器，周五前报价")


def win_a_lead(page: Page) -> None:
    """A lead that is there already is told while it is typed; the new one becomes an opportunity."""
    begin(page, "线索")
    write(page, "手机号码", "13900001111")
    hint = page.get_by_role("status").filter(has_text="可能已有以下记录：")
    expect(hint.get_by_role("link", name="李雷")).to_be_visible()
    write(page, "手机号码", "13955556666")
    write(page, "名", "韩梅梅")
    write(page, "公司名称", "云帆物流")
    save(page)
    button(page, "转化").tap()
    page.wait_for_url("**/app/opportunity/*")
    expect(title(page)).to_contain_text("云帆物流")


def move_the_opportunity(page: Page) -> None:
    page.get_by_role("link", name="返回商机列表", exact=True).tap()
    button(page, "看板视图").tap()
    move = page.get_by_role("button", name=re.compile("移动 .*云帆物流")).first
    move.tap()
    way = page.get_by_role("dialog", name=re.compile("云帆物流")).locator(".choices button:enabled").first
    target = way.inner_text()
    way.tap()
    column = page.get_by_role("region", name=target, exact=True)
    expect(column.get_by_role("link", name=re.compile("云帆物流"))).to_be_visible()


def offer(page: Page) -> None:
    """A quotation with a row in its dialog: its discount is too high to be issued at once, and the button says so."""
    begin(page, "报价单")
    choose(page, "往来对象", "钢铁", "上海钢铁集团")
    button(page, "添加行").first.tap()
    button(page, "打开第 1 行").tap()
    row = page.get_by_role("dialog", name="第 1 行")
    choose(page, "产品", "VFD", "变频器")
    write(row, "数量", "3")
    write(row, "折扣（%）", "20")
    button(row, "完成").tap()
    save(page)
    expect(page.locator('[data-fieldname="grand_total"]')).to_contain_text("3,072")
    button(page, "暂不可用的操作").tap()
    expect(page.get_by_role("menuitem", name=re.compile("^提交"))).to_contain_text("条件")
    page.keyboard.press("Escape")
    button(page, "提交审核").tap()
    expect(page.locator(".form-header")).to_contain_text("待审核")


def print_it(page: Page) -> None:
    button(page, "打印").tap()
    dialog = page.get_by_role("dialog", name=re.compile("^打印"))
    preview = page.frame_locator("iframe[title=预览]")
    expect(preview.get_by_text("上海钢铁集团").first).to_be_visible()
    sheet = dialog.locator("iframe").bounding_box()
    assert sheet is not None
    assert sheet["x"] + sheet["width"] <= WIDTH, "the whole width of the sheet is seen"
    address = dialog.get_by_role("link", name="PDF", exact=True).get_attribute("href")
    assert page.request.get(address or "").body().startswith(b"%PDF")
    dialog.get_by_role("button", name=re.compile("关闭")).tap()


def look_at_the_calendar(page: Page) -> None:
    begin(page, "任务")
    write(page, "主题", "周五前报价")
    page.get_by_label("开始日期", exact=True).fill(date.today().isoformat())
    save(page)
    page.get_by_role("link", name="返回任务列表", exact=True).tap()
    button(page, "日历").tap()
    expect(page.get_by_role("link", name="周五前报价")).to_be_visible()


def read_the_news(page: Page, shop: Shop) -> None:
    """Somebody assigns a claim: the bell counts it while the page is open."""
    with shop.served.client() as client:
        asked = {"assign_to": [SELLER], "doctype": "Warranty Claim", "name": shop.claim, "description": "请回电"}
        client.post("/api/method/frappe.desk.form.assign_to.add", json=asked).raise_for_status()
    bell = page.get_by_role("button", name=re.compile("通知，1 条未读"))
    bell.tap()
    page.get_by_role("dialog", name="通知").get_by_role("button", name=re.compile("未读")).tap()
    page.wait_for_url(f"**/app/warranty-claim/{shop.claim}")
    button(page, "开始检测").tap()
    expect(page.locator(".form-header")).to_contain_text("检测中")


def bring_in(page: Page, folder: Path) -> None:
    file = folder / "线索.csv"
    file.write_text("名,公司名称,手机号码\n赵雷,双子科技,13700001111\n钱进,远航贸易,13700002222\n", encoding="utf-8")
    go_by_menu(page, "线索")
    button(page, "更多操作").tap()
    page.get_by_role("menuitem", name="导入…").tap()
    with page.expect_file_chooser() as chooser:
        button(page, "选择文件").tap()
    chooser.value.set_files(file)
    button(page, "下一步").tap()
    button(page, "检查所有行").tap()
    page.get_by_role("button", name="导入 2 条记录").tap()
    expect(page.get_by_text("导入已完成。")).to_be_visible()
    button(page, "前往列表").tap()
    expect(page.get_by_role("link", name="赵雷")).to_be_visible()


def work_without_a_connection(page: Page, complaints: Complaints) -> None:
    """What is typed in a tunnel is kept and is saved behind it."""
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    page.get_by_role("link", name="赵雷").tap()
    expect(box_of(page, "textbox", "职位")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("网络已断开")).to_be_visible()
    write(page, "职位", "采购经理")
    button(page, "保存").tap()
    expect(page.locator(".summary")).to_contain_text("无法连接服务器")
    page.context.set_offline(False)
    expect(page.get_by_label("职位", exact=True)).to_have_value("采购经理")
    save(page)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name=re.compile("王芳")).tap()
    page.get_by_role("menuitem", name="退出登录").tap()
    expect(button(page, "登录")).to_be_visible()


def test_a_day_is_worked_on_a_phone_in_chinese(phone: Page, shop: Shop, complaints: Complaints, tmp_path: Path) -> None:
    sign_in(phone)
    note_a_call(phone)
    win_a_lead(phone)
    move_the_opportunity(phone)
    offer(phone)
    print_it(phone)
    look_at_the_calendar(phone)
    read_the_news(phone, shop)
    bring_in(phone, tmp_path)
    work_without_a_connection(phone, complaints)
    sign_out(phone)
