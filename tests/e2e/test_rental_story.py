"""A whole application from nothing in the browser: equipment rental is built, used, changed under the hands of staff;
the change is taken back, and the server goes on all the while.

DocTypes, formula, roll-ups, permissions, workflow, print format, dashboard, the change and the way back: all of it is
done in the studio.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.browser import CALM, Complaints, opened
from support.controls import search
from support.rental import (
    CATEGORY,
    CHARGE,
    CLERK,
    EQUIPMENT,
    FIRST,
    RENTAL,
    SECOND,
    TABLE,
    TIMES,
    hire,
)
from support.served import create
from support.shop import Shop
from support.studio import (
    Field,
    add_action,
    add_field,
    add_state,
    allow,
    apply,
    begin_workflow,
    build_doctype,
    choose,
    make_dashboard,
    make_print_format,
    part,
    pick,
    take_back_the_newest,
)

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    return own_shop


@pytest.fixture
def staff(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[dict[str, Page]]:
    """A page of each of the three, by address."""
    with ExitStack() as stack:
        pages = {}
        for email, storage in hire(shop.served).items():
            options = {"viewport": {"width": 1440, "height": 900}, "storage_state": storage, **CALM}
            context = stack.enter_context(opened(browser, shop.served.url, **options))
            pages[email] = context.new_page()
            complaints.listen(pages[email])
        yield pages


def build(page: Page) -> None:
    """Four DocTypes, one of them a child table, with a formula and two roll-ups."""
    build_doctype(page, "Rental Charge", *CHARGE, kind=TABLE)
    build_doctype(page, "Equipment Category", *CATEGORY)
    build_doctype(page, "Equipment", *EQUIPMENT)
    build_doctype(page, "Rental", *RENTAL)
    page.goto("/app/studio/doctype/Equipment")
    add_field(page, TIMES)
    apply(page)


def give_rights(page: Page) -> None:
    """Two roles get their rights in one draft, which tells what it means for people."""
    page.goto("/app/studio/permissions?role=Rental+Clerk")
    page.get_by_role("button", name="Show all", exact=True).click()
    allow(page, "Rental Clerk", "Rental", "Read", "Edit", "Create", "Print")
    allow(page, "Rental Clerk", "Equipment", "Read")
    choose(page, "Role", "Rental Manager")
    allow(page, "Rental Manager", "Rental", "Read", "Edit")
    page.get_by_role("button", name="Plan (").click()
    plan = page.get_by_role("dialog", name="Plan", exact=True)
    people = plan.get_by_role("region", name="What it means for people", exact=True)
    clerk = people.get_by_role("listitem").filter(has_text="clerk").filter(has_text="Rental")
    expect(clerk.get_by_text("gains: Select, Read, Edit, Create, Print")).to_be_visible()
    plan.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("button", name="No changes", exact=True)).to_be_visible()


def make_workflow(page: Page) -> None:
    """The clerk asks, two managers agree."""
    panel = begin_workflow(page, "Rental", "Rental Approval")
    part(page, "State", "Draft").click()
    pick(panel, "Only edited by", "Rental Clerk")
    add_state(page, panel, "Asked")
    add_state(page, panel, "Agreed")
    add_action(page, panel, "Draft", "Asked", "Ask", "Rental Clerk")
    add_action(page, panel, "Asked", "Agreed", "Agree", "Rental Manager")
    panel.get_by_role("spinbutton", name="Number of different persons", exact=True).fill("2")
    apply(page)


def value(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


def cell(page: Page, column: str) -> Locator:
    """The cell of the first row under a heading."""
    headings = page.get_by_role("grid").locator("thead th").all_inner_texts()
    number = next(at for at, text in enumerate(headings) if text.startswith(column))
    return page.get_by_role("grid").locator("tbody tr").first.locator("td").nth(number)


def save(page: Page) -> None:
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()


def rent(page: Page) -> str:
    """The clerk's new rental of the excavator; answers its name."""
    page.goto("/app/rental/new-rental")
    value(page, "Site of Use").fill("浦东工地")
    search(page.get_by_role("combobox", name="Equipment", exact=True), "EX")
    page.get_by_role("option", name="EX-200").click()
    page.get_by_role("button", name="Add row", exact=True).click()
    for column, text in (("Description", "挖掘机"), ("Days", "3"), ("Rate", "1200")):
        cell(page, column).click()
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/app/rental/(?!new-)"))
    expect(page.locator('[data-fieldname="total"]')).to_contain_text("3,600")
    return page.url.rpartition("/")[2]


