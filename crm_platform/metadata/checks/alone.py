"""Checks of chains that one person can finish alone: past the approvals of a workflow, or in all of its roles."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.metadata.checks.check import Check, Fault, World, fault
from crm_platform.metadata.checks.flow import Takes, asks_a_second, can_hold, reached
from crm_platform.metadata.checks.workflows import of_workflow
from crm_platform.metadata.model import DocType, Transition, Workflow


def _past_approvals(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    """An end to which approvals are meant to lead, and to which a way leads on which nothing asks for a second person;
    or a document that one role alone submits on a way without a condition, as if there were no approvals."""
    meant = [t for t in workflow.transitions if _is_guarded(workflow, t)]
    if not meant:
        return
    left = {transition.state for transition in workflow.transitions}
    ends = {s.state for s in workflow.states if s.doc_status == 1 or s.state not in left}
    alone = reached(workflow, lambda t: not asks_a_second(workflow, t))
    found = alone & ends & {t.next_state for t in meant}
    for state in sorted(found | _submitted_by_one_role(workflow)):
        yield fault(state=state)


def _is_guarded(workflow: Workflow, transition: Transition) -> bool:
    """Whether somebody has meant a second person to look, whether it comes to that or not."""
    return workflow.needs_approvals(transition) or not transition.allow_self_approval


def _submitted_by_one_role(workflow: Workflow) -> set[str]:
    def is_plain(transition: Transition) -> bool:
        return not transition.condition and not asks_a_second(workflow, transition)

    return {state for state in _by_one_role(workflow, is_plain) if workflow.statuses.get(state) == 1}


def _by_one_role(workflow: Workflow, takes: Takes) -> set[str]:
    """The states that some role brings a new document to, without another one."""
    roles = {transition.allowed for transition in workflow.transitions}
    return set().union(*(_by_role(workflow, takes, role) for role in roles))


def _by_role(workflow: Workflow, takes: Takes, role: str) -> set[str]:
    return reached(workflow, lambda transition: transition.allowed == role and takes(transition))


def _in_all_roles(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    """Roles take turns up to an end that none of them can come to, and nothing keeps them apart."""
    if any(_is_guarded(workflow, transition) for transition in workflow.transitions):
        return
    roles = sorted({transition.allowed for transition in workflow.transitions if can_hold(transition)} - {""})
    for state in sorted((reached(workflow, can_hold) & _goals(workflow)) - _by_one_role(workflow, can_hold)):
        yield fault(state=state, roles=", ".join(roles))


def _goals(workflow: Workflow) -> set[str]:
    """The states in which documents are submitted; of a workflow that submits none those that nothing leads out of."""
    statuses = workflow.statuses
    moves = {(t.next_state, statuses.get(t.state), statuses.get(t.next_state)) for t in workflow.transitions}
    left = {transition.state for transition in workflow.transitions}
    return {state for state, *move in moves if move == [0, 1]} or set(statuses) - left


CHECKS = (
    Check(
        "D818",
        of_workflow(_past_approvals),
        "The workflow {workflow}: one person alone can bring a document to {state}, past its approvals.",
        "Ask for approvals, or forbid self-approval, on every way that leads there.",
        "warning",
    ),
    Check(
        "D828",
        of_workflow(_in_all_roles),
        "The workflow {workflow}: who has the roles {roles} can bring an own document to {state} alone.",
        "Forbid self-approval in one of the actions, so that a second person takes it, or give all to one role.",
        "warning",
    ),
)
