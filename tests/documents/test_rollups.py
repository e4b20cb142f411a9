"""Roll-ups: what documents that link here add up to, exact after whatever happens to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from crm_platform.errors import LinkExistsError, ValidationError
from crm_platform.testing import TestSite
from support.sales import clear_deals, make_sales


@pytest.fixture(scope="module")
def defined(module_site: TestSite) -> TestSite:
    return make_sales(module_site)


@pytest.fixture
def sales(defined: TestSite) -> TestSite:
    site = defined
    site.system(clear_deals)
    site.system(clear_masters)
    site.insert("Region", region_name="华东")
    site.insert("Client", client_name="甲", region="华东", rate=10)
    site.insert("Client", client_name="乙", region="华东")
    site.insert("Product Sold", product_name="泵")
    return site


def clear_masters(ctx: Any) -> None:
    for doctype in ("Client", "Region", "Product Sold"):
        for row in ctx.store.list(doctype, limit=None):
            ctx.store.delete(doctype, row["name"])


def deal(site: TestSite, client: str = "甲", price: float | str = 100, **values: Any) -> str:
    items = values.pop("items", [{"product": "泵", "qty": 1, "price": price}])
    return str(site.insert("Deal", client=client, items=items, **values).name)


def client(site: TestSite, name: str = "甲") -> tuple[Any, ...]:
    doc = site.get("Client", name)
    return doc.deals, doc.won, doc.mean, doc.best


def test_no_documents_count_and_sum_to_nothing_and_have_no_extreme(sales: TestSite) -> None:
    doc = sales.get("Client", "甲")
    assert (doc.deals, doc.won, doc.points, doc.mean, doc.first, doc.best) == (0, 0, 0, None, None, None)


def test_creating_changing_moving_and_deleting(sales: TestSite) -> None:
    first = deal(sales, price="0.1", status="成交", closed="2026-03-01", score=0.1)
    second = deal(sales, price="0.2", status="成交", closed="2026-02-01", score=0.2)
    assert client(sales) == (2, Decimal("0.3"), Decimal("0.15"), Decimal("0.2"))
    assert sales.get("Client", "甲").points == 0.3
    sales.update("Deal", second, status="失败")
    assert client(sales) == (2, Decimal("0.1"), Decimal("0.15"), Decimal("0.1"))
    sales.update("Deal", first, client="乙")
    assert client(sales) == (1, Decimal(0), Decimal("0.2"), None)
    assert client(sales, "乙") == (1, Decimal("0.1"), Decimal("0.1"), Decimal("0.1"))
    sales.write(lambda ctx: ctx.store.delete("Deal", second))
    assert client(sales) == (0, 0, None, None)


def test_a_change_goes_on_through_formulas_and_further_roll_ups(sales: TestSite) -> None:
    deal(sales, price=200, status="成交")
    deal(sales, "乙", price=50, status="成交")
    region = sales.get("Region", "华东")
    assert (region.clients, region.won, region.bonus) == (2, Decimal(250), Decimal(20))
    sales.update("Client", "甲", rate=20)
    assert sales.get("Region", "华东").bonus == Decimal(40)


def test_roll_ups_over_own_rows_and_over_rows_elsewhere(sales: TestSite) -> None:
    name = deal(sales, items=[{"product": "泵", "qty": 1.5, "price": 3}, {"product": "泵", "qty": 4, "price": 2}])
    stored = sales.get("Deal", name)
    assert (stored.amount, stored.dearest, stored.small) == (Decimal("12.5"), Decimal(3), 1)
    assert sales.get("Product Sold", "泵").sold == 5.5
    sales.update("Deal", name, items=[])
    stored = sales.get("Deal", name)
    assert (stored.dearest, stored.small) == (None, 0)
    assert sales.get("Product Sold", "泵").sold == 0


def test_submitting_and_cancelling(sales: TestSite) -> None:
    name = deal(sales)
    sales.write(lambda ctx: ctx.store.submit("Deal", name))
    assert sales.get("Product Sold", "泵").sold == 1
    sales.write(lambda ctx: ctx.store.cancel("Deal", name))
    assert sales.get("Product Sold", "泵").sold == 0


def test_the_target_keeps_its_time_of_change_and_its_open_form(sales: TestSite) -> None:
    opened = sales.get("Client", "甲")
    deal(sales, status="成交")
    saved = sales.write(
        lambda ctx: ctx.store.update(
            "Client", "甲", {"deals": 77, "won": 5, "rate": 30, "modified": opened.modified.isoformat()}
        )
    )
    assert (saved.deals, saved.won, saved.bonus) == (1, Decimal(100), Decimal(30))
    assert sales.read(lambda ctx: ctx.store.count("Version", filters={"docname": "甲"})) == 1


def test_a_document_read_before_its_sources_changed_is_saved_with_what_is_right(sales: TestSite) -> None:
    def late(ctx: Any) -> Any:
        doc = ctx.store.get("Client", "甲")
        ctx.store.insert(ctx.store.new("Deal", {"client": "甲", "status": "成交", "items": [{"qty": 1, "price": 90}]}))
        doc["rate"] = 50
        return ctx.store.save(doc)

    saved = sales.write(late)
    assert (saved.deals, saved.bonus) == (1, Decimal(45))
    assert sales.get("Client", "甲").bonus == Decimal(45)


def test_a_batch_counts_per_target(sales: TestSite) -> None:
    def many(ctx: Any) -> None:
        values = [{"client": "甲乙"[n % 2], "status": "成交", "items": [{"qty": 1, "price": n}]} for n in range(40)]
        ctx.store.insert_many([ctx.store.new("Deal", each) for each in values])

    sales.write(many)
    assert client(sales) == (20, Decimal(380), Decimal(19), Decimal(38))
    assert client(sales, "乙") == (20, Decimal(400), Decimal(20), Decimal(39))


def test_renaming_target_and_source(sales: TestSite) -> None:
    name = deal(sales, status="成交")
    sales.write(lambda ctx: ctx.store.rename("Client", "甲", "丙"))
    sales.write(lambda ctx: ctx.store.rename("Region", "华东", "江南"))
    assert client(sales, "丙") == (1, Decimal(100), Decimal(100), Decimal(100))
    sales.update("Deal", name, items=[{"qty": 2, "price": 100}])
    assert sales.get("Region", "江南").won == Decimal(200)


def test_roll_ups_are_listed_filtered_and_sorted(sales: TestSite) -> None:
    deal(sales, "乙", status="成交")
    rows = sales.read(
        lambda ctx: ctx.store.list("Client", fields=["name", "deals"], filters=[["won", ">", 0]], order_by="deals desc")
    )
    assert rows == [{"name": "乙", "deals": 1}]


def test_a_refused_source_leaves_the_target_alone(sales: TestSite) -> None:
    deal(sales)
    with pytest.raises(LinkExistsError):
        sales.write(lambda ctx: ctx.store.delete("Client", "甲"))
    with pytest.raises(ValidationError, match="too large"):
        for _ in range(3):
            deal(sales, price="4000000000000", status="成交")
    assert sales.get("Client", "甲").deals == 3