def show_the_new_form(page: Page) -> None:
    """The notice is gentle: it changes nothing by itself."""
    expect(page.get_by_text("This form has changed since it was opened.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show the new form", exact=True).click()


def press(page: Page, action: str, then: str) -> None:
    """Take a workflow action; the form tells the state that it leads to."""
    header = page.locator(".form-header")
    header.get_by_role("button", name=action, exact=True).click()
    expect(header.get_by_text(then, exact=True)).to_be_visible()


def change_under_the_clerk(desk: Page, clerk: Page) -> None:
    """A field comes while the clerk types, gets a value, and goes again while the clerk types."""
    value(clerk, "Site of Use").fill("虹桥工地")
    desk.goto("/app/studio/doctype/Rental")
    desk.locator('.canvas-field[data-fieldname="site_of_use"]').click()
    add_field(desk, Field("Currency", "Deposit"))
    apply(desk)
    show_the_new_form(clerk)
    expect(value(clerk, "Site of Use")).to_have_value("虹桥工地")
    clerk.get_by_label("Deposit", exact=True).fill("500")
    save(clerk)
    value(clerk, "Site of Use").fill("张江工地")
    take_back_the_newest(desk)
    show_the_new_form(clerk)
    expect(clerk.get_by_label("Deposit", exact=True)).to_have_count(0)
    expect(value(clerk, "Site of Use")).to_have_value("张江工地")
    save(clerk)


def test_equipment_rental_is_built_used_changed_and_changed_back(
    desk: Page, shop: Shop, staff: dict[str, Page]
) -> None:
    build(desk)
    give_rights(desk)
    make_workflow(desk)
    make_print_format(desk, "Rental", "Rental Slip")
    make_dashboard(desk, "Rental Desk", "Rentals", "Rental")
    with shop.served.client() as admin:
        category = create(admin, "Equipment Category", category_name="挖掘机械")["name"]
        equipment = create(admin, "Equipment", equipment_name="EX-200", category=category)["name"]

    clerk = staff[CLERK]
    name = rent(clerk)
    change_under_the_clerk(desk, clerk)
    press(clerk, "Ask", "Asked")
    for manager, then in ((FIRST, "Asked"), (SECOND, "Agreed")):
        staff[manager].goto(f"/app/rental/{name}")
        press(staff[manager], "Agree", then)

    staff[FIRST].goto("/app/dashboard-view/Rental%20Desk")
    expect(staff[FIRST].get_by_text("Rentals", exact=True)).to_be_visible()
    slip = clerk.request.get("/printview", params={"doctype": "Rental", "name": name, "format": "Rental Slip"})
    assert "张江工地" in slip.text()
    with shop.served.client() as admin:
        assert admin.get(f"/api/resource/Equipment/{equipment}").json()["data"]["times_rented"] == 1
        rental = admin.get(f"/api/resource/Rental/{name}").json()["data"]
        assert (rental["site_of_use"], rental["total"], "deposit" in rental) == ("张江工地", 3600, False)
        redo(admin)
        assert admin.get(f"/api/resource/Rental/{name}").json()["data"]["deposit"] == 500, "its column was kept"


def redo(admin: httpx.Client) -> None:
    """Apply the change that was taken back once more, as the history tells it."""
    plans = admin.get("/api/method/crm.plan.history", params={"limit": 500}).json()["message"]
    number = next(plan["plan"] for plan in plans if plan["rolled_back_at"])
    told = admin.get("/api/method/crm.plan.get", params={"plan": number}).json()["message"]
    definitions = [{**one["after"], "doctype": one["doctype"], "name": one["name"]} for one in told["definitions"]]
    admin.post("/api/method/crm.plan.apply", json={"definitions": definitions}).raise_for_status()
