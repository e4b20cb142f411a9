"""Fields that no definition gives but Frappe adds: of submittable and tree DocTypes, and of a workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crm_platform.metadata.bodies import is_on

Row = dict[str, Any]


def scrub(text: str) -> str:
    """A label as fieldname, as Frappe's `scrub`: lower case, blanks and hyphens to underscores."""
    return text.replace(" ", "_").replace("-", "_").lower()


def generated_fields(doctype: Mapping[str, Any]) -> Iterator[Row]:
    """Rows of the fields that a DocType of this kind needs, whether it has them or not."""
    name = str(doctype.get("name") or "")
    if is_on(doctype.get("is_submittable")):
        yield _amended_from(name)
    if is_on(doctype.get("is_tree")):
        yield from _tree_rows(name, str(doctype.get("nsm_parent_field") or f"parent_{scrub(name)}"))


def _amended_from(name: str) -> Row:
    return {
        "label": "Amended From",
        "fieldtype": "Link",
        "fieldname": "amended_from",
        "options": name,
        "read_only": 1,
        "print_hide": 1,
        "no_copy": 1,
        "search_index": 1,
    }


def _tree_rows(name: str, parent_field: str) -> list[Row]:
    hidden = {"hidden": 1, "read_only": 1, "no_copy": 1, "print_hide": 1, "report_hide": 1}
    return [
        {"label": "Left", "fieldtype": "Int", "fieldname": "lft", "search_index": 1, **hidden},
        {"label": "Right", "fieldtype": "Int", "fieldname": "rgt", "search_index": 1, **hidden},
        {"label": "Is Group", "fieldtype": "Check", "fieldname": "is_group"},
        {"label": "Old Parent", "fieldtype": "Link", "fieldname": "old_parent", "options": name, **hidden},
        {
            "label": f"Parent {name}",
            "fieldtype": "Link",
            "fieldname": parent_field,
            "options": name,
            "ignore_user_permissions": 1,
        },
    ]


def workflow_field(fieldname: str) -> Row:
    """The field that holds a document's workflow state (Frappe creates it as a Custom Field when it is missing)."""
    return {
        "label": "Workflow State",
        "fieldtype": "Link",
        "fieldname": fieldname,
        "options": "Workflow State",
        "hidden": 1,
        "read_only": 1,
        "allow_on_submit": 1,
        "no_copy": 1,
    }
