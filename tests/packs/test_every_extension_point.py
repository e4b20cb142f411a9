"""The dummy pack on a site: each thing that a pack can contribute is there, works, and goes with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_platform.app import create_application
from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.sites.packs import settings
from crm_platform.testing import TestSite, make_site
from crm_platform.workflow.applying import apply
from support.api_site import Client
from support.dummy_pack.loans import FIRST_SHELF
from support.dummy_pack.pack import Lending
from support.printing import snapshot

CLERK = "clerk@example.com"
SELLER = "seller@example.com"


@pytest.fixture(scope="module")
def lending_template(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Path:
    """A closed site with the pack enabled, and one who lends."""
    folder = tmp_path_factory.mktemp("lending") / "site"
    made = make_site(folder, template=site_template, packs=[Lending()])
    made.enable_pack("lending")
    made.user(CLERK, "Loan Clerk", "Sales User")
    made.user(SELLER, "Sales User")
    made.site.close()
    return folder


@pytest.fixture
def lending(tmp_path: Path, lending_template: Path) -> Iterator[TestSite]:
    """A copy of it."""
    made = make_site(tmp_path / "site", template=lending_template, packs=[Lending()])
    yield made
    made.site.close()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def guest(lending: TestSite, runner: asyncio.Runner) -> Client:
    """A caller who is not signed in, of the whole application."""
    return Client(create_application(lending.site), runner, {"host": "localhost"})


@pytest.fixture
def admin(guest: Client) -> Client:
    answer = guest.post("/api/method/login", data={"usr": "Administrator", "pwd": "admin"})
    assert answer.status_code == 200, answer.text
    return guest


def lend(site: TestSite, item: str = "投影仪", **values: Any) -> str:
    """A loan that is out."""
    customer = site.insert("Customer", customer_name="北京科技", customer_type="Company").name
    name = str(site.insert("Loan", CLERK, customer=customer, item=item, **values).name)
    site.write(lambda ctx: apply(ctx, "Loan", name, "Lend"), CLERK)
    return name


def take_back(site: TestSite, name: str) -> None:
    site.write(lambda ctx: apply(ctx, "Loan", name, "Take Back"), CLERK)


def test_doctypes_events_and_workflow(lending: TestSite) -> None:
    loan = lending.get("Loan", lend(lending))
    assert (loan.shelf, loan.workflow_state) == (FIRST_SHELF, "Out")
    with pytest.raises(ValidationError, match="before it begins"):
        lending.update("Loan", loan["name"], due_date="2020-01-01")


def test_an_event_of_every_doctype(lending: TestSite) -> None:
    product = lending.insert("Product", product_code="P-1", product_name="投影仪").name
    loan = lend(lending, item=product)
    with pytest.raises(ValidationError, match="is lent"):
        lending.write(lambda ctx: ctx.store.delete("Product", product))
    take_back(lending, loan)
    lending.write(lambda ctx: ctx.store.delete("Product", product))


def test_custom_field_property_setter_permissions_and_rule(lending: TestSite) -> None:
    customer = lending.read(lambda ctx: ctx.definitions["Customer"])
    assert customer.by_name["tax_id"].in_list_view
    assert (customer.by_name["loan_limit"].layer, customer.layer_of("in_list_view", "tax_id")) == ("lending", "lending")
    assert {row.role for row in lending.read(lambda ctx: ctx.definitions["Industry"]).permissions} == {
        "System Manager",
        "Loan Clerk",
    }
    frozen: dict[str, Any] = {"customer_name": "上海贸易", "customer_type": "Company", "is_frozen": 1}
    with pytest.raises(ValidationError, match="borrows nothing"):
        lending.insert("Customer", **frozen)
    lending.insert("Customer", **frozen, loan_limit=0)


def test_a_row_filter_narrows_lists_and_documents(lending: TestSite) -> None:
    name = lend(lending)
    take_back(lending, name)
    assert lending.get("Loan", name, CLERK).workflow_state == "Returned"
    with pytest.raises(DoesNotExistError):
        lending.get("Loan", name, SELLER)
    assert lending.read(lambda ctx: ctx.store.list("Loan"), SELLER) == []


def test_records_are_delivered_and_go_with_the_pack(lending: TestSite) -> None:
    records = {
        "Role": "Loan Clerk",
        "Report": "Loans by State",
        "Print Format": "Loan Slip",
        "Workflow": "Loan",
        "Module Def": "Lending",
        "Workflow Action Master": "Take Back",
        "Validation Rule": "Loan limit of frozen customers",
    }
    for kind, name in records.items():
        assert lending.get(kind, name)["name"] == name
    lending.write(lambda ctx: ctx.store.delete("User", CLERK))
    lending.disable_pack("lending")
    for kind, name in records.items():
        with pytest.raises(DoesNotExistError):
            lending.get(kind, name)


def test_a_role_in_use_stays(lending: TestSite) -> None:
    lending.disable_pack("lending")
    assert lending.get("Role", "Loan Clerk")["name"] == "Loan Clerk"


def test_before_disable_refuses_and_nothing_changes(lending: TestSite) -> None:
    name = lend(lending)
    with pytest.raises(ValidationError, match="1 things are still lent"):
        lending.disable_pack("lending")
    assert lending.get("Loan", name).workflow_state == "Out"
    take_back(lending, name)
    lending.disable_pack("lending")


def test_api_methods_by_their_marks(lending: TestSite, guest: Client) -> None:
    name = lend(lending, due_date="2099-01-01")
    customer = lending.get("Loan", name).customer
    assert guest.get("/api/method/lending.opening_hours").json() == {"message": "Monday to Friday"}
    chinese = guest.get("/api/method/lending.opening_hours", headers={"accept-language": "zh-CN"})
    assert chinese.json() == {"message": "星期一至星期五"}
    closed = {"lending.open_loans": {"customer": customer}, "lending.extend": {"name": name, "due_date": "2099-06-01"}}
    for method, values in closed.items():
        assert guest.post(f"/api/method/{method}", data=values).status_code == 403


def test_a_method_that_writes_is_called_by_post(lending: TestSite, admin: Client) -> None:
    name = lend(lending, due_date="2099-01-01")
    values = {"name": name, "due_date": "2099-06-01"}
    counted = admin.get("/api/method/lending.open_loans", params={"customer": lending.get("Loan", name).customer})
    assert counted.json() == {"message": 1}
    assert admin.get("/api/method/lending.extend", params=values).status_code in (403, 405)
    assert str(lending.get("Loan", name).due_date) == "2099-01-01"
    assert admin.post("/api/method/lending.extend", data=values).json() == {"message": "2099-06-01"}
    assert str(lending.get("Loan", name).due_date) == "2099-06-01"


def test_the_interface_learns_of_form_actions(lending: TestSite, admin: Client) -> None:
    shown = admin.get("/api/method/crm.desk.meta", params={"doctype": "Loan"}).json()["message"]
    (action,) = shown["actions"]
    assert (action["label"], action["method"]) == ("Extend", "lending.extend")
    assert action["condition"], "the condition is served as a tree"
    assert action["confirm"] == "Others wait for it."


def test_the_interface_learns_whom_to_ask_while_a_form_is_filled_in(lending: TestSite, admin: Client) -> None:
    shown = admin.get("/api/method/crm.desk.meta", params={"doctype": "Loan"}).json()["message"]
    (source,) = shown["suggestions"]
    like = {"label": "Extend Alike", "method": "lending.extend_like", "argument": "other"}
    asked = {"label": "Lent Before", "method": "lending.lent_before", "fields": ["item"]}
    assert source == {**asked, "actions": {"Loan": like}}
    name = lend(lending, "扫描仪", due_date="2099-03-01")
    answer = admin.post(f"/api/method/{source['method']}", json={"item": "扫描仪"}).json()["message"]
    assert [(row["doctype"], row["name"], row["title"]) for row in answer] == [("Loan", name, "扫描仪")]
    other = lend(lending, "扫描仪", due_date="2099-01-01")
    admin.post(f"/api/method/{like['method']}", json={"name": other, like["argument"]: name}).raise_for_status()
    assert str(lending.get("Loan", other).due_date) == "2099-03-01"
    nobody_asks = admin.get("/api/method/crm.desk.meta", params={"doctype": "Customer"}).json()["message"]
    assert nobody_asks["suggestions"] == []


def test_the_page_of_a_document_has_the_tables_of_packs(lending: TestSite, admin: Client) -> None:
    loan = lending.get("Loan", lend(lending, "幻灯机"))
    about = {"doctype": "Customer", "name": loan.customer}
    (section,) = admin.get("/api/method/crm.desk.overview", params=about).json()["message"]["asked"]
    assert (section["label"], [column["label"] for column in section["columns"]]) == ("Lent", ["Item"])
    rows = admin.post(f"/api/method/{section['method']}", json={"name": loan.customer}).json()["message"]
    assert rows == [{"doctype": "Loan", "name": loan.name, "title": "幻灯机"}]
    nothing = {"doctype": "User", "name": "Administrator"}
    assert admin.get("/api/method/crm.desk.overview", params=nothing).json()["message"]["asked"] == []


def test_a_price_comes_from_the_packs_source_and_the_rest_from_our_own(lending: TestSite, admin: Client) -> None:
    for code in ("BOOK-1", "LAMP-1"):
        lending.insert(
            "Product", product_code=code, product_name=code, standard_rate=9, is_stock_item=1, opening_stock=3
        )
    asked = {"qty": 10, "currency": "CNY"}
    book, lamp = (
        admin.get("/api/method/crm.item_details", params={**asked, "product": code}).json()["message"]
        for code in ("BOOK-1", "LAMP-1")
    )
    assert (book["price_list_rate"], book["available_qty"], book["source"]) == (1, 3, "lending.shelf")
    assert (lamp["price_list_rate"], lamp["source"]) == (9, "Price Lists")
    broken = {**asked, "product": "BOOK-1", "currency": "USD"}
    answer = admin.get("/api/method/crm.item_details", params=broken)
    assert answer.status_code == 500
    assert "item_sources shelf of pack lending failed (KeyError)" in answer.text
    customer = lending.insert("Customer", customer_name="借书人").name
    items = [{"product": "BOOK-1", "qty": 2}]
    order = lending.insert("Sales Order", customer=customer, currency="CNY", conversion_rate=1, items=items)
    assert (order.total, order["items"][0].projected_qty) == (4, 3)


def test_a_print_format_with_the_packs_filter(lending: TestSite) -> None:
    taken = snapshot(lending, "Loan", lend(lending), print_format="Loan Slip")
    assert taken.template is not None
    assert "shelf_mark" in taken.template.html
    assert taken.filters == {"shelf_mark": "support.dummy_pack.filters:shelf_mark"}


def test_methods_are_gone_with_the_pack(lending: TestSite, guest: Client) -> None:
    lending.disable_pack("lending")
    answer = guest.get("/api/method/lending.opening_hours")
    assert answer.status_code == 417
    assert "no such method" in answer.text


def test_work_by_the_clock(lending: TestSite) -> None:
    name = lend(lending, lent_on="2020-01-01", due_date="2020-02-01")
    schedules = dict(lending.site.hooks.contributions("schedules"))
    assert schedules.keys() == {"crm", "lending"}
    assert list(schedules["lending"]) == ["0 6 * * *"]
    lending.system(schedules["lending"]["0 6 * * *"])
    assert lending.get("Loan", name).overdue == 1


def test_settings_are_the_manifests_until_the_site_says_otherwise(lending: TestSite) -> None:
    def read() -> dict[str, str]:
        return lending.read(lambda ctx: ctx.settings(Lending.manifest))

    def change(**values: str) -> dict[str, str]:
        return lending.system(lambda ctx: settings(lending.site, ctx, "lending", values))

    assert read() == {"loan_days": "14", "greeting": "您好"}
    assert change(loan_days="7") == {"loan_days": "7", "greeting": "您好"}
    with pytest.raises(ValidationError, match="no setting colour. It has: loan_days, greeting"):
        change(colour="red")
    lending.disable_pack("lending")
    lending.enable_pack("lending")
    assert read()["loan_days"] == "7"


def test_a_pack_put_on_again_finds_its_documents(lending: TestSite) -> None:
    name = lend(lending)
    take_back(lending, name)
    lending.disable_pack("lending")
    with pytest.raises(DoesNotExistError):
        lending.get("Loan", name)
    lending.enable_pack("lending")
    assert lending.get("Loan", name).item == "投影仪"
    assert lending.read(lambda ctx: ctx.store.count("Loan Shelf")) == 1
