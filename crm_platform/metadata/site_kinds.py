"""Kinds of records that the administrators of a site make: what its files hold, and what a plan may take away."""

from __future__ import annotations

from crm_platform.metadata.frappe_app import FIXTURES
from crm_platform.metadata.records import MODEL_KINDS

SITE_RECORDS = (
    *FIXTURES,
    "Validation Rule",
    "DocType Layout",
    "Automation Rule",
    "Match Rule",
    "Document Naming Rule",
    "Email Template",
    "Role Profile",
    "Translation",
)
"""Kinds that belong to a site's own layer, in the order in which they need each other; those with secrets or data of
people are not among them."""

REMOVABLE = (
    frozenset(SITE_RECORDS)
    | {"Auto Email Report", "Email Account", "Holiday List", "Service Level Agreement", "User Permission", "Webhook"}
) - MODEL_KINDS
"""Kinds whose records a plan takes away: all that belongs to one waits with its copy and comes back with it."""
