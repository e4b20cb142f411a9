"""The studio in a real browser: a DocType is made, one of the product is changed, and all of it is taken back."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from support.served import create
from support.shop import Shop
from support.studio import Field, add_field, apply

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """Definitions change here: others would see it."""
    return own_shop


def test_a_doctype_is_built_used_and_taken_back(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio")
    desk.get_by_role("button", name="New DocType").click()
    desk.get_by_role("textbox", name="Name", exact=True).fill("Equipment")
    desk.get_by_role("button", name="To the workbench").click()
    expect(desk.get_by_role("heading", name="Equipment", level=1)).to_be_visible()
    add_field(desk, Field("Data", "Serial No"))
    add_field(desk, Field("Currency", "Day Rate"))
    add_field(desk, Field("Link", "Customer"))
    desk.get_by_role("button", name="Plan (1)").click()
    plan = desk.get_by_role("dialog", name="Plan")
    expect(plan.get_by_role("heading", name="This must be put right first")).to_be_visible()
    plan.get_by_role("button", name="customer", exact=True).click()
    desk.get_by_role("textbox", name="Options").fill("Customer")
    apply(desk)

    with shop.served.client() as client:
        body = {"serial_no": "挖掘机-7", "day_rate": 1200, "customer": shop.customer}
        made = client.post("/api/resource/Equipment", json=body).json()["data"]
        assert (made["serial_no"], made["day_rate"], made["customer"]) == ("挖掘机-7", 1200, shop.customer)
        assert client.delete(f"/api/resource/Equipment/{made['name']}").status_code == 202

    desk.goto("/app/studio/plans")
    desk.get_by_role("listitem").filter(has_text="Equipment").get_by_role("button", name="Take back…").click()
    desk.get_by_role("dialog").get_by_role("button", name="Take back", exact=True).click()
    expect(desk.get_by_text("Taken back by Administrator", exact=True)).to_be_visible()
    with shop.served.client() as client:
        assert client.get("/api/resource/Equipment").status_code == 404


def test_a_doctype_of_the_site_goes_once_nothing_links_to_it(desk: Page, shop: Shop) -> None:
    rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
    link = {"fieldname": "kind", "fieldtype": "Link", "label": "Kind", "options": "Wrong Kind"}
    title = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}
    with shop.served.client() as client:
        for name, field in (("Wrong Kind", title), ("Its Guest", link)):
            create(client, "DocType", name=name, module="CRM", custom=1, fields=[field], permissions=rights)
    plan = desk.get_by_role("dialog", name="Plan", exact=True)
    desk.goto("/app/studio/doctype/Wrong Kind")
    desk.get_by_role("button", name="Remove…", exact=True).click()
    expect(plan.get_by_role("heading", name="This must be put right first", exact=True)).to_be_visible()
    expect(plan).to_contain_text("Its Guest")
    expect(plan.get_by_role("button", name="Apply", exact=True)).to_be_disabled()
    with shop.served.client() as client:
        assert client.delete("/api/resource/DocType/Its Guest").status_code == 202
    desk.reload()
    desk.get_by_role("button", name="Remove…", exact=True).click()
    plan.get_by_role("button", name="Apply", exact=True).click()
    expect(desk.get_by_role("button", name="New DocType", exact=True)).to_be_visible()
    with shop.served.client() as client:
        assert client.get("/api/resource/Wrong Kind").status_code == 404


def test_a_doctype_of_the_product_is_changed_by_records_of_the_site(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/doctype/Customer")
    name = desk.locator('.canvas-field[data-fieldname="customer_name"]')
    name.click()
    expect(desk.get_by_text("It comes with Standard: hide it instead of removing it.")).to_be_visible()
    desk.get_by_role("textbox", name="Label", exact=True).fill("公司名称")
    kinds = desk.get_by_role("region", name="Kinds of fields")
    kinds.get_by_role("button", name="Date", exact=True).drag_to(name)
    desk.get_by_role("textbox", name="Label", exact=True).fill("Founded On")
    founded = desk.locator('.canvas-field[data-fieldname="founded_on"]')
    founded.focus()
    desk.keyboard.press("Alt+ArrowDown")
    expect(founded).to_be_focused()
    desk.keyboard.press("Control+z")
    desk.keyboard.press("Control+Shift+z")
    desk.reload()
    expect(desk.get_by_text("Your changes that were not applied are back.")).to_be_visible()
    apply(desk)
    with shop.served.client() as client:
        shown = client.get("/api/method/crm.desk.meta", params={"doctype": "Customer"}).json()["message"]["doctype"]
        fields = [field["fieldname"] for field in shown["fields"]]
        labels = {field["fieldname"]: field["label"] for field in shown["fields"]}
        assert fields.index("founded_on") == fields.index("customer_name") + 1
        assert labels["customer_name"] == "公司名称"


def test_changes_of_the_site_are_taken_back_one_by_one(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        create(client, "Custom Field", dt="Contact", fieldname="nickname", fieldtype="Data", label="昵称")
        setter = {"doctype_or_field": "DocField", "doc_type": "Contact", "field_name": "first_name"}
        create(client, "Property Setter", **setter, property="label", property_type="Data", value="名")
    desk.goto("/app/studio/doctype/Contact")
    first, nickname = (desk.locator(f'.canvas-field[data-fieldname="{name}"]') for name in ("first_name", "nickname"))
    expect(nickname).to_contain_text("This site")
    first.click()
    desk.get_by_role("button", name="Take the change of Label back").click()
    nickname.click()
    desk.get_by_role("button", name="Remove the field").click()
    desk.get_by_role("button", name="Plan (2)").click()
    expect(desk.get_by_role("dialog", name="Plan")).to_contain_text("Without Custom Field Contact-nickname")
    desk.get_by_role("button", name="Apply", exact=True).click()
    expect(desk.get_by_role("button", name="No changes")).to_be_visible()
    expect(first).to_contain_text("First Name")
    expect(nickname).to_have_count(0)


def test_an_open_form_tells_that_it_has_changed_and_keeps_the_typing(desk: Page, shop: Shop) -> None:
    desk.goto(f"/app/customer/{shop.customer}")
    desk.get_by_label("Phone", exact=True).fill("021-7777")
    with shop.served.client() as client:
        create(client, "Custom Field", dt="Customer", fieldname="vat_id", fieldtype="Data", label="税号")
    expect(desk.get_by_text("This form has changed since it was opened.")).to_be_visible()
    desk.get_by_role("button", name="Show the new form").click()
    expect(desk.get_by_label("税号", exact=True)).to_be_visible()
    expect(desk.get_by_label("Phone", exact=True)).to_have_value("021-7777")


def test_rights_are_given_in_a_table_and_are_the_sites_from_then_on(desk: Page, shop: Shop) -> None:
    desk.goto("/app/studio/doctype/Industry")
    desk.get_by_role("radio", name="Permissions").check(force=True)
    table = desk.get_by_role("region", name="Permissions")
    expect(table).to_contain_text("Comes from: Standard")
    may_delete = table.get_by_role("checkbox", name="Sales User, level 0: Delete", exact=True)
    expect(may_delete).not_to_be_checked()
    may_delete.check()
    rows = table.get_by_role("row").count()
    apply(desk)
    with shop.served.client() as client:
        asked = {"filters": '[["parent", "=", "Industry"]]', "fields": '["role", "delete"]'}
        given = client.get("/api/resource/Custom DocPerm", params=asked).json()["data"]
    assert len(given) == rows - 1, "all rows are the site's now"
    assert {"role": "Sales User", "delete": 1} in given
    desk.get_by_role("radio", name="Permissions").check(force=True)
    expect(table).to_contain_text("Comes from: This site")


def test_a_text_is_changed_in_both_languages_and_is_live(desk: Page) -> None:
    desk.goto("/app/studio/settings")
    desk.get_by_role("textbox", name="Search settings", exact=True).fill("labels chinese")
    desk.get_by_role("link", name="Texts and translations", exact=True).click()
    desk.goto("/app/studio/translations/Territory")
    for language, text in (("English", "Region of Sales"), ("简体中文", "销售大区")):
        box = desk.get_by_role("textbox", name=f"Territory Name: {language}", exact=True)
        box.fill(text)
        box.press("Tab")
        expect(desk.get_by_text(f"“{text}” is saved and live.", exact=True)).to_be_visible()
    desk.goto("/app/territory/new-territory")
    expect(desk.get_by_role("textbox", name="Region of Sales")).to_be_visible()


def test_the_definitions_of_the_site_are_taken_away_and_brought_in_as_files(desk: Page, tmp_path: Path) -> None:
    desk.goto("/app/studio/files")
    with desk.expect_download() as started:
        desk.get_by_role("link", name="Download as a zip", exact=True).click()
    archive = tmp_path / "site.zip"
    started.value.save_as(archive)
    chooser = desk.locator("input[type=file]")
    chooser.set_input_files(archive)
    expect(desk.get_by_role("status").filter(has_text="nothing differs from this site.")).to_be_visible()
    role = {"doctype": "Role", "name": "仓管员", "role_name": "仓管员", "desk_access": 1}
    with ZipFile(archive, "a") as more:
        more.writestr("roles/keeper.json", json.dumps(role))
    chooser.set_input_files(archive)
    expect(desk.get_by_text("Role 仓管员", exact=True)).to_be_visible()
    desk.get_by_role("button", name="Plan (1)", exact=True).click()
    desk.get_by_role("dialog", name="Plan", exact=True).get_by_role("button", name="Apply", exact=True).click()
    expect(desk.get_by_role("button", name="Plan (1)", exact=True)).to_have_count(0)
    desk.goto("/app/role/仓管员")
    expect(desk.get_by_role("heading", name="仓管员", exact=True)).to_be_visible()


def test_an_administrator_asks_why_somebody_else_cannot(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        create(client, "User", email="zhao@shop.example", first_name="赵", roles=[{"role": "Service User"}])
    desk.goto("/app/studio/permissions?doctype=Sales+Target")
    table = desk.get_by_role("table").filter(has=desk.get_by_role("link", name="Sales Target", exact=True))
    table.get_by_role("button", name="Why? Sales Target: System Manager, level 0", exact=True).click()
    drawer = desk.get_by_role("dialog", name="Why can or cannot somebody…?", exact=True)
    drawer.get_by_role("combobox", name="Person", exact=True).fill("zhao")
    desk.get_by_role("option").filter(has_text="赵").click()
    expect(drawer.get_by_text("The rights of 赵 do not allow it.", exact=True)).to_be_visible()
    expect(drawer.get_by_text("Give zhao@shop.example the role", exact=False).first).to_be_visible()


def test_the_audit_log_is_verified(desk: Page) -> None:
    desk.goto("/app/studio/audit")
    desk.get_by_role("button", name="Verify every entry", exact=True).click()
    expect(desk.get_by_role("status").get_by_text("entries are sound.", exact=False)).to_be_visible()
