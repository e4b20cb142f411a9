"""What a workflow leaves behind on a document: Comments of the type Workflow and Workflow Actions, as Frappe does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.naming import random_name
from crm_platform.documents.saving import write_as_is


def remember(ctx: Context, doc: Document, state: str, next_state: str) -> None:
    """The step from one state to the next, taken by the caller."""
    tell(ctx, doc, next_state)
    done = {"status": "Completed", "workflow_state": state, "completed_by": ctx.user, "user": ctx.user}
    _note(ctx, doc, "Workflow Action", done)


def tell(ctx: Context, doc: Document, text: str) -> None:
    """A line in the timeline of the document."""
    _note(ctx, doc, "Comment", {"comment_type": "Workflow", "content": text, "comment_email": ctx.user})


def _note(ctx: Context, doc: Document, doctype: str, values: dict[str, Any]) -> None:
    meta = ctx.definitions.get(doctype)
    if meta is not None:
        about = {"reference_doctype": doc.doctype, "reference_name": doc["name"], **values}
        known = {key: value for key, value in about.items() if key in meta.columns}
        write_as_is(ctx, [Document(meta, ctx.definitions, {**known, "name": random_name()})])


def entered(ctx: Context, doc: Document) -> datetime:
    """When the document came into its present state: the last step of its history, or its creation."""
    meta = ctx.definitions["Workflow Action"]
    about = all_of(
        Compare(("reference_doctype",), "=", doc.doctype),
        Compare(("reference_name",), "=", doc["name"]),
        Compare(("status",), "=", "Completed"),
    )
    rows = ctx.connection.select(Query(meta, (Column(("creation",), "creation"),), about))
    created: datetime = doc["creation"]
    return max((row["creation"] for row in rows), default=created)
