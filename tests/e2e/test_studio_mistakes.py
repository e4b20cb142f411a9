"""Mistakes in the studio, in a real browser: each is refused, or said before, with its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import CALM, Complaints, opened
from support.controls import choose, link_to
from support.served import create
from support.shop import Shop, storage_of
from support.studio import Field, add_field, apply, begin_print_format, begin_workflow, part, pick, save

pytestmark = pytest.mark.e2e

PASSWORD = "a good secret 42 for all"
COLLEAGUE = "chen@shop.example"
RIGHTS = [{"role": "System Manager", **dict.fromkeys(("read", "write", "create", "delete"), 1)}]


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """A second administrator, who works in Chinese, and a DocType of the site with four documents."""
    fields = [
        {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
        {"fieldname": "age", "fieldtype": "Data", "label": "Age"},
    ]
    with own_shop.served.client() as client:
        roles = [{"role": "System Manager"}]
        person = {"email": COLLEAGUE, "first_name": "陈", "language": "zh", "user_type": "System User"}
        create(client, "User", **person, enabled=1, roles=roles, new_password=PASSWORD)
        create(client, "User", email="li@shop.example", first_name="李", user_type="System User", roles=roles)
        body = {"name": "Machine", "module": "CRM", "custom": 1, "autoname": "field:title", "title_field": "title"}
        create(client, "DocType", **body, fields=fields, permissions=RIGHTS)
        for title, age in (("M-1", "3"), ("M-2", "about ten"), ("M-3", "12"), ("M-4", "")):
            create(client, "Machine", title=title, age=age)
    return own_shop


@pytest.fixture
def colleague(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    storage = storage_of(shop.served.session(COLLEAGUE, PASSWORD))
    options = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", **CALM}
    with opened(browser, shop.served.url, **options, storage_state=storage) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def fields_of(shop: Shop, doctype: str) -> list[str]:
    with shop.served.client() as client:
        body = client.get("/api/method/crm.studio.doctype", params={"doctype": doctype}).json()["message"]["doctype"]
        return [field["fieldname"] for field in body["fields"]]


def test_of_two_administrators_the_second_is_told_and_takes_over_what_is_new(
    desk: Page, colleague: Page, shop: Shop
) -> None:
    desk.goto("/app/studio/doctype/Machine")
    desk.locator('.canvas-field[data-fieldname="title"]').click()
    add_field(desk, Field("Data", "Maker"))

    colleague.goto("/app/studio/doctype/Machine")
    colleague.locator('.canvas-field[data-fieldname="age"]').click()
    colleague.get_by_role("region", name="字段类型", exact=True).get_by_role("button", name="日期", exact=True).click()
    colleague.get_by_role("textbox", name="标签名称", exact=True).fill("Bought On")
    apply(desk)

    colleague.get_by_role("button", name="变更计划（1）", exact=True).click()
    plan = colleague.get_by_role("dialog", name="变更计划", exact=True)
    expect(plan.get_by_role("alert")).to_contain_text("在您开始此项工作之后，Administrator 更改了")
    expect(plan.get_by_role("button", name="应用", exact=True)).to_be_disabled()
    plan.get_by_role("button", name="采用新的内容", exact=True).click()
    expect(colleague.locator('.canvas-field[data-fieldname="maker"]')).to_be_visible()
    expect(colleague.locator('.canvas-field[data-fieldname="bought_on"]')).to_be_visible()
    assert fields_of(shop, "Machine") == ["title", "maker", "age"], "nothing is applied yet"
    colleague.get_by_role("button", name="变更计划（1）", exact=True).click()
    plan.get_by_role("button", name="应用", exact=True).click()
    expect(colleague.get_by_role("button", name="没有更改", exact=True)).to_be_visible()
    assert fields_of(shop, "Machine") == ["title", "maker", "age", "bought_on"]


def test_a_change_of_type_names_the_documents_that_would_lose_their_value(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/doctype/Machine")
    desk.locator('.canvas-field[data-fieldname="age"]').click()
    panel = desk.get_by_role("region", name="Properties", exact=True)
    pick(panel, "Type Required", "Int")
    desk.get_by_role("button", name="Plan (1)", exact=True).click()
    plan = desk.get_by_role("dialog", name="Plan", exact=True)
    expect(plan).to_contain_text("loses data")
    expect(plan).to_contain_text("values of age that do not fit would be lost, in M-2.")
    expect(plan).to_contain_text("Correct these documents first.")
    expect(plan.get_by_role("button", name="Apply", exact=True)).to_be_disabled()
    desk.keyboard.press("Escape")
    with shop.served.client() as client:
        client.put("/api/resource/Machine/M-2", json={"age": "10"}).raise_for_status()
    desk.get_by_role("button", name="Plan (1)", exact=True).click()
    expect(plan.get_by_role("listitem").filter(has_text="loses data")).to_be_visible()
    expect(plan).not_to_contain_text("do not fit")
    plan.get_by_text("I accept that data is lost.", exact=False).click()
    plan.get_by_role("button", name="Apply", exact=True).click()
    expect(desk.get_by_role("button", name="No changes", exact=True)).to_be_visible()
    with shop.served.client() as client:
        assert client.get("/api/resource/Machine/M-2").json()["data"]["age"] == 10


def test_who_takes_rights_from_themselves_is_warned_before(colleague: Page, complaints: Complaints) -> None:
    colleague.goto("/app/studio/permissions?role=System+Manager&doctype=Machine")
    colleague.get_by_role("checkbox", name="Machine：系统管理员，级别 0: 查看", exact=True).uncheck()
    colleague.get_by_role("button", name="变更计划（1）", exact=True).click()
    plan = colleague.get_by_role("dialog", name="变更计划", exact=True)
    expect(plan.get_by_role("alert")).to_contain_text("您将取消自己的权限：Machine。")

    complaints.expect("417")
    colleague.goto(f"/app/user/{COLLEAGUE}")
    colleague.get_by_role("checkbox", name="启用", exact=True).press(" ")
    colleague.get_by_role("button", name="保存", exact=True).click()
    expect(colleague.get_by_text("您将失去“系统管理员”角色", exact=False).first).to_be_visible()


def test_a_workflow_without_states_cannot_be_applied(desk: Page) -> None:
    begin_workflow(desk, "Machine", "Machine Flow")
    part(desk, "State", "Draft").click()
    desk.get_by_role("button", name="Remove the state", exact=True).click()
    faults = desk.get_by_role("list", name="Check results", exact=True)
    expect(faults).to_contain_text("The workflow Machine Flow has no states.")
    expect(faults).to_contain_text("Add the states that a document passes through")
    desk.get_by_role("button", name="Plan (").click()
    plan = desk.get_by_role("dialog", name="Plan", exact=True)
    expect(plan.get_by_role("alert")).to_contain_text("The workflow Machine Flow has no states.")
    expect(plan.get_by_role("button", name="Apply", exact=True)).to_be_disabled()


def test_a_rule_that_sets_itself_off_is_not_saved(desk: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("417")
    desk.goto("/app/studio/new-rule")
    desk.get_by_role("textbox", name="Rule Name").fill("自我触发")
    link_to(desk, desk.get_by_role("region", name="Rule", exact=True).get_by_role("combobox"), "Machine")
    choose(desk, "A document", "is changed")
    choose(desk, "Watched Fields", "Title")
    choose(desk, "Add an action…", "Set fields")
    desk.get_by_role("region", name="Then").get_by_role("button", name="Add a field").click()
    choose(desk, "Field 1", "Title")
    desk.get_by_label("Value of Title", exact=True).fill("M-9")
    desk.get_by_role("button", name="Save", exact=True).click()
    refused = desk.get_by_role("alert").filter(has_text="It was not saved")
    expect(refused).to_contain_text("The rule sets title, which sets it off.")
    expect(refused).to_contain_text("Watch another field, or name the value it waits for.")
    with shop.served.client() as client:
        assert client.get("/api/resource/Automation Rule/自我触发").status_code == 404


def test_a_template_that_would_loop_is_refused_at_its_line(desk: Page, complaints: Complaints) -> None:
    complaints.expect("417")
    begin_print_format(desk, "Product", "循环")
    save(desk)
    desk.get_by_role("button", name="Edit the code…").click()
    desk.get_by_role("dialog", name="Go on by code?").get_by_role("button", name="Edit the code", exact=True).click()
    code = desk.get_by_role("textbox", name="HTML", exact=True)
    code.fill("<p>x</p>\n{% for a in range(100000000) %}x{% endfor %}")
    told = "range in line 2 is nothing that a template can call. Templates repeat rows of their document."
    expect(desk.get_by_role("alert").filter(has_text=told)).to_be_visible()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("alert").filter(has_text="line 2")).to_have_count(2)


def test_revoking_a_key_asks_before(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        keys = "/api/method/frappe.core.doctype.user.user.generate_keys"
        client.post(keys, json={"user": "li@shop.example"}).raise_for_status()
    desk.goto("/app/user/li@shop.example")
    button = desk.get_by_role("button", name="Revoke the API Key", exact=True)
    asked = desk.get_by_role("dialog", name="Revoke the API Key?", exact=True)
    for answer in ("Cancel", "Revoke the API Key"):
        button.click()
        expect(asked).to_contain_text("This cannot be undone; a new key can be made.")
        with shop.served.client() as client:
            assert client.get("/api/resource/User/li@shop.example").json()["data"]["api_key"], "nothing happened yet"
        asked.get_by_role("button", name=answer, exact=True).click()
        expect(asked).to_be_hidden()
    expect(button).to_have_count(0)
