"""Computed fields: rows first, then the document, exact, whatever a client sends."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm_platform.errors import ExpressionError
from crm_platform.testing import TestSite

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
