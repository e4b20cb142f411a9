"""Approvals that wait too long: told once in the timeline, with a task for everybody who may approve now."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import ExpressionError
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow.approvals import TierStatus, progress
from crm_platform.workflow.history import entered, tell
from crm_platform.workflow.persons import users_with

EVERY_QUARTER_HOUR = "*/15 * * * *"


def escalate(ctx: Context) -> None:
    """Look at every document that waits for an approval with a time limit; `ctx` has the system's rights."""
    for doctype, workflow in ctx.definitions.workflows.items():
        for row in workflow.transitions:
            if any(tier.escalate_after and tier.escalate_to for tier in workflow.tiers_of(row)):
                for doc in _waiting(ctx, doctype, workflow, row):
                    _escalate(ctx, doc, workflow, row)


def _waiting(ctx: Context, doctype: str, workflow: Workflow, row: Transition) -> Iterator[Document]:
    meta = ctx.definitions[doctype]
    there = Compare((workflow.state_field,), "=", row.state)
    for found in ctx.connection.select(Query(meta, (Column(("name",), "name"),), there)):
        yield ctx.store.get(doctype, str(found["name"]))


def _escalate(ctx: Context, doc: Document, workflow: Workflow, row: Transition) -> None:
    try:
        statuses = progress(ctx, doc, workflow, row)
    except ExpressionError:
        return
    for status in statuses:
        if status.is_escalated(ctx.now()) and status.tier.escalate_to:
            _tell_once(ctx, doc, row, status)


def _tell_once(ctx: Context, doc: Document, row: Transition, status: TierStatus) -> None:
    text = ctx._("{action} was escalated to {role}.", action=row.action, role=status.tier.escalate_to)
    if _told(ctx, doc, text):
        return
    tell(ctx, doc, text)
    for user in users_with(ctx, status.tier.escalate_to):
        task = {"allocated_to": user, "reference_type": doc.doctype, "reference_name": doc["name"], "description": text}
        ctx.store.insert(ctx.store.new("ToDo", task))


def _told(ctx: Context, doc: Document, text: str) -> bool:
    """Whether the timeline has the line already, written since the document came into its state."""
    about = all_of(
        Compare(("reference_doctype",), "=", doc.doctype),
        Compare(("reference_name",), "=", doc["name"]),
        Compare(("comment_type",), "=", "Workflow"),
        Compare(("content",), "=", text),
        Compare(("creation",), ">=", entered(ctx, doc)),
    )
    return bool(ctx.connection.select(Query(ctx.definitions["Comment"], (Column(("name",), "name"),), about)))
