"""A site with something to print, and one print service for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError
from crm_platform.packs.hooks import Hooks
from crm_platform.printing.service import Printing
from crm_platform.printing.taking import Sources
from crm_platform.testing import TestSite
from support.printing import printing

ROW = (
    {"fieldname": "product", "fieldtype": "Data", "label": "Product", "in_list_view": 1},
    {"fieldname": "qty", "fieldtype": "Float", "label": "Quantity", "in_list_view": 1},
    {"fieldname": "amount", "fieldtype": "Currency", "options": "currency", "label": "Amount", "in_list_view": 1},
    {"fieldname": "cost", "fieldtype": "Currency", "label": "Cost", "permlevel": 1, "in_list_view": 1},
)
ORDER = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "status", "fieldtype": "Select", "options": "Open\nClosed", "label": "Status"},
    {"fieldname": "column", "fieldtype": "Column Break"},
    {"fieldname": "day", "fieldtype": "Date", "label": "Date"},
    {"fieldname": "currency", "fieldtype": "Data", "label": "Currency"},
    {"fieldname": "margin", "fieldtype": "Percent", "label": "Margin", "permlevel": 1},
    {"fieldname": "secret", "fieldtype": "Password", "label": "Password"},
    {"fieldname": "internal", "fieldtype": "Data", "label": "Internal", "print_hide": 1},
    {"fieldname": "photo", "fieldtype": "Attach Image", "label": "Image"},
    {"fieldname": "part", "fieldtype": "Section Break", "label": "Details"},
    {"fieldname": "note", "fieldtype": "Text Editor", "label": "Note"},
    {"fieldname": "items", "fieldtype": "Table", "options": "Trial Row", "label": "Items"},
)
CLERK = "clerk@example.com"
VIEWER = "viewer@example.com"


VALUES = {
    "name": "TO-1",
    "title": "传感器采购",
    "status": "Open",
    "day": "2026-03-01",
    "currency": "CNY",
    "margin": 41.75,
    "secret": "hunter2-canary",
    "internal": "kept-in-house",
    "note": "<p>交货期 <b>30 天</b><script>alert(1)</script></p>",
    "items": [{"product": "变频器 <VS>", "qty": 2, "amount": 1250, "cost": 777.25}],
}


def make_shop(site: TestSite) -> TestSite:
    """Orders: System Managers see all and print, clerks print without level 1, viewers only read."""
    for role in ("Clerk", "Viewer"):
        site.role(role)
    permissions = [
        {"role": "System Manager", "read": 1, "write": 1, "create": 1, "print": 1, "submit": 1, "cancel": 1},
        {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1},
        {"role": "Clerk", "read": 1, "print": 1},
        {"role": "Viewer", "read": 1},
    ]
    site.doctype("Trial Row", *ROW, istable=1, permissions=[])
    rules = {"autoname": "prompt", "title_field": "title", "is_submittable": 1}
    site.doctype("Trial Order", *ORDER, permissions=permissions, **rules)
    site.user(CLERK, "Clerk")
    site.user(VIEWER, "Viewer")
    site.insert("Trial Order", **VALUES)
    return site


@pytest.fixture
def shop(sqlite_site: TestSite) -> TestSite:
    """For what happens after the data are read."""
    return make_shop(sqlite_site)


@pytest.fixture
def shops(site: TestSite) -> TestSite:
    """The same on each database."""
    return make_shop(site)


class NoFiles:
    """The files of a service that takes no snapshots."""

    def path_of(self, url: str) -> None:  # noqa: ARG002 protocol
        return None

    @property
    def storage(self) -> NoFiles:
        return self

    def find(self, ctx: Context, url: str) -> Document:  # noqa: ARG002 protocol
        raise DoesNotExistError("File {url} not found", url=url)


@pytest.fixture(scope="session")
def press() -> Iterator[Printing]:
    """Workers for the whole run: starting one takes a second. It makes what it is given and takes no snapshots."""
    with printing(Sources(NoFiles(), lambda _: {}, Hooks), workers=2) as service:
        yield service
