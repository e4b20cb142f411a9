"""Why an action is not open on a document, in a sentence: the rules of the decision that speak against it."""

from __future__ import annotations

from collections.abc import Iterable

from crm_platform.access.policy import Policy
from crm_platform.access.rules import Rule
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document


def refusal(ctx: Context, document: Document, action: str) -> str:
    """The sentence for the caller; empty where his rights open the action."""
    policy = ctx.policy
    if not isinstance(policy, Policy) or policy.allows(document.meta, action, document):
        return ""
    return " ".join(ctx._(rule.template, **rule.params) for rule in _against(policy, document, action))


def _against(policy: Policy, document: Document, action: str) -> Iterable[Rule]:
    """What takes a given right away, one rule; or else all that give it, each for other documents."""
    rules = policy.ruleset(document.meta, action)

    def fails(rule: Rule) -> bool:
        return not policy.holds(rule.condition, document)

    taken = [*filter(fails, rules.limits)]
    if not taken and not all(map(fails, rules.grants)):
        taken = [*filter(fails, rules.restrictions)]
    return taken[:1] or (*rules.grants, *rules.shares)
