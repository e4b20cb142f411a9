"""The one tree of a decision: rules by kind, and the condition that they make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from crm_platform.database.conditions import Condition, all_of, any_of

Kind = Literal[
    "administrator", "support", "requirement", "role", "user permission", "share", "own account", "row filter", "parent"
]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason: for which documents (`condition`) it holds, and `template` filled with `params` to say it in words.

    `layer` is the definition layer or pack that the rule comes from; empty for rules kept as data.
    """

    kind: Kind
    template: str
    condition: Condition
    params: Mapping[str, Any] = field(default_factory=dict)
    layer: str = ""


def _conditions(rules: Iterable[Rule]) -> Iterable[Condition]:
    return (rule.condition for rule in rules)


@dataclass(frozen=True)
class Ruleset:
    """The rules for one user, DocType and action.

    A document is open when some grant and every restriction hold, or some share holds, and in any case every limit
    holds. No grant and no share means nothing.
    """

    grants: tuple[Rule, ...] = ()
    restrictions: tuple[Rule, ...] = ()
    shares: tuple[Rule, ...] = ()
    limits: tuple[Rule, ...] = ()

    @cached_property
    def condition(self) -> Condition:
        granted = all_of(any_of(*_conditions(self.grants)), *_conditions(self.restrictions))
        return all_of(any_of(granted, *_conditions(self.shares)), *_conditions(self.limits))

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (*self.grants, *self.restrictions, *self.shares, *self.limits)
