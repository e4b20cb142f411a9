"""Ways through a workflow: which transitions can be taken at all, where they lead, what one person can take alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import combinations

from crm_platform import expressions
from crm_platform.errors import ExpressionError
from crm_platform.expressions.tree import Compare, Node, Not
from crm_platform.metadata.model import Transition, Workflow

Takes = Callable[[Transition], bool]

OPPOSITES = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def first_state(workflow: Workflow) -> str:
    """That of a new document; empty without states."""
    return workflow.states[0].state if workflow.states else ""


def reached(workflow: Workflow, takes: Takes) -> set[str]:
    """The states that a new document can come to by such transitions."""
    return _closure({first_state(workflow)}, {(t.state, t.next_state) for t in workflow.transitions if takes(t)})


def leading_to(workflow: Workflow, goals: Collection[str]) -> set[str]:
    """The states from which a document can come to one of the goals, and these."""
    return _closure(goals, {(t.next_state, t.state) for t in workflow.transitions if can_hold(t)})


def _closure(begin: Iterable[str], steps: Collection[tuple[str, str]]) -> set[str]:
    found = list(dict.fromkeys(begin))
    for state in found:
        found += {after for before, after in steps if before == state}.difference(found)
    return set(found)


def can_hold(transition: Transition) -> bool:
    """Whether its condition is met for any document, as far as that is seen without one."""
    try:
        condition = expressions.compile(transition.condition or "1")
        return bool(condition.fields) or condition.reads_clock or condition.holds({})
    except ExpressionError:
        return True


def asks_a_second(workflow: Workflow, transition: Transition) -> bool:
    """Whether the one who made the document needs somebody else for it, whatever the document holds."""
    return not transition.allow_self_approval or _fewest_approvals(workflow, transition) > 1


def _fewest_approvals(workflow: Workflow, transition: Transition) -> int:
    tiers = workflow.tiers_of(transition)
    always = sum(max(1, tier.approvals) for tier in tiers if not tier.condition)
    if always:
        return always
    some = [max(1, tier.approvals) for tier in tiers]
    if _one_always_counts([tier.condition for tier in tiers]):
        return min(some)
    return min([*some, transition.approvals_required])


def _one_always_counts(conditions: Iterable[str]) -> bool:
    """Whether two of the conditions are each other's opposite: then the action's own role is never asked."""
    try:
        trees = [expressions.compile(text).root for text in conditions]
    except ExpressionError:
        return False
    return any(_is_opposite(one, other) or _is_opposite(other, one) for one, other in combinations(trees, 2))


def _is_opposite(one: Node, other: Node) -> bool:
    if isinstance(one, Not):
        return one.operand == other
    if not (isinstance(one, Compare) and isinstance(other, Compare)) or len(one.operators) != 1:
        return False
    return one.operands == other.operands and (OPPOSITES.get(one.operators[0]),) == other.operators
