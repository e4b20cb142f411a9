"""Where no currency is entered anywhere nothing is offered, sold, billed, paid or taken back, and nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.testing import TestSite

DOCUMENTS: Mapping[str, Mapping[str, Any]] = {
    "Quotation": {"party_name": "customer"},
    "Sales Order": {"customer": "customer"},
    "Contract": {"party_name": "customer", "title": "供货", "start_date": "2026-05-01"},
    "Sales Invoice": {"customer": "customer"},
    "Sales Return": {"customer": "customer", "reason": "Defective"},
}
"""DocType → its values; "customer" stands for the name of one."""


def stored(ctx: Context, doctype: str) -> int:
    return ctx.store.count(doctype)


def test_a_document_without_any_currency_is_refused(site: TestSite) -> None:
    customer = str(site.insert("Customer", customer_name="客户").name)
    product = str(site.insert("Product", product_code="P", product_name="泵", standard_rate=10).name)
    items = [{"product": product, "qty": 1}]
    asked = {
        doctype: {key: customer if value == "customer" else value for key, value in values.items()} | {"items": items}
        for doctype, values in DOCUMENTS.items()
    } | {"Payment Entry": {"party": customer, "paid_amount": 10}}
    for doctype, values in asked.items():
        with pytest.raises(ValidationError, match="There is no currency"):
            site.insert(doctype, **values)
        assert site.read(partial(stored, doctype=doctype)) == 0
    assert site.insert("Quotation", **asked["Quotation"], currency="EUR").grand_total == 10
    site.update("System Settings", "System Settings", currency="CNY")
    for doctype, values in asked.items():
        assert site.insert(doctype, **values).currency == "CNY"
