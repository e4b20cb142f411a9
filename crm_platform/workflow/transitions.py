"""Which transitions of its workflow are open on a document to a person, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass

from crm_platform import expressions
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import DoesNotExistError, ExpressionError
from crm_platform.metadata.model import Definitions, Transition, Workflow, WorkflowState
from crm_platform.workflow.approvals import progress, turn_of
from crm_platform.workflow.persons import Capacity, capacities, person_of


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


def has_workflow(definitions: Definitions, doctype: str) -> bool:
    """Whether documents of a DocType are under an active workflow."""
    return doctype in definitions.workflows


def state_of(workflow: Workflow, doc: Document) -> str:
    """The document's state; one that never had any is in the first state."""
    return str(doc.get(workflow.state_field) or (workflow.states[0].state if workflow.states else ""))


def state_row(workflow: Workflow, state: str) -> WorkflowState | None:
    return next((row for row in workflow.states if row.state == state), None)


def verdicts(ctx: Context, doc: Document) -> list[Verdict]:
    """Every transition from the document's state with the reason against it, if any."""
    workflow = workflow_of(ctx, doc.doctype)
    state = state_of(workflow, doc)
    return [Verdict(row, _reason(ctx, doc, workflow, row)) for row in workflow.transitions if row.state == state]


def open_transitions(ctx: Context, doc: Document) -> list[Transition]:
    """The transitions that the caller may take now."""
    return [verdict.transition for verdict in verdicts(ctx, doc) if not verdict.reason]


def _reason(ctx: Context, doc: Document, workflow: Workflow, row: Transition) -> str:
    """The first sentence against the action; those about the caller come before those about the document."""
    try:
        return _against_caller(ctx, doc, workflow, row) or _against_document(ctx, doc, row)
    except ExpressionError as error:
        return ctx._("The condition of this action cannot be evaluated: {reason}", reason=error)


def _against_caller(ctx: Context, doc: Document, workflow: Workflow, row: Transition) -> str:
    if workflow.needs_approvals(row):
        turn = turn_of(ctx, doc, progress(ctx, doc, workflow, row))
        if isinstance(turn, str):
            return turn
    elif capacity_for(ctx, doc, row) is None:
        return ctx._("Only {role} may do this.", role=row.allowed)
    if not row.allow_self_approval and ctx.user != ADMINISTRATOR and _made_it(ctx, doc, ctx.user):
        return ctx._("Who created the document may not approve it.")
    return ""


def capacity_for(ctx: Context, doc: Document, row: Transition) -> Capacity | None:
    """In which the caller may take an action that needs no approvals: his own, or that of who delegated to him."""
    own, *others = capacities(ctx, doc.doctype)
    if row.allowed in own.roles or ctx.user == ADMINISTRATOR:
        return own
    fitting = (one for one in others if row.allowed in one.roles)
    return next((one for one in fitting if row.allow_self_approval or not _made_it(ctx, doc, one.on_behalf_of)), None)


def _made_it(ctx: Context, doc: Document, user: str) -> bool:
    owner = str(doc.get("owner") or "")
    return owner == user or person_of(ctx, owner) == person_of(ctx, user)


def _against_document(ctx: Context, doc: Document, row: Transition) -> str:
    if not row.condition or expressions.compile(row.condition).holds(expression_scope(ctx, doc)):
        return ""
    return ctx._("The condition {condition} does not hold.", condition=row.condition)
