"""Checks of an Assignment Rule (Frappe): its conditions, and that somebody can be chosen."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.automation.checks.faults import check, condition_faults, field_faults
from crm_platform.automation.checks.rule import DATES
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError
from crm_platform.metadata.model import DocType

CONDITIONS = ("assign_condition", "unassign_condition", "close_condition")


def check_assignment(ctx: Context, doc: Document) -> None:
    """Refuse an Assignment Rule that could never work. Raises ValidationError with all faults."""
    check(ctx, doc, _faults)


def _faults(ctx: Context, meta: DocType, doc: Document) -> Iterator[FieldError]:  # noqa: ARG001 a Find
    """Everything that is wrong with an Assignment Rule."""
    for name in CONDITIONS:
        yield from condition_faults(meta, doc.get(name), FieldError(name, ""), "document")
    if doc.get("due_date_based_on"):
        yield from field_faults(meta, doc["due_date_based_on"], FieldError("due_date_based_on", ""), DATES)
    if doc.get("rule") == "Based on Field":
        yield from field_faults(meta, str(doc.get("field", "")), FieldError("field", ""))
    elif not doc["users"]:
        yield FieldError("users", "Name at least one user.")
