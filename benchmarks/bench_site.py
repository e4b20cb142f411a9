"""The site that is measured: one DocType with 12 values and a child table, filled with a number of documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_platform.access.keys import generate_keys
from crm_platform.testing import TestSite, make_site

DOCTYPE = "Bench Customer"
FILLED = 10_000


def _field(fieldname: str, fieldtype: str = "Data", **properties: Any) -> dict[str, Any]:
    return {"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.title(), **properties}


FIELDS = (
    _field("customer_name", reqd=1),
    _field("email", options="Email"),
    _field("phone"),
    _field("territory", search_index=1),
    _field("industry", "Select", options="\nTrade\nBanking"),
    _field("status", "Select", options="Lead\nActive\nInactive"),
    _field("annual_revenue", "Currency"),
    _field("employees", "Int"),
    _field("website"),
    _field("owner_user", "Link", options="User"),
    _field("since", "Date"),
    _field("notes", "Small Text"),
    _field("contacts", "Table", options="Bench Contact Row"),
)
ROW = (_field("contact_name", reqd=1), _field("contact_email", options="Email"), _field("calls", "Int"))


def values(number: int) -> dict[str, Any]:
    """12 values and 2 rows."""
    return {
        "customer_name": f"客户 {number}",
        "email": f"c{number}@example.com",
        "phone": "010-1234567",
        "territory": f"T{number % 50}",
        "industry": "Trade",
        "status": "Active",
        "annual_revenue": number + 0.5,
        "employees": number % 900,
        "website": "https://example.com",
        "owner_user": "Administrator",
        "since": "2020-01-31",
        "notes": "met at the fair",
        "contacts": [
            {"contact_name": "王芳", "contact_email": "w@example.com", "calls": 1},
            {"contact_name": "Li", "calls": 2},
        ],
    }


def make(folder: Path, database: str = "", documents: int = FILLED) -> tuple[TestSite, str]:
    """Make and fill the site; returns it and the Administrator's `Authorization` header."""
    site = make_site(folder, database)
    site.doctype("Bench Contact Row", *ROW, istable=1, permissions=[])
    site.doctype(DOCTYPE, *FIELDS, autoname="BC-.#####", track_changes=1)
    fill(site, documents)
    secret = site.write(lambda ctx: generate_keys(ctx, "Administrator"))
    key = site.get("User", "Administrator").api_key
    return site, f"token {key}:{secret}"


def fill(site: TestSite, documents: int, start: int = 0) -> None:
    """Insert documents through the store, a thousand at a time."""
    for first in range(start, start + documents, 1000):
        numbers = range(first, min(first + 1000, start + documents))
        site.write(
            lambda ctx, numbers=numbers: ctx.store.insert_many([ctx.store.new(DOCTYPE, values(n)) for n in numbers])
        )
