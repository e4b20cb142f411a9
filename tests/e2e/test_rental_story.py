"""A whole application from nothing in the browser: equipment rental is built, used, changed under the hands of staff;
the change is taken back, and the server goes on all the while.

DocTypes, formula, roll-ups, permissions, the change and the way back are done in the studio. The workflow, the print
format and the dashboard come through the public API (`crm.plan.apply`) in the place of their designers: `LATER` holds
those steps, so that each can be exchanged for its designer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.browser import Complaints, opened
from support.rental import (
    CATEGORY,
    CHARGE,
    CLERK,
    EQUIPMENT,
    FIRST,
    RECORDS,
    RENTAL,
    SECOND,
    TABLE,
    TIMES,
    WORKFLOW,
    Field,
    hire,
)
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e

LATER = (("Rental Approval", WORKFLOW), ("Rental Slip and Rental Desk", RECORDS))
"""What the public API does in the place of a designer: the title of the plan, and its definitions."""


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    return own_shop


@pytest.fixture
def staff(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[dict[str, Page]]:
    """A page of each of the three, by address."""
    with ExitStack() as stack:
        pages = {}
        for email, storage in hire(shop.served).items():
            size = {"width": 1440, "height": 900}
            context = stack.enter_context(opened(browser, shop.served.url, viewport=size, storage_state=storage))
            pages[email] = context.new_page()
            complaints.listen(pages[email])
        yield pages


def begin(page: Page, name: str, kind: str = "") -> None:
    """A new DocType on the workbench."""
    page.goto("/app/studio")
    page.get_by_role("button", name="New DocType", exact=True).click()
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    if kind:
        page.get_by_role("radio", name=kind, exact=True).check(force=True)
    page.get_by_role("button", name="To the workbench", exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1, exact=True)).to_be_visible()


def add(page: Page, field: Field) -> None:
    """A field behind the selected one, with its properties."""
    kinds = page.get_by_role("region", name="Kinds of fields", exact=True)
    kinds.get_by_role("button", name=field.kind, exact=True).click()
    page.get_by_role("textbox", name="Label", exact=True).fill(field.label)
    expect(page.get_by_role("button", name=field.label, pressed=True)).to_be_visible()
    search = page.get_by_role("textbox", name="Search properties", exact=True)
    for label, value in field.properties:
        search.fill(label)
        page.get_by_role("textbox", name=label, exact=True).fill(value)
    search.fill("")


def apply(page: Page) -> None:
    page.get_by_role("button", name="Plan (").click()
    page.get_by_role("dialog", name="Plan", exact=True).get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("button", name="No changes", exact=True)).to_be_visible()


def build(page: Page, name: str, fields: tuple[Field, ...], kind: str = "") -> None:
    begin(page, name, kind)
    for field in fields:
        add(page, field)
    apply(page)


def allow(page: Page, role: str, doctype: str, *actions: str) -> None:
    """Give a role rights in the table of the whole site."""
    page.get_by_role("textbox", name="Search DocTypes", exact=True).fill(doctype)
    for action in actions:
        page.get_by_role("checkbox", name=f"{doctype}: {role}, level 0: {action}", exact=True).check()


def give_rights(page: Page) -> None:
    page.goto("/app/studio/permissions?role=Rental+Clerk")
    page.get_by_role("button", name="Show all", exact=True).click()
    allow(page, "Rental Clerk", "Rental", "Read", "Edit", "Create", "Print")
    allow(page, "Rental Clerk", "Equipment", "Read")
    page.get_by_role("combobox", name="Role", exact=True).fill("Rental Manager")
    page.get_by_role("option", name="Rental Manager", exact=True).click()
    allow(page, "Rental Manager", "Rental", "Read", "Edit")
    page.get_by_role("button", name="Plan (").click()
    plan = page.get_by_role("dialog", name="Plan", exact=True)
    people = plan.get_by_role("region", name="What it means for people", exact=True)
    clerk = people.get_by_role("listitem").filter(has_text="clerk").filter(has_text="Rental")
    expect(clerk.get_by_text("gains: Select, Read, Edit, Create, Print")).to_be_visible()
    plan.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("button", name="No changes", exact=True)).to_be_visible()


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
    page.get_by_role("combobox", name="Equipment", exact=True).fill("EX")
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


def take_back_the_newest(page: Page) -> None:
    page.goto("/app/studio/plans")
    page.get_by_role("button", name="Take back…", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Take back", exact=True).click()
    expect(page.get_by_text("Taken back by Administrator", exact=True).first).to_be_visible()


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
    add(desk, Field("Currency", "Deposit"))
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
    build(desk, "Rental Charge", CHARGE, TABLE)
    build(desk, "Equipment Category", CATEGORY)
    build(desk, "Equipment", EQUIPMENT)
    build(desk, "Rental", RENTAL)
    desk.goto("/app/studio/doctype/Equipment")
    add(desk, TIMES)
    apply(desk)
    give_rights(desk)
    with shop.served.client() as admin:
        for title, definitions in LATER:
            plan = {"definitions": definitions, "title": title}
            admin.post("/api/method/crm.plan.apply", json=plan).raise_for_status()
        category = create(admin, "Equipment Category", category_name="挖掘机械")["name"]
        equipment = create(admin, "Equipment", equipment_name="EX-200", category=category)["name"]

    clerk = staff[CLERK]
    name = rent(clerk)
    change_under_the_clerk(desk, clerk)
    press(clerk, "Ask", "Rental Asked")
    for manager, then in ((FIRST, "Rental Asked"), (SECOND, "Rental Approved")):
        staff[manager].goto(f"/app/rental/{name}")
        press(staff[manager], "Agree", then)

    staff[FIRST].goto("/app/dashboard-view/Rental%20Desk")
    expect(staff[FIRST].get_by_text("Rentals", exact=True)).to_be_visible()
    slip = clerk.request.get("/printview", params={"doctype": "Rental", "name": name, "format": "Rental Slip"})
    assert f"租赁单 {name}" in slip.text()
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
