"""Documents that wait for an approval of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow.transitions import verdicts

LOOKED_AT = 500
"""Documents per DocType that are looked at, the oldest first: who has more waiting works through these."""


def waiting_for(ctx: Context, limit: int) -> list[tuple[Document, Transition]]:
    """Document and action, at most `limit`; only what the caller may read, and only while it is his turn."""
    return list(islice(_waiting(ctx), limit))


def _waiting(ctx: Context) -> Iterator[tuple[Document, Transition]]:
    for doctype, workflow in sorted(ctx.definitions.workflows.items()):
        if workflow.has_approvals and ctx.policy.allows(ctx.definitions[doctype], "read"):
            yield from _of(ctx, doctype, workflow)


def _of(ctx: Context, doctype: str, workflow: Workflow) -> Iterator[tuple[Document, Transition]]:
    states = sorted({row.state for row in workflow.transitions if workflow.needs_approvals(row)})
    there = [[workflow.state_field, "in", states], ["docstatus", "<", 2]]
    for row in ctx.store.list(doctype, filters=there, order_by="modified asc", limit=LOOKED_AT):
        doc = ctx.store.get(doctype, str(row["name"]))
        for verdict in verdicts(ctx, doc):
            if not verdict.reason and workflow.needs_approvals(verdict.transition):
                yield doc, verdict.transition
