"""crm.explain.value and crm.explain.decisions: why a field has its value, and what was decided about a document."""

from __future__ import annotations

from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.automation.decisions import decisions as decisions_of_rules
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.origins import explain_value
from crm_platform.errors import DoesNotExistError
from crm_platform.metadata.model import Field
from crm_platform.workflow.decisions import steps_taken

Row = dict[str, Any]


def value(ctx: Context, doctype: str, name: str, fieldname: str, row: str = "") -> Row:
    """The value of a field, how its definition fills it, its changes: by whom, and by which rule or pack; and the
    decisions of rules and of the workflow that set it, each with its reason. `row` is the name of a row of a table
    whose field is meant.

    A field that the caller may not read answers like one that is not there.
    """
    doc = ctx.store.get(doctype, name)
    part = _row_of(ctx, doc, row) if row else doc
    field = part.meta.field(fieldname) if part is not None else None
    if part is None or field is None or not field.has_column or not _is_open(ctx, doc, field):
        raise DoesNotExistError("{doctype} has no field {field}.", doctype=doctype, field=fieldname)
    if part is not doc:
        return {**explain_value(ctx, doc, field, part), "decided_by": []}
    workflow = ctx.definitions.workflows.get(doctype)
    steps = steps_of(ctx, doc) if workflow is not None and workflow.state_field == fieldname else []
    return {**explain_value(ctx, doc, field), "decided_by": [*steps, *decisions_of_rules(ctx, doc, fieldname)]}


def _row_of(ctx: Context, doc: Document, name: str) -> Document | None:
    """A row of a table that the caller may read."""
    tables = [table for table in doc.meta.table_fields if _is_open(ctx, doc, table)]
    return next((row for table in tables for row in doc[table.fieldname] if row["name"] == name), None)


def _is_open(ctx: Context, doc: Document, field: Field) -> bool:
    return field.permlevel in ctx.policy.levels(doc.meta, "read", doc) | {0}


def decisions(ctx: Context, doctype: str, name: str) -> Row:
    """What was decided about a document, the newest first: the `steps` of its workflow, and by `rules` what they did
    to it or because of it (assignments, notices, documents), each with its reason.
    """
    doc = ctx.store.get(doctype, name)
    return {"steps": steps_of(ctx, doc), "rules": decisions_of_rules(ctx, doc)}


def steps_of(ctx: Context, doc: Document) -> list[Row]:
    """The steps that a document took, where the caller may read its state."""
    workflow = ctx.definitions.workflows.get(doc.doctype)
    state = doc.meta.field(workflow.state_field) if workflow is not None else None
    if state is None or state.permlevel not in ctx.policy.levels(doc.meta, "read", doc) | {0}:
        return []
    return list(steps_taken(ctx, doc))


METHODS = (ApiMethod("crm.explain.value", value), ApiMethod("crm.explain.decisions", decisions))
