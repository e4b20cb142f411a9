"""Checks of who can act in a workflow, and of its approval tiers: roles without rights, conditions, escalation."""

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
    for transition in workflow.transitions:
        move = (workflow.statuses.get(transition.state, 0), workflow.statuses.get(transition.next_state, 0))
        needed = ("read", RIGHT_FOR_MOVE.get(move, "write"))
        for role in acting_roles(workflow, transition) if doctype.permissions else ():
            lacking = [right for right in needed if not _has_right(doctype, role, right, transition)]
            if lacking:
                yield fault(role=role, action=transition.action, state=transition.state, right=lacking[-1])


def acting_roles(workflow: Workflow, transition: Transition) -> list[str]:
    """Those of the tiers; the action's own where no tier may count."""
    tiers = workflow.tiers_of(transition)
    own = set() if any(not tier.condition for tier in tiers) else {transition.allowed}
    return sorted({*own, *(role for tier in tiers for role in (tier.role, tier.escalate_to))} - {""})


def _has_right(doctype: DocType, role: str, right: str, transition: Transition) -> bool:
    """A right on one's own documents only is none to approve them where that is forbidden."""
    rows = (row for row in doctype.permissions if row.role in (role, "All") and not row.permlevel)
    return any(right in row.actions and (transition.allow_self_approval or not row.if_owner) for row in rows)


def _tiers(rule: Callable[[ApprovalTier, Workflow, DocType, World], Iterable[Fault]]) -> Callable[..., Iterator[Fault]]:
    def search(workflow: Workflow, doctype: DocType, world: World) -> Iterator[Fault]:
        for row, tier in enumerate(workflow.tiers, 1):
            for found in rule(tier, workflow, doctype, world):
                yield fault(found.fieldname, row=row, state=tier.state, action=tier.action, **found.params)

    return search


def _escalates_to_nobody(tier: ApprovalTier, _flow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    if tier.escalate_after > 0 and tier.escalate_to in ("", tier.role):
        yield fault(hours=f"{tier.escalate_after:g}", role=tier.role)


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
    Check(
        "D829",
        of_workflow(_tiers(_escalates_to_nobody)),
        "The workflow {workflow}: approval tier {row} escalates after {hours} hours, but to nobody else than {role}.",
        "Name another role that may approve then, or take the hours away.",
        "warning",
    ),
)
