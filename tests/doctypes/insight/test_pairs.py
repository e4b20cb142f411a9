"""Products bought together: the figures against plain counting, the documents behind them, who may ask."""

from __future__ import annotations

from itertools import permutations

from crm_platform.app import create_worker
from crm_platform.jobs.tables import JOB, QUEUED
from support.crm import Crm
from support.selling import Trade

YEAR = {"from_date": "2019-01-01", "to_date": "2019-12-31"}


def test_pairs_are_what_counting_by_hand_says(crm: Crm, trade: Trade) -> None:
    pump, seal, hose = (trade.product(10) for _ in range(3))
    customer, sold = trade.customer(), {}
    for basket in ([pump, seal], [pump, seal, hose], [pump, pump, seal], [hose], [pump]):
        items = [{"product": product, "qty": 1} for product in basket]
        sold[trade.invoice(customer, *items, posting_date="2019-06-01")] = set(basket)
    trade.invoice(customer, {"product": hose, "qty": 1}, {"product": pump, "qty": 1}, posting_date="2018-12-31")
    answer = crm.sales_manager.call("crm.insight.product_pairs", least=1, **YEAR)
    assert answer["documents"] == len(sold)

    def holding(*products: str) -> int:
        return sum(set(products) <= basket for basket in sold.values())

    expected = {}
    for one, other in permutations((pump, seal, hose), 2):
        both, whole = holding(one, other), len(sold)
        lift = both * whole / (holding(one) * holding(other))
        expected[one, other] = (both, round(both / whole, 4), round(both / holding(one), 4), round(lift, 4))
    figures = ("documents", "support", "confidence", "lift")
    rows = {(row["product"], row["with_product"]): tuple(row[name] for name in figures) for row in answer["rows"]}
    assert rows == expected
    assert expected[pump, seal] == (3, 0.6, 0.75, 1.25)
    assert len(crm.sales_manager.call("crm.insight.product_pairs", least=2, **YEAR)["rows"]) == 2
    behind = crm.sales_manager.call("crm.insight.pair_documents", product=pump, with_product=seal, **YEAR)
    listed = crm.sales_manager.list(behind["list"], filters=behind["filters"])
    assert {row["name"] for row in listed} == {name for name, basket in sold.items() if {pump, seal} <= basket}


def test_who_may_not_read_invoices_gets_no_pairs(crm: Crm) -> None:
    assert "Sales Invoice" in crm.marketing.refused("crm.insight.product_pairs")
    said = crm.sales_manager.refused("crm.insight.product_pairs", document_type="Customer")
    assert "Sales Invoice, Sales Order" in said


def count_again(crm: Crm) -> None:
    """What the night does."""
    crm.administrator.call("crm.insight.compute")
    worker, waiting = create_worker(crm.site), {"task": "crm:refresh_product_pairs", "state": QUEUED}
    for row in crm.site.runtime.read(lambda ctx: ctx.connection.fetch(JOB, waiting)):
        worker.deliver(row["id"])


def test_the_pairs_that_are_kept_are_those_that_are_counted(crm: Crm, trade: Trade) -> None:
    pump, seal = trade.product(10), trade.product(2)
    items = [{"product": product, "qty": 1} for product in (pump, seal)]
    customer, manager = trade.customer(), crm.sales_manager
    bills = [trade.invoice(customer, *items) for _ in range(2)]
    asked = {"product": ["in", [pump, seal]]}
    for _ in range(2):
        count_again(crm)
        kept = manager.list("Product Pair", fields=["*"], filters=asked)
        counted = [
            row
            for row in manager.call("crm.insight.product_pairs", limit=1000)["rows"]
            if row["product"] in (pump, seal)
        ]
        figures = ("product", "with_product", "documents", "support", "confidence", "lift")
        assert sorted([row[name] for name in figures] for row in kept) == sorted(
            [row[name] for name in figures] for row in counted
        )
        assert {row["documents"] for row in kept} == {len(bills)}
        bills.append(trade.invoice(customer, *items))
    behind = manager.call("crm.insight.documents_of_pair", name=kept[0]["name"])
    assert behind == {"list": "Sales Invoice", "filters": [["name", "in", sorted(bills)]]}
    report = manager.call("frappe.desk.query_report.run", report_name="Products Bought Together")
    assert any({pump, seal} <= set(map(str, row.values())) for row in report["result"] if isinstance(row, dict))
    for bill in bills[1:]:
        trade.crm.person("accounts.manager@example.com", "Accounts Manager").change("Sales Invoice", bill, docstatus=2)
    count_again(crm)
    assert manager.list("Product Pair", filters=asked) == []
