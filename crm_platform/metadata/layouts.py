"""Where definitions stand in a folder: our flat layout and Frappe's app layout, as tables of folder names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Shape = Literal["record", "customisation", "loose"]

FLAT_FOLDERS = {
    "doctypes": "DocType",
    "custom_fields": "Custom Field",
    "property_setters": "Property Setter",
    "custom_permissions": "Custom DocPerm",
    "workflows": "Workflow",
    "workflow_states": "Workflow State",
    "print_formats": "Print Format",
    "reports": "Report",
    "number_cards": "Number Card",
    "dashboard_charts": "Dashboard Chart",
    "dashboards": "Dashboard",
    "workspaces": "Workspace",
    "roles": "Role",
    "notifications": "Notification",
    "assignment_rules": "Assignment Rule",
    "rules": "Validation Rule",
    "fixtures": "",
}
"""Our layout: every JSON file below the folder holds one record or a list of them; "": the record names its kind."""

FRAPPE_FOLDERS = {
    "doctype": "DocType",
    "workflow": "Workflow",
    "print_format": "Print Format",
    "report": "Report",
    "number_card": "Number Card",
    "dashboard_chart": "Dashboard Chart",
    "workspace": "Workspace",
    "notification": "Notification",
    "letter_head": "Letter Head",
}
"""Frappe's layout: <module>/<folder>/<name>/<name>.json."""

SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "dist", "build", "public", "templates"})
TEST_RECORDS = "test_records.json"
"""Documents for Frappe's tests, beside a DocType's file."""
LOOSE_KINDS = frozenset(kind for kind in (*FLAT_FOLDERS.values(), *FRAPPE_FOLDERS.values()) if kind)
"""What a JSON file anywhere else may be when it says so with its key "doctype"."""

COMPANIONS = {"Print Format": {".html": "html", ".css": "css"}}
"""Texts that stand beside a record's JSON file, and the property they fill."""


@dataclass(frozen=True)
class Place:
    """What a file is by where it stands: the shape of its content and the kind of its records ("": they say so)."""

    shape: Shape
    kind: str = ""


def place_of(parts: Sequence[str]) -> Place:
    """Judge a JSON file by the folder names above it and its own name (`parts`, outermost first)."""
    *folders, filename = parts
    stem = filename.removesuffix(".json")
    if len(folders) >= 2 and folders[-1] == stem and folders[-2] in FRAPPE_FOLDERS:
        return Place("record", FRAPPE_FOLDERS[folders[-2]])
    if "doctype" in folders:
        return Place("loose")
    if folders and folders[-1] == "custom":
        return Place("customisation")
    for folder in reversed(folders):
        if folder in FLAT_FOLDERS:
            return Place("record", FLAT_FOLDERS[folder])
    return Place("loose")
