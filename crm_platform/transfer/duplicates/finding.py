"""Who a document may be twice: its readable matches with their score, explained field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.reading import definition, no_right
from crm_platform.metadata.model import DocType
from crm_platform.transfer.duplicates import pairs
from crm_platform.transfer.duplicates.keys import candidates
from crm_platform.transfer.duplicates.rules import Compared, MatchRule, keys_by, rules_of, text_of

LIKENESS = "crm_platform.transfer.duplicates.likeness"
"""Loaded when something is compared: its libraries would take a tenth of the time in which a server starts."""

COMPARED = 100
"""Documents with the most keys in common that are compared."""

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Part:
    """What one field gave: `similarity` in percent, `points` of the field's weight."""

    field: str
    label: str
    method: str
    similarity: float
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A document that may mean the same. `score` is the sum of the points, and at least the rule's threshold."""

    name: str
    title: str
    score: float
    rule: str
    parts: Sequence[Part]

    @property
    def explanation(self) -> str:
        return ", ".join(part.text for part in self.parts)


def find(ctx: Context, doctype: str, values: Mapping[str, Any], name: str = "") -> list[Match]:
    """Matches of a document that somebody types or that is stored as `name`, the best first.

    Only documents and fields that the caller may read take part. Raises DoesNotExistError, PermissionError.
    """
    meta = definition(ctx, doctype)
    if not ctx.policy.allows(meta, "read"):
        raise no_right(meta)
    levels = ctx.policy.levels(meta, "read") | {0}
    rules = [rule for rule in (rule.readable(levels) for rule in rules_of(ctx, doctype)) if rule.fields]
    return matches(ctx, meta, rules, values, name)


def matches(
    ctx: Context, meta: DocType, rules: Sequence[MatchRule], values: Mapping[str, Any], name: str
) -> list[Match]:
    """The matches under these rules, without those of which somebody said that they are none."""
    common = candidates(ctx, meta.name, keys_by(ctx, rules, values))
    for other in (name, *(pairs.told_apart(ctx, meta.name, name) if name else ())):
        common.pop(other, None)
    names = [other for other, _ in sorted(common.items(), key=lambda item: (-item[1], item[0]))[:COMPARED]]
    found = [best for row in _rows(ctx, meta, rules, names) if (best := _best(ctx, meta, rules, values, row))]
    return sorted(found, key=lambda match: (-match.score, match.name))[:SHOWN]


def _rows(ctx: Context, meta: DocType, rules: Sequence[MatchRule], names: Sequence[str]) -> Sequence[dict[str, Any]]:
    if not names:
        return []
    fields = {"name", *(one.field.fieldname for rule in rules for one in rule.fields)}
    title = meta.field(meta.title_field)
    if title is not None and not title.permlevel:
        fields.add(title.fieldname)
    return ctx.store.list(meta.name, fields=sorted(fields), filters=[["name", "in", list(names)]], limit=0)


def _best(
    ctx: Context, meta: DocType, rules: Sequence[MatchRule], values: Mapping[str, Any], row: Mapping[str, Any]
) -> Match | None:
    """The rule that gives the most points, if one reaches its threshold."""
    best: Match | None = None
    for rule in rules:
        parts = [part for one in rule.fields if (part := _part(ctx, one, values, row)) is not None]
        score = round(sum(part.points for part in parts), 1)
        if parts and score >= rule.threshold and (best is None or score > best.score):
            title = str(row.get(meta.title_field) or row["name"])
            best = Match(str(row["name"]), title, score, rule.name, tuple(parts))
    return best


def _part(ctx: Context, one: Compared, values: Mapping[str, Any], row: Mapping[str, Any]) -> Part | None:
    name = one.field.fieldname
    alike = import_module(LIKENESS).similarity(one.method, text_of(ctx, values.get(name)), text_of(ctx, row[name]))
    if not alike:
        return None
    points = round(one.weight * alike / 100, 1)
    label = ctx._(one.field.label or name)
    if alike == 100:
        text = ctx._("{label} equal: {points}", label=label, points=f"{points:g}")
    else:
        text = ctx._("{label} {percent} % similar: {points}", label=label, percent=round(alike), points=f"{points:g}")
    return Part(name, label, one.method, alike, points, text)
