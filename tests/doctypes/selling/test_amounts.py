"""All amounts of a document are what a person would calculate, to the cent, whatever is sold at whatever discount."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_platform.documents.context import Context
from crm_platform.testing import TestSite, make_site
from support.selling import Line, by_hand, rounded

PRODUCT, CUSTOMER = "P-1", "CUST-1"
RATES = {Decimal(13): "VAT 13%", Decimal(6): "VAT 6%"}


class Undo(Exception):
    """Takes a transaction back."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[TestSite]:
    """A product and a customer; what a test sells leaves no trace."""
    site = make_site(tmp_path_factory.mktemp("amounts") / "site", template=site_template)
    site.update("System Settings", "System Settings", currency="CNY")
    site.insert("Product", product_code=PRODUCT, product_name="泵")
    site.insert("Customer", customer_name="客户")
    yield site
    site.site.close()


def sold(site: TestSite, values: dict[str, Any]) -> dict[str, Any]:
    """The amounts of an order that is not kept."""
    found: dict[str, Any] = {}

    def sell(ctx: Context) -> None:
        (customer,) = ctx.store.list("Customer", limit=1)
        doc = ctx.store.insert(ctx.store.new("Sales Order", {"customer": customer["name"], **values}))
        found.update(doc.as_dict())
        raise Undo

    with pytest.raises(Undo):
        site.write(sell)
    return found


def decimals(most: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, most, places=places, allow_nan=False, allow_infinity=False)


lines = st.lists(
    st.builds(
        Line,
        qty=decimals(500, 3).filter(bool),
        price=decimals(20_000, 4).filter(bool),
        discount=decimals(100, 2),
        tax=st.sampled_from([None, *RATES]),
    ),
    min_size=1,
    max_size=6,
)


@given(
    lines=lines,
    discount=decimals(100, 2),
    rate=decimals(30, 2),
    currency=st.sampled_from([("CNY", 2), ("JPY", 0), ("KWD", 3)]),
)
@settings(max_examples=60)
def test_totals_are_those_of_an_independent_calculation(
    shop: TestSite, lines: list[Line], discount: Decimal, rate: Decimal, currency: tuple[str, int]
) -> None:
    code, places = currency
    doc = sold(
        shop,
        {
            "currency": code,
            "conversion_rate": 1 if code == "CNY" else 0.0503,
            "additional_discount_percentage": float(discount),
            "taxes": [{"charge_type": "On Net Total", "description": "税", "rate": float(rate)}],
            "items": [
                {
                    "product": PRODUCT,
                    "qty": float(line.qty),
                    "price_list_rate": float(line.price),
                    "discount_percentage": float(line.discount),
                    "item_tax_template": RATES.get(line.tax) if line.tax is not None else None,
                }
                for line in lines
            ],
        },
    )
    wanted = by_hand(lines, discount, rate, places)
    assert {name: doc[name] for name in wanted} == wanted
    assert doc["discount_amount"] == wanted["total"] - wanted["net_total"]
    assert sum(row["net_amount"] for row in doc["items"]) == doc["net_total"]
    assert doc["base_net_total"] == sum(row["base_net_amount"] for row in doc["items"])


def test_half_a_cent_is_rounded_up(shop: TestSite) -> None:
    doc = sold(
        shop,
        {
            "items": [
                {"product": PRODUCT, "qty": 1, "price_list_rate": 1.005},
                {"product": PRODUCT, "qty": 3, "price_list_rate": 0.335},
            ]
        },
    )
    assert [row["amount"] for row in doc["items"]] == [Decimal("1.01"), Decimal("1.01")]


def test_a_fixed_charge_is_added_untaxed(shop: TestSite) -> None:
    charges = [
        {"charge_type": "On Net Total", "description": "税", "rate": 10},
        {"charge_type": "Actual", "description": "运费", "charge_amount": 12.345},
    ]
    doc = sold(shop, {"taxes": charges, "items": [{"product": PRODUCT, "qty": 1, "price_list_rate": 100}]})
    assert [row["tax_amount"] for row in doc["taxes"]] == [Decimal(10), Decimal("12.35")]
    assert doc["grand_total"] == Decimal("122.35")


@given(
    lines=lines,
    part=st.decimals("0.001", 1, places=3),
    currency=st.sampled_from([("CNY", 2), ("JPY", 0), ("KWD", 3)]),
)
@example(  # rounded up to a whole yen, half of which is a whole one again
    lines=[Line(qty=Decimal("2.193"), price=Decimal("0.228"), discount=Decimal(0), tax=None)],
    part=Decimal("0.5"),
    currency=("JPY", 0),
)
@settings(max_examples=40)
def test_a_discount_as_an_amount_is_borne_by_the_rows_to_the_cent(
    shop: TestSite, lines: list[Line], part: Decimal, currency: tuple[str, int]
) -> None:
    code, places = currency
    total = by_hand(lines, places=places)["total"]
    amount = rounded(total * part, places)
    items = [
        {
            "product": PRODUCT,
            "qty": float(line.qty),
            "price_list_rate": float(line.price),
            "discount_percentage": float(line.discount),
            "item_tax_template": RATES.get(line.tax) if line.tax is not None else None,
        }
        for line in lines
    ]
    rate = {"currency": code, "conversion_rate": 1 if code == "CNY" else 0.0503}
    taxes = [{"charge_type": "On Net Total", "description": "税", "rate": 10}]
    doc = sold(shop, {**rate, "additional_discount_amount": float(amount), "taxes": taxes, "items": items})
    assert (doc["total"], doc["net_total"], doc["discount_amount"]) == (total, total - amount, amount)
    nets = [row["net_amount"] for row in doc["items"]]
    assert sum(nets) == total - amount
    unit = Decimal(1).scaleb(-places)
    for line, row, net in zip(lines, doc["items"], nets, strict=True):
        assert net >= 0
        assert abs(net - row["amount"] * (total - amount) / total) < unit if total else net == 0
        assert row["tax_amount"] == (rounded(net * line.tax / 100, places) if line.tax is not None else 0)
    untaxed = sum((net for line, net in zip(lines, nets, strict=True) if line.tax is None), Decimal(0))
    assert doc["grand_total"] == doc["net_total"] + sum(row["tax_amount"] for row in doc["items"]) + rounded(
        untaxed * 10 / 100, places
    )
