"""The fixture of this room: a site in Berlin whose clock stands still, with two DocTypes to make rules about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_platform.testing import TestSite
from support.automation import Desk
from support.clock import Clock
from support.offices import in_berlin


@pytest.fixture
def desk(site: TestSite) -> Iterator[Desk]:
    """A site on each database; Requests and Visits are its records."""
    clock = Clock()
    made = Desk(in_berlin(site, clock), clock)
    text = {"fieldtype": "Data"}
    made.site.doctype(
        "Request",
        {"fieldname": "title", "label": "Title", **text},
        {"fieldname": "status", "label": "Status", "fieldtype": "Select", "options": "Open\nReplied\nOn Hold\nClosed"},
        {"fieldname": "priority", "label": "Priority", "fieldtype": "Select", "options": "Low\nHigh", "default": "Low"},
        {"fieldname": "amount", "label": "Amount", "fieldtype": "Currency"},
        {"fieldname": "due", "label": "Due", "fieldtype": "Date"},
        {"fieldname": "at", "label": "At", "fieldtype": "Datetime"},
        {"fieldname": "region", "label": "Region", **text},
        {"fieldname": "agent", "label": "Agent", "fieldtype": "Link", "options": "User"},
        {"fieldname": "secret", "label": "Secret", "permlevel": 1, **text},
        is_submittable=0,
    )
    made.site.doctype(
        "Visit",
        {"fieldname": "title", "label": "Title", "reqd": 1, **text},
        {"fieldname": "request", "label": "Request", "fieldtype": "Link", "options": "Request"},
        {"fieldname": "day", "label": "Day", "fieldtype": "Date"},
        {"fieldname": "stage", "label": "Stage", "fieldtype": "Select", "options": "Planned\nDone"},
        is_submittable=1,
    )
    yield made
    made.site.site.close()
