"""A site with orders of three customers, one field of level 1, and people with few rights."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm_platform.testing import TestSite
from support.post_office import post

__all__ = ["desk", "office", "post"]

CUSTOMER = (
    {"fieldname": "customer_name", "fieldtype": "Data", "label": "Customer Name"},
    {"fieldname": "territory", "fieldtype": "Data", "label": "Territory"},
    {"fieldname": "rating", "fieldtype": "Int", "label": "Rating", "permlevel": 1},
)
ROW = ({"fieldname": "product", "fieldtype": "Data", "label": "Product"},)
ORDER = (
    {"fieldname": "customer", "fieldtype": "Link", "options": "Trial Customer", "label": "Customer"},
    {"fieldname": "status", "fieldtype": "Select", "options": "Open\nWon\nLost", "label": "Status"},
    {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
    {"fieldname": "margin", "fieldtype": "Currency", "label": "Margin", "permlevel": 1},
    {"fieldname": "day", "fieldtype": "Date", "label": "Date"},
    {"fieldname": "items", "fieldtype": "Table", "options": "Trial Item", "label": "Items"},
)
CLERK = "clerk@example.com"
OTHER = "other@example.com"
STRANGER = "stranger@example.com"
ORDERS = [
    ("O-1", "星河", "Won", 100, 11),
    ("O-2", "星河", "Open", 50.5, 12),
    ("O-3", "蓝海", "Won", 200, 13),
    ("O-4", "蓝海", "Lost", 25, 14),
    ("O-5", "远山", "Open", 10, 15),
]


@pytest.fixture
def office(site: TestSite) -> TestSite:
    """On each database."""
    return furnish(site)


@pytest.fixture
def desk(sqlite_site: TestSite) -> TestSite:
    """For what has nothing to do with the database."""
    return furnish(sqlite_site)


def furnish(site: TestSite, **more: int) -> TestSite:
    """The orders; clerks may read them, run reports, and what `more` gives them."""
    site.role("Clerk")
    everything = {"read": 1, "write": 1, "create": 1, "report": 1, "export": 1}
    level = {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1}
    rights = [{"role": "System Manager", **everything}, level, {"role": "Clerk", "read": 1, "report": 1, **more}]
    site.doctype("Trial Item", *ROW, istable=1, permissions=[])
    site.doctype("Trial Customer", *CUSTOMER, autoname="field:customer_name", permissions=rights)
    site.doctype("Trial Order", *ORDER, autoname="prompt", permissions=rights)
    for user in (CLERK, OTHER):
        site.user(user, "Clerk")
    site.user(STRANGER)
    for name, territory in (("星河", "华东"), ("蓝海", "华南"), ("远山", "华东")):
        site.insert("Trial Customer", customer_name=name, territory=territory, rating=5)
    for name, customer, status, amount, margin in ORDERS:
        values = {"customer": customer, "status": status, "amount": amount, "margin": margin}
        site.insert("Trial Order", name=name, day="2026-03-01", items=[{"product": f"P-{name}"}], **values)
    return site


def add_report(site: TestSite, query: Any, kind: str = "Query Report", name: str = "Trial", **values: Any) -> str:
    """A Report on orders; `query` is text or what JSON can say."""
    text = query if isinstance(query, str) else json.dumps(query, ensure_ascii=False)
    field = "json" if kind == "Report Builder" else "query"
    site.insert("Report", report_name=name, ref_doctype="Trial Order", report_type=kind, **{field: text}, **values)
    return name
