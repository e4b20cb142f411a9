"""Which transitions of its workflow are open on a document to a person, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass

from crm_platform import expressions
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import DoesNotExistError, ExpressionError
from crm_platform.metadata.model import Transition, Workflow, WorkflowState


@dataclass(frozen=True)
class Verdict:
    """One transition from the document's state; `reason` is empty when it is open, else the sentence why not."""

    transition: Transition
    reason: str = ""


def workflow_of(ctx: Context, doctype: str) -> Workflow:
    """The active workflow of a DocType. Raises DoesNotExistError without one."""
    workflow = ctx.definitions.workflows.get(doctype)
    if workflow is None:
        raise DoesNotExistError("{doctype} has no active Workflow.", doctype=doctype)
    return workflow


def state_of(workflow: Workflow, doc: Document) -> str:
    """The document's state; one that never had any is in the first state."""
    return str(doc.get(workflow.state_field) or (workflow.states[0].state if workflow.states else ""))


def state_row(workflow: Workflow, state: str) -> WorkflowState | None:
    return next((row for row in workflow.states if row.state == state), None)


def verdicts(ctx: Context, doc: Document) -> list[Verdict]:
    """Every transition from the document's state with the reason against it, if any."""
    workflow = workflow_of(ctx, doc.doctype)
    state = state_of(workflow, doc)
    return [Verdict(row, _reason(ctx, doc, row)) for row in workflow.transitions if row.state == state]


def open_transitions(ctx: Context, doc: Document) -> list[Transition]:
    """The transitions that the caller may take now."""
    return [verdict.transition for verdict in verdicts(ctx, doc) if not verdict.reason]


def _reason(ctx: Context, doc: Document, row: Transition) -> str:
    if row.allowed not in ctx.roles and ctx.user != ADMINISTRATOR:
        return ctx._("Only {role} may do this.", role=row.allowed)
    if not row.allow_self_approval and doc.get("owner") == ctx.user and ctx.user != ADMINISTRATOR:
        return ctx._("Who created the document may not approve it.")
    if not row.condition:
        return ""
    try:
        holds = expressions.compile(row.condition).holds(expression_scope(ctx, doc))
    except ExpressionError as error:
        return ctx._("The condition of this action cannot be evaluated: {reason}", reason=error)
    return "" if holds else ctx._("The condition {condition} does not hold.", condition=row.condition)
