"""A test run: whether a rule would be set off by a change of a real document, why, and what it would do. No effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_platform.automation.actions.kinds import plans
from crm_platform.automation.engine import rights_of
from crm_platform.automation.faults import sentence
from crm_platform.automation.judging import Verdict, judge
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.rule import Rule
from crm_platform.automation.run import Run
from crm_platform.automation.triggers import HAPPENED
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.faults import Faults
from crm_platform.documents.guards import merge
from crm_platform.documents.prepare import coerce_values
from crm_platform.errors import CRMError


@dataclass(frozen=True)
class Trial:
    """`set_off`: whether the change is one that the rule waits for (None: only the clock sets it off); `effects` and
    `faults` are sentences about what its actions would do, and what would fail."""

    set_off: bool | None
    verdict: Verdict
    effects: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def trial(ctx: Context, outlets: Outlets, rule: Rule, name: str, changes: Mapping[str, Any]) -> Trial:
    """Try `rule` on the document `name` as if somebody saved it with `changes`.

    The caller's transaction may be one that cannot write: nothing is tried in the database. Raises DoesNotExistError.
    """
    doc = ctx.as_system().store.get(rule.doctype, name)
    merge(ctx, doc, changes)
    faults = Faults()
    coerce_values(ctx, doc, faults)
    faults.raise_all()
    happened = HAPPENED.get(rule.trigger.kind)
    made = Trial(happened(ctx, rule.trigger, doc) if happened is not None else None, judge(ctx, rule, doc))
    if made.verdict.matched:
        _plan(ctx, outlets, rule, doc, made)
    return made


def _plan(ctx: Context, outlets: Outlets, rule: Rule, doc: Document, made: Trial) -> None:
    """Plan each action in turn; fields are set on the copy at hand, which later actions see."""
    table = plans(outlets)
    for number, action in enumerate(rule.actions, 1):
        if action.kind not in table:
            made.faults.append(ctx._("Choose what action {number} does.", number=number))
            continue
        try:
            effects = table[action.kind](Run(rights_of(ctx, rule), rule, doc), action)
        except CRMError as error:
            made.faults.append(sentence(ctx, error))
            continue
        for effect in effects:
            made.effects.append(effect.sentence)
            if action.kind == "Set Fields":
                effect.perform()
