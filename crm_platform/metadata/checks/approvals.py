"""Checks of what a workflow's approvals can and cannot stop: roles, tiers, and chains that one person can finish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from crm_platform import expressions
from crm_platform.errors import ExpressionError
from crm_platform.metadata.checks.check import Check, Fault, World, fault
from crm_platform.metadata.checks.conditions import unknown_fields
from crm_platform.metadata.checks.workflows import of_workflow
from crm_platform.metadata.model import ApprovalTier, DocType, Transition, Workflow

RIGHT_FOR_MOVE = {(0, 1): "submit", (1, 2): "cancel"}
"""Right that a transition needs by the document statuses it leads from and to; others need write."""


def _powerless_roles(workflow: Workflow, doctype: DocType, _world: World) -> Iterator[Fault]:
    """A role that may take an action but has no right to make the change that it makes."""
    statuses = {state.state: state.doc_status for state in workflow.states}
    for transition in workflow.transitions:
        move = (statuses.get(transition.state, 0), statuses.get(transition.next_state, 0))
        right = RIGHT_FOR_MOVE.get(move, "write")
        for role in _acting_roles(workflow, transition):
            if doctype.permissions and not _has_right(doctype, role, right):
                yield fault(role=role, action=transition.action, state=transition.state, right=right)


def _acting_roles(workflow: Workflow, transition: Transition) -> list[str]:
    tiers = workflow.tiers_of(transition)
    return sorted({tier.role for tier in tiers} or {transition.allowed} - {""})


def _has_right(doctype: DocType, role: str, right: str) -> bool:
    return any(row.role in (role, "All") and not row.permlevel and right in row.actions for row in doctype.permissions)


def _alone(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    """A way from the first state to an end on which nothing asks for a second person, though the workflow has approvals
    or forbids self-approval somewhere: the way round them."""
    guarded = [t for t in workflow.transitions if workflow.needs_approvals(t) or not t.allow_self_approval]
    if not guarded or not workflow.states:
        return
    ends = {t.next_state for t in guarded} & _ends(workflow)
    for state in sorted(_reached(workflow, lambda t: t not in guarded) & ends):
        yield fault(state=state)


def _ends(workflow: Workflow) -> set[str]:
    """States that submit a document or that no transition leaves."""
    left = {transition.state for transition in workflow.transitions}
    return {state.state for state in workflow.states if state.doc_status == 1 or state.state not in left}


def _reached(workflow: Workflow, taken: Callable[[Transition], bool]) -> set[str]:
    found = [workflow.states[0].state]
    for state in found:
        found.extend(
            t.next_state for t in workflow.transitions if t.state == state and taken(t) and t.next_state not in found
        )
    return set(found)


def _tiers(rule: Callable[[ApprovalTier, Workflow, DocType, World], Iterable[Fault]]) -> Callable[..., Iterator[Fault]]:
    def search(workflow: Workflow, doctype: DocType, world: World) -> Iterator[Fault]:
        for row, tier in enumerate(workflow.tiers, 1):
            for found in rule(tier, workflow, doctype, world):
                yield fault(found.fieldname, row=row, state=tier.state, action=tier.action, **found.params)

    return search


def _without_action(tier: ApprovalTier, workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    if (tier.state, tier.action) not in {(t.state, t.action) for t in workflow.transitions}:
        yield fault()


def _bad_condition(tier: ApprovalTier, _workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    try:
        expressions.compile(tier.condition or "1")
    except ExpressionError as error:
        yield fault(reason=error)


def _missing_fields(tier: ApprovalTier, _workflow: Workflow, doctype: DocType, _world: World) -> Iterator[Fault]:
    yield from (fault(name) for name in unknown_fields(doctype, tier.condition or "1"))


def _unknown_role(tier: ApprovalTier, _workflow: Workflow, _doctype: DocType, world: World) -> Iterator[Fault]:
    for role in (tier.role, tier.escalate_to):
        if world.roles is not None and role and role not in world.roles:
            yield fault(role=role)


CHECKS = (
    Check(
        "D817",
        of_workflow(_powerless_roles),
        "The workflow {workflow}: {role} may take {action} from {state}, but has no {right} right on {doctype}.",
        "Give the role the right, or another role the action: as it is, who has only this role can never act.",
        "warning",
    ),
    Check(
        "D818",
        of_workflow(_alone),
        "The workflow {workflow}: one person alone can bring a document to {state}, past its approvals.",
        "Ask for approvals, or forbid self-approval, on every way that leads there.",
        "warning",
    ),
    Check(
        "D819",
        of_workflow(_tiers(_without_action)),
        "The workflow {workflow}: approval tier {row} is for {action} from {state}, which it does not have.",
        "Correct state and action of the tier, or remove it.",
    ),
    Check(
        "D820",
        of_workflow(_tiers(_bad_condition)),
        "The workflow {workflow}: the condition of approval tier {row} is beyond the expression language: {reason}",
        "Correct the condition; until then the action stays closed.",
    ),
    Check(
        "D821",
        of_workflow(_tiers(_missing_fields)),
        "The workflow {workflow}: the condition of approval tier {row} reads the field {field}, which is not there.",
        "Correct the name of the field.",
        "warning",
    ),
    Check(
        "D822",
        of_workflow(_tiers(_unknown_role)),
        "The workflow {workflow}: approval tier {row} names the role {role}, which is not there.",
        "Add the role or correct its name.",
        "warning",
    ),
)
