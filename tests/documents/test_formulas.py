"""Computed fields: rows first, then the document, exact, whatever a client sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import ExpressionError
from crm_platform.testing import TestSite
from support.packs import answering, enabled, make_pack, thing

ROW = (
    {"fieldname": "qty", "fieldtype": "Float", "label": "Qty"},
    {"fieldname": "rate", "fieldtype": "Currency", "label": "Rate"},
    {
        "fieldname": "amount",
        "fieldtype": "Currency",
        "label": "Amount",
        "read_only": 1,
        "formula": "doc.qty * doc.rate",
    },
)


@pytest.fixture
def quotes(site: TestSite) -> TestSite:
    site.doctype("Quote Item", *ROW, istable=1, permissions=[])
    site.doctype(
        "Quote",
        {"fieldname": "gross", "fieldtype": "Currency", "label": "Gross", "formula": "doc.total * 1.19"},
        {"fieldname": "total", "fieldtype": "Currency", "label": "Total", "formula": "sum(items.amount)"},
        {"fieldname": "items", "fieldtype": "Table", "options": "Quote Item", "label": "Items"},
    )
    return site


def test_rows_come_before_the_total_and_the_total_before_what_reads_it(quotes: TestSite) -> None:
    made = quotes.insert("Quote", items=[{"qty": 3, "rate": 0.1}, {"qty": 1, "rate": "19.99"}])
    assert [row.amount for row in made.items] == [Decimal("0.3"), Decimal("19.99")]
    assert (made.total, made.gross) == (Decimal("20.29"), Decimal("24.1451"))


def test_a_computed_value_from_a_client_is_computed_again(quotes: TestSite) -> None:
    made = quotes.insert("Quote", total=999, items=[{"qty": 1, "rate": 5, "amount": 999}])
    assert (made.total, made.items[0].amount) == (Decimal(5), Decimal(5))


def test_a_formula_that_cannot_be_computed_names_its_field(site: TestSite) -> None:
    site.doctype(
        "Odd",
        {"fieldname": "text", "fieldtype": "Data", "label": "Text"},
        {"fieldname": "sum", "fieldtype": "Float", "label": "Sum", "formula": "doc.text + 1"},
    )
    with pytest.raises(ExpressionError) as refused:
        site.insert("Odd", text="甲")
    assert [e.field for e in refused.value.errors] == ["sum"]


CHANGES: Mapping[str, Callable[[Document], Any]] = {
    "nothing": lambda order: None,
    "a value that a formula of the rows reads": lambda order: order.set("factor", 3),
    "a value of a row": lambda order: order.rows[1].set("qty", 7),
    "a computed value": lambda order: order.set("total", 1),
    "a computed value of a row": lambda order: order.rows[0].set("amount", 1),
    "one row more": lambda order: order.append("rows", {"qty": 4}),
    "one row less": lambda order: order.set("rows", list(order.rows)[:1]),
    "rows the other way round": lambda order: order.set("rows", list(order.rows)[::-1]),
}
"""What a hook does after the values were computed: they are computed again as far as that goes."""


def test_what_hooks_change_is_computed_again(tmp_path: Path, sqlite_site: TestSite) -> None:
    number = {"fieldtype": "Int", "label": "Number"}
    row = thing(
        "Order Row",
        {**number, "fieldname": "qty"},
        {**number, "fieldname": "amount", "formula": "doc.qty * parent.factor"},
        istable=1,
    )
    order = thing(
        "Order",
        {"fieldname": "hook_does", "fieldtype": "Data", "label": "Hook Does"},
        {**number, "fieldname": "factor", "default": "2"},
        {"fieldname": "rows", "fieldtype": "Table", "options": "Order Row", "label": "Rows"},
        {**number, "fieldname": "total", "formula": "sum(rows.amount)"},
        {**number, "fieldname": "twice", "formula": "doc.total * 2"},
        {**number, "fieldname": "lines", "formula": "count(rows)"},
    )

    def change(_: Context, doc: Document) -> None:
        CHANGES[doc.hook_does](doc)

    events = {"Order": {"validate": change}}
    site = enabled(sqlite_site, make_pack(tmp_path, "orders", row, order, **answering("document_events", events)))
    for does in CHANGES:
        made = site.insert("Order", hook_does=does, rows=[{"qty": 5}, {"qty": 6}])
        amounts = [line.qty * made.factor for line in made.rows]
        assert [line.amount for line in made.rows] == amounts, does
        assert (made.total, made.twice, made.lines) == (sum(amounts), 2 * sum(amounts), len(amounts)), does
