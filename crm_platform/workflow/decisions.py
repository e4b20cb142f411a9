"""The steps of its workflow that a document took, and what allowed each: action, role, condition and approvals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.origins import version_of_layer
from crm_platform.documents.wire import plain
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow.approvals import APPROVAL, USED
from crm_platform.workflow.transitions import state_of

TAKEN = "Workflow Action"
MOST = 50
"""Steps of one document that are told, the newest first."""


def steps_taken(ctx: Context, doc: Document) -> Iterator[dict[str, Any]]:
    """The steps of a readable document, told by the workflow as it is now; none without a workflow.

    A step whose transition the workflow has no longer is told without action, role and condition.
    """
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is None:
        return
    approvals = _of_document(ctx, doc, APPROVAL, ("user", "next_state", "creation"), USED)
    rows = _of_document(ctx, doc, TAKEN, ("workflow_state", "completed_by", "creation"), "Completed")
    after = state_of(workflow, doc)
    for row, earlier in zip_longest(rows, rows[1:]):
        before = str(row["workflow_state"])
        begun = earlier["creation"] if earlier else doc["creation"]
        approved = [
            str(one["user"])
            for one in reversed(approvals)
            if one["next_state"] == after and begun <= one["creation"] <= row["creation"]
        ]
        step = {"from": before, "to": after, "user": row["completed_by"], "approved_by": approved}
        taken = next((one for one in workflow.transitions if (one.state, one.next_state) == (before, after)), None)
        told = _told(ctx, workflow, taken, step)
        yield {**step, "time": plain(row["creation"], ctx.runtime.zone), **told}
        after = before


def _of_document(
    ctx: Context, doc: Document, doctype: str, fields: Sequence[str], status: str
) -> Sequence[dict[str, Any]]:
    """The rows of a history about a document, the newest first."""
    if doctype not in ctx.definitions:
        return []
    about = {"reference_doctype": doc.doctype, "reference_name": doc["name"], "status": status}
    rows = ctx.as_system().store.list(doctype, fields=fields, filters=about, order_by="creation desc", limit=MOST)
    return list(rows)


def _told(ctx: Context, workflow: Workflow, taken: Transition | None, step: dict[str, Any]) -> dict[str, Any]:
    """What the workflow says about a step; its condition only to who may read workflows, for it names other fields."""
    if taken is None:
        return {"workflow": workflow.name, "sentence": ctx._("Set to {to} by {user}.", **step)}
    version = version_of_layer(ctx, workflow.layer)
    condition = (taken.condition or "") if ctx.policy.allows(ctx.definitions["Workflow"], "read") else ""
    sentence = ctx._(
        "Set to {to} by {user}: {action} of the workflow {workflow}, of {layer}, is open to {role}.",
        **step,
        action=taken.action,
        workflow=workflow.name,
        layer=f"{workflow.layer} {version}".strip(),
        role=taken.allowed,
    )
    people = ctx._("Approved by {people}.", people=", ".join(step["approved_by"])) if step["approved_by"] else ""
    held = ctx._("The condition {condition} held.", condition=condition) if condition else ""
    return {
        "workflow": workflow.name,
        "layer": workflow.layer,
        "version": version,
        "action": taken.action,
        "role": taken.allowed,
        "condition": condition,
        "sentence": " ".join(filter(None, (sentence, people, held))),
    }
