"""Rules that would set each other off for ever: found when one of them is saved, and the ring spelled out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crm_platform.automation.registry import every_rule
from crm_platform.automation.rule import Rule
from crm_platform.automation.run import expression_of
from crm_platform.documents.context import Context
from crm_platform.errors import FieldError

ENDLESS = frozenset({"Created", "Saved"})


def cycle_faults(ctx: Context, rule: Rule) -> Iterator[FieldError]:
    """A rule that sets the field it watches, or that is part of a ring of new documents without any condition."""
    yield from _own_field(rule)
    ring = _ring(rule, [other for other in every_rule(ctx.connection, ctx.definitions) if other.label != rule.label])
    if ring:
        template = "These rules would create documents for ever: {ring}. Give one of them a condition that ends it."
        spelled = " ⇒ ".join(f"{one.name} ({one.doctype})" for one in (*ring, ring[0]))
        yield FieldError("actions", template, params={"ring": spelled})


def _own_field(rule: Rule) -> Iterator[FieldError]:
    if rule.trigger.kind != "Changed":
        return
    for row, action in enumerate(rule.actions, start=1):
        if action.kind != "Set Fields":
            continue
        for name, given in action.table("field_values").items():
            ends = rule.trigger.to_value and expression_of(given) is None and str(given) != rule.trigger.to_value
            if name in rule.trigger.watched and not ends:
                template = (
                    "The rule sets {field}, which sets it off. Watch another field, or name the value it waits for."
                )
                yield FieldError("field_values", template, table="actions", row=row, params={"field": name})


def _ring(rule: Rule, others: list[Rule]) -> list[Rule]:
    """The shortest chain of unconditional rules that leads from `rule` back to it; empty when there is none."""
    if not _is_endless(rule):
        return []
    by_doctype: dict[str, list[Rule]] = {}
    for other in others:
        if _is_endless(other):
            by_doctype.setdefault(other.doctype, []).append(other)
    return _way_back(rule, by_doctype)


def _way_back(rule: Rule, by_doctype: Mapping[str, list[Rule]]) -> list[Rule]:
    chains, seen = [[rule]], {rule.label}
    while chains:
        chain = chains.pop(0)
        for doctype in _created(chain[-1]):
            if doctype == rule.doctype:
                return chain
            for following in by_doctype.get(doctype, ()):
                if following.label not in seen:
                    seen.add(following.label)
                    chains.append([*chain, following])
    return []


def _is_endless(rule: Rule) -> bool:
    return rule.trigger.kind in ENDLESS and rule.condition is None and bool(_created(rule))


def _created(rule: Rule) -> list[str]:
    return [action.text("target_doctype") for action in rule.actions if action.kind == "Create Document"]
