"""Settings of a site in a real browser: numbers typed in its format, and keys of programs given and taken away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browser import Complaints
from support.controls import choose
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e

PRINTING = "/api/resource/Print Settings/Print Settings"


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """The formats of the site change here: others would see it."""
    with own_shop.served.client() as client:
        values = {"number_format": "#.###,##", "date_format": "dd.mm.yyyy"}
        client.put("/api/resource/System Settings/System Settings", json=values).raise_for_status()
    return own_shop


def test_a_number_is_read_as_the_site_writes_it(desk: Page, shop: Shop) -> None:
    desk.goto("/app/print-settings")
    size = desk.get_by_label("Font Size", exact=True)
    size.fill("1.010,5")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Not saved", exact=True)).to_be_hidden()
    with shop.served.client() as client:
        assert client.get(PRINTING).json()["data"]["font_size"] == 1010.5
    desk.reload()
    expect(size).to_have_value("1.010,5")


def test_a_program_gets_a_key_and_loses_it(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        create(client, "User", email="erp@example.com", first_name="ERP")
    desk.goto("/app/studio/keys")
    expect(desk.get_by_role("button", name="Make a key", exact=True)).to_be_disabled()
    choose(desk, "User of the program", "ERP")
    desk.get_by_role("button", name="Make a key", exact=True).click()
    expect(desk.get_by_text("The secret is shown this once")).to_be_visible()
    who = desk.get_by_role("list", name="Who has a key", exact=True)
    expect(who).to_contain_text("erp@example.com")
    expect(who).to_contain_text("Not used yet")
    who.get_by_role("button", name="Revoke the key of erp@example.com", exact=True).click()
    desk.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    expect(desk.get_by_text("erp@example.com", exact=True)).to_be_hidden()


def test_a_team_is_made_under_the_name_that_its_maker_enters(desk: Page, shop: Shop, complaints: Complaints) -> None:
    complaints.expect("417")
    with shop.served.client() as client:
        create(client, "User", email="mia@team.example", first_name="Mia")
    desk.goto("/app/user-group/new-user-group")
    members = desk.locator('[data-fieldname="user_group_members"]').get_by_role("combobox")
    members.fill("Mia")
    desk.get_by_role("option", name="Mia", exact=True).click()
    desk.get_by_role("button", name="Save", exact=True).click()
    name = desk.locator('[data-fieldname="name"]')
    expect(name).to_contain_text("Fill in this field.")
    name.get_by_role("textbox").fill("北区团队")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("heading", name="北区团队", level=1)).to_be_visible()
    with shop.served.client() as client:
        stored = client.get("/api/resource/User Group/北区团队").json()["data"]
    assert [row["user"] for row in stored["user_group_members"]] == ["mia@team.example"]
