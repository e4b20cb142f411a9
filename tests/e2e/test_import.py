"""Importing in a real browser: the example data set through the wizard, values that mean something, the way back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from support.checkout import ROOT
from support.shop import Shop

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """The records of these tests are nobody else's."""
    return own_shop


EXAMPLE = ROOT / "examples" / "crm_sales_opportunities"
FILES = (
    ("territory", "sales_teams", "territories", "3"),
    ("sales-person", "sales_teams", "sales_managers", "6"),
    ("sales-person", "sales_teams", "sales_persons", "35"),
    ("product", "products", "products", "7"),
    ("customer", "accounts", "customers", "84"),  # the shop has one of the 85
    ("opportunity", "sales_pipeline", "opportunities", "8,800"),
)
LONG = 90_000
"""Milliseconds in which 8,800 rows are read, checked and written on a busy machine."""


def choose(page: Page, slug: str, file: Path) -> None:
    page.goto(f"/app/import/{slug}")
    page.get_by_label("File to import").set_input_files(file)
    expect(page.get_by_text(f"{file.name}: say what each column holds")).to_be_visible()


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def map_column(page: Page, column: str, field: str) -> None:
    page.get_by_role("combobox", name=f"Field for {column}").fill(field)
    page.get_by_role("option", name=field).first.click()


def step(page: Page, name: str) -> None:
    expect(page.locator(".wizard [aria-current=step]")).to_contain_text(name)


def count(page: Page, name: str) -> Locator:
    return page.locator(".counts div", has_text=name).locator("dd")


@pytest.mark.parametrize(("slug", "data", "mapping", "new"), FILES, ids=[row[2] for row in FILES])
def test_the_example_data_set_comes_in_by_its_mappings(
    desk: Page, slug: str, data: str, mapping: str, new: str
) -> None:
    choose(desk, slug, EXAMPLE / "data" / f"{data}.csv")
    desk.get_by_label("Mapping file").set_input_files(EXAMPLE / "mappings" / f"{mapping}.json")
    desk.get_by_role("button", name="Next").click()
    step(desk, "Values")
    desk.get_by_role("button", name="Check all rows").click()
    expect(desk.get_by_text("Nothing has been changed yet")).to_be_visible(timeout=LONG)
    expect(count(desk, "Refused")).to_have_text("0")
    desk.get_by_role("button", name=re.compile(r"Import .* records")).click()
    expect(desk.get_by_text("The import is done.")).to_be_visible(timeout=LONG)
    expect(count(desk, "New")).to_have_text(new)


def test_values_get_a_meaning_bad_rows_a_reason_and_the_import_is_taken_back(
    desk: Page, shop: Shop, tmp_path: Path
) -> None:
    file = tmp_path / "客户.csv"
    file.write_text(
        "Customer Name,类型,Web site\n星海贸易,公司,https://a.cn\n,Company,\n云帆物流,合伙,\n", encoding="utf-8"
    )
    choose(desk, "customer", file)
    map_column(desk, "类型", "Customer Type")
    expect(desk.locator("tr", has_text="Web site").locator(".target")).to_contain_text("Website")
    desk.get_by_role("button", name="Next").click()
    step(desk, "Values")
    expect(desk.locator("tr", has_text="公司")).to_contain_text("Company")
    pick(desk, "Meaning of 合伙", "Partnership")
    desk.get_by_role("button", name="Check all rows").click()
    bad = desk.get_by_role("region", name="Rows that are refused")
    expect(bad.locator("tbody tr")).to_have_count(1)
    expect(bad).to_contain_text("Customer Name")
    with desk.expect_download() as saving:
        desk.get_by_role("button", name="Download as CSV").click()
    assert_names_row_three(saving.value, tmp_path)
    desk.get_by_role("button", name="Import the 2 good ones").click()
    expect(desk.get_by_text("The import is done.")).to_be_visible()
    edit(shop, "云帆物流")
    desk.get_by_role("button", name="Take the import back…").click()
    dialog = desk.get_by_role("dialog", name="Take the import back")
    expect(dialog).to_contain_text("1 records will be removed")
    expect(dialog.get_by_role("list", name="What stays")).to_contain_text("It was changed after the import")
    dialog.get_by_role("button", name="Take back").click()
    expect(dialog).to_contain_text("1 records were removed")
    dialog.get_by_role("button", name="Close", exact=True).click()
    expect(desk.get_by_text("The import was taken back.")).to_be_visible()
    expect(desk.locator(".history")).to_contain_text("Partly Undone")


def edit(shop: Shop, title: str) -> None:
    """Somebody else changes an imported customer."""
    with shop.served.client() as client:
        asked = {"filters": f'[["customer_name", "=", "{title}"]]'}
        name = client.get("/api/resource/Customer", params=asked).json()["data"][0]["name"]
        client.put(f"/api/resource/Customer/{name}", json={"website": "https://b.cn"}).raise_for_status()


def assert_names_row_three(download: Download, folder: Path) -> None:
    saved = folder / "bad.csv"
    download.save_as(saved)
    lines = saved.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Row,Column,Reason"
    assert lines[1].startswith("3,Customer Name,")


def test_a_saved_mapping_is_found_again_on_a_phone(phone: Page, tmp_path: Path) -> None:
    file = tmp_path / "firmen.csv"
    file.write_text("Firma,Notiz\nNordlicht,x\n", encoding="utf-8")
    choose(phone, "customer", file)
    map_column(phone, "Firma", "Customer Name")
    phone.get_by_role("button", name="Mappings").click()
    phone.get_by_role("menuitem", name="Save this mapping…").click()
    dialog = phone.get_by_role("dialog", name="Save this mapping")
    dialog.get_by_label("Name").fill("Firmen")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_be_hidden()
    choose(phone, "customer", file)
    expect(phone.locator("tr", has_text="Firma").locator(".target")).to_contain_text("Customer Name")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= phone.viewport_size["width"]  # type: ignore[index]
