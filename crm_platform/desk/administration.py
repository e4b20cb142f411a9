"""Which DocTypes administer a site: they stand last in navigation, and are no business connections of a document."""

from __future__ import annotations

from crm_platform.metadata.model import DocType

MODULES = frozenset({"Core", "Custom", "Desk", "Workflow", "Printing", "Email", "Automation", "Setup", "Integrations"})
"""Modules of records that the system keeps about itself and about documents."""


def administers(doctype: DocType) -> bool:
    return doctype.module in MODULES
