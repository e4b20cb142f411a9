"""Which price counts, what is in stock, and who is asked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm_platform.doctypes.selling.enquiring import item_details, row_details
from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.testing import TestSite, make_site

PUMP, SEAL, SET = "PUMP", "SEAL", "SET"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[TestSite]:
    """A pump with several prices, a bundle with two seals, a customer with prices of his own."""
    site = make_site(tmp_path_factory.mktemp("prices") / "site", template=site_template)
    site.update("System Settings", "System Settings", currency="CNY")
    site.insert("Product", product_code=PUMP, product_name="泵", standard_rate=100, is_stock_item=1, opening_stock=7)
    site.insert("Product", product_code=SEAL, product_name="密封", standard_rate=5, is_stock_item=1, opening_stock=9)
    site.insert("Product", product_code=SET, product_name="套装", standard_rate=90)
    site.insert("Product Bundle", product=SET, items=[{"product": PUMP, "qty": 1}, {"product": SEAL, "qty": 2}])
    site.insert("Price List", price_list_name="批发", currency="CNY", is_default=1)
    site.insert("Price List", price_list_name="Export", currency="USD")
    customer = site.insert("Customer", customer_name="老客户").name
    for price in (
        {"price_list_rate": 95},
        {"price_list_rate": 80, "min_qty": 10},
        {"price_list_rate": 60, "min_qty": 10, "valid_upto": "2020-12-31"},
        {"price_list_rate": 85, "customer": customer},
        {"price_list_rate": 15, "price_list": "Export"},
    ):
        site.insert("Product Price", **{"product": PUMP, "price_list": "批发", **price})
    yield site
    site.site.close()


@pytest.mark.parametrize(
    ("asked", "price"),
    [
        ({}, 95),
        ({"qty": 10}, 80),
        ({"qty": 10, "date": "2020-06-01"}, 60),
        ({"customer": "老客户"}, 85),
        ({"customer": "老客户", "qty": 10}, 85),
        ({"currency": "USD", "price_list": "Export"}, 15),
        ({"currency": "EUR"}, 100),
        ({"product": SEAL}, 5),
    ],
)
def test_the_price_that_counts(shop: TestSite, asked: dict[str, object], price: float) -> None:
    (customer,) = shop.read(lambda ctx: ctx.store.list("Customer", limit=1))
    named = {**asked, **({"customer": customer["name"]} if "customer" in asked else {})}
    found = shop.read(lambda ctx: item_details(ctx, **{"product": PUMP, **named}))
    assert found["price_list_rate"] == price


def test_a_bundle_is_there_as_often_as_its_parts(shop: TestSite) -> None:
    assert shop.read(lambda ctx: item_details(ctx, SET))["available_qty"] == 4
    assert shop.read(lambda ctx: item_details(ctx, PUMP))["available_qty"] == 7


def test_a_bundle_takes_its_parts_from_stock(shop: TestSite) -> None:
    (customer,) = shop.read(lambda ctx: ctx.store.list("Customer", limit=1))
    note = shop.insert("Delivery Note", customer=customer["name"], items=[{"product": SET, "qty": 2}])
    assert [(row.product, row.qty) for row in note.packed_items] == [(PUMP, 2), (SEAL, 4)]
    shop.write(lambda ctx: ctx.store.submit("Delivery Note", note.name))
    assert (shop.get("Product", PUMP).actual_qty, shop.get("Product", SEAL).actual_qty) == (5, 5)
    shop.write(lambda ctx: ctx.store.cancel("Delivery Note", note.name))
    assert shop.get("Product", PUMP).actual_qty == 7


def test_nothing_is_asked_for_no_quantity(shop: TestSite) -> None:
    with pytest.raises(ValidationError, match="above 0"):
        shop.read(lambda ctx: item_details(ctx, PUMP, qty=0))


@pytest.mark.parametrize(
    ("asked", "error", "sentence"),
    [
        ({"qty": float("nan")}, ValidationError, "above 0"),
        ({"qty": float("inf")}, ValidationError, "above 0"),
        ({"date": "2026-02-30"}, ValidationError, "2026-02-30 is no day"),
        ({"currency": "NOPE"}, DoesNotExistError, "Currency NOPE"),
        ({"price_list": "NOPE"}, DoesNotExistError, "Price List NOPE"),
        ({"product": "NOPE"}, DoesNotExistError, "Product NOPE"),
        ({"customer": "NOPE"}, DoesNotExistError, "Customer NOPE"),
    ],
)
def test_an_enquiry_about_what_is_not_there_is_refused(
    shop: TestSite, asked: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        shop.read(lambda ctx: item_details(ctx, **{"product": PUMP, **asked}))


def test_an_item_row_takes_the_price_and_keeps_one_that_was_entered(shop: TestSite) -> None:
    (customer,) = shop.read(lambda ctx: ctx.store.list("Customer", limit=1))
    items = [{"product": PUMP, "qty": 1}, {"product": PUMP, "qty": 1, "price_list_rate": 1.5}]
    offer = shop.insert("Quotation", party_name=customer["name"], items=items)
    assert [row.price_list_rate for row in offer["items"]] == [Decimal(85), Decimal("1.5")]


def test_an_item_row_shows_what_is_available(shop: TestSite) -> None:
    (customer,) = shop.read(lambda ctx: ctx.store.list("Customer", limit=1))
    service = shop.insert("Product", product_code="TALK", product_name="咨询", standard_rate=1).name
    items = [{"product": product, "qty": 1, "projected_qty": 99} for product in (PUMP, SET, service)]
    offer = shop.insert("Quotation", party_name=customer["name"], items=items)
    assert [row.projected_qty or 0 for row in offer["items"]] == [7, 4, 0]


def test_a_row_that_is_being_entered_learns_its_price(shop: TestSite) -> None:
    (customer,) = shop.read(lambda ctx: ctx.store.list("Customer", limit=1))
    for parent, price in (({}, 80), ({"customer": customer["name"]}, 85), ({"currency": "EUR"}, 100)):
        found = shop.read(lambda ctx, parent=parent: row_details(ctx, {"product": PUMP, "qty": 10}, parent))
        assert found == {"price_list_rate": price, "projected_qty": 7}


def test_a_row_of_a_quotation_for_a_lead_asks_for_nobodys_prices(shop: TestSite) -> None:
    parent = {"quotation_to": "Lead", "party_name": "CRM-LEAD-2026-00001", "currency": "CNY"}
    row = {"product": PUMP, "qty": 1}
    assert shop.read(lambda ctx: row_details(ctx, row, parent)) == {
        "price_list_rate": 95,
        "projected_qty": 7,
    }


def test_an_address_names_the_country_only_abroad(shop: TestSite) -> None:
    shop.update("System Settings", "System Settings", country="China")
    lines = {"address_type": "Office", "address_line1": "建国路 93 号", "city": "北京"}
    items = [{"product": SEAL, "qty": 1}]
    for country, shown in (("China", "建国路 93 号\n北京"), ("Germany", "建国路 93 号\n北京\nGermany")):
        address = shop.insert("Address", address_title=country, country=country, **lines).name
        customer = shop.insert("Customer", customer_name=f"在 {country} 的客户", customer_primary_address=address).name
        assert shop.insert("Quotation", party_name=customer, items=items).address_display == shown
