"""Products bought together: the figures against plain counting, the documents behind them, who may ask."""

from __future__ import annotations

from itertools import permutations

from support.crm import Crm
from support.selling import Trade

YEAR = {"from_date": "2019-01-01", "to_date": "2019-12-31"}


def test_pairs_are_what_counting_by_hand_says(crm: Crm) -> None:
    trade = Trade(crm)
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
