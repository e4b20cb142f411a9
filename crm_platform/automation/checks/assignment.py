"""Checks of an Assignment Rule (Frappe): its conditions, and that somebody can be chosen."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.automation.checks.faults import condition_faults, field_faults, refuse, subject_faults
from crm_platform.automation.checks.rule import DATES
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError

CONDITIONS = ("assign_condition", "unassign_condition", "close_condition")


def check_assignment(ctx: Context, doc: Document) -> None:
    """Refuse an Assignment Rule that could never work. Raises ValidationError with all faults."""
    refuse(faults_of(ctx, doc))


def faults_of(ctx: Context, doc: Document) -> Iterator[FieldError]:
    """Everything that is wrong with an Assignment Rule."""
    meta = ctx.definitions.get(str(doc.get("document_type")))
    if meta is None:
        return
    yield from subject_faults(ctx, doc)
    for name in CONDITIONS:
        yield from condition_faults(meta, doc.get(name), FieldError(name, ""), of_change=False)
    if doc.get("due_date_based_on"):
        yield from field_faults(meta, doc["due_date_based_on"], FieldError("due_date_based_on", ""), DATES)
    if doc.get("rule") == "Based on Field":
        yield from field_faults(meta, str(doc.get("field", "")), FieldError("field", ""))
    elif not doc["users"]:
        yield FieldError("users", "Name at least one user.")
