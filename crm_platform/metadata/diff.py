"""What differs between two effective models: a list of changes with their risk, for plans and their preview."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.metadata.model import Definitions, DocPerm, DocType, Field, Workflow

Action = Literal["added", "changed", "removed"]
Part = Literal["DocType", "field", "property", "permission", "workflow"]
Risk = Literal["safe", "backfill", "lossy"]
"""safe: takes effect at once; backfill: stored rows must be filled or may break the new rule; lossy: values are hidden
or converted and may lose information."""


@dataclass(frozen=True)
class Change:
    """One difference: what happened to which part of a DocType, the values before and after, and the risk."""

    action: Action
    part: Part
    doctype: str
    fieldname: str = ""
    property: str = ""
    before: Any = None
    after: Any = None
    risk: Risk = "safe"


def diff(old: Definitions, new: Definitions) -> list[Change]:
    """All changes from `old` to `new`, in the order of DocType names; DocTypes taken over unchanged cost nothing."""
    changes: list[Change] = []
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before is None:
            changes.append(Change("added", "DocType", name))
        elif after is None:
            changes.append(Change("removed", "DocType", name, risk="lossy" if before.columns else "safe"))
        elif before is not after:
            changes.extend(_doctype(before, after))
        changes.extend(_workflow(name, old.workflows.get(name), new.workflows.get(name)))
    return changes


def _doctype(old: DocType, new: DocType) -> Iterator[Change]:
    for name, before, after in _differing(old.properties, new.properties):
        yield Change("changed", "property", new.name, "", name, before, after, _KIND_RISKS.get(name, "safe"))
    yield from _fields(old, new)
    yield from _permissions(old, new)


def _fields(old: DocType, new: DocType) -> Iterator[Change]:
    for name in dict.fromkeys((*old.by_name, *new.by_name)):
        before, after = old.field(name), new.field(name)
        if before is None and after is not None:
            yield Change("added", "field", new.name, name, after=after.fieldtype, risk=_risk_of_new(after))
        elif before is not None and after is None:
            risk: Risk = "lossy" if before.has_column or before.is_table else "safe"
            yield Change("removed", "field", new.name, name, before=before.fieldtype, risk=risk)
        elif before is not None and after is not None and before is not after:
            for key, was, is_now in _differing(before.properties, after.properties):
                judge = _FIELD_RISKS.get(key, _safe)
                yield Change("changed", "property", new.name, name, key, was, is_now, judge(before, after))
    if [f.fieldname for f in old.fields if f.fieldname in new.by_name] != [
        f.fieldname for f in new.fields if f.fieldname in old.by_name
    ]:
        yield Change("changed", "property", new.name, "", "field_order", [*old.by_name], [*new.by_name])


def _permissions(old: DocType, new: DocType) -> Iterator[Change]:
    before, after = _by_role(old), _by_role(new)
    for key in dict.fromkeys((*before, *after)):
        was, is_now = before.get(key), after.get(key)
        if was != is_now:
            action: Action = "added" if was is None else "removed" if is_now is None else "changed"
            yield Change(action, "permission", new.name, "", key[0], _shown(was), _shown(is_now))


def rights_of_new(changes: Iterable[Change], new: Definitions) -> list[Change]:
    """The permission rows of the DocTypes that come with `changes`, one by one: `diff` takes them as part of those."""
    added = [one.doctype for one in changes if (one.action, one.part) == ("added", "DocType")]
    return [
        Change("added", "permission", name, "", role, None, _shown(row))
        for name in added
        for (role, *_), row in _by_role(new[name]).items()
    ]


def _by_role(doctype: DocType) -> dict[tuple[str, int, bool, bool], DocPerm]:
    found: dict[tuple[str, int, bool, bool], DocPerm] = {}
    for row in doctype.permissions:
        key = (row.role, row.permlevel, row.if_owner, row.if_team)
        twin = found.get(key)
        actions = row.actions | twin.actions if twin else row.actions
        found[key] = DocPerm(*key, actions)
    return found


def _shown(row: DocPerm | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "permlevel": row.permlevel,
        "if_owner": int(row.if_owner),
        "if_team": int(row.if_team),
        "actions": sorted(row.actions),
    }


def _workflow(doctype: str, old: Workflow | None, new: Workflow | None) -> Iterator[Change]:
    if old is None and new is None or old == new:
        return
    action: Action = "added" if old is None else "removed" if new is None else "changed"
    gone = {state.state for state in old.states} - {state.state for state in new.states} if old and new else set()
    before, after = (old.name if old else None), (new.name if new else None)
    yield Change(action, "workflow", doctype, "", "", before, after, "backfill" if gone or old is None else "safe")


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in dict.fromkeys((*old, *new)):
        if key not in _NO_CONTENT and (old.get(key) or None) != (new.get(key) or None):
            yield key, old.get(key), new.get(key)


_NO_CONTENT = frozenset(
    {"idx", "modified", "modified_by", "creation", "owner", "field_order", "insert_after", "doctype"}
)
"""Keys that say nothing of their own: bookkeeping, and the order of fields, which is compared as a whole."""

_KIND_RISKS: Mapping[str, Risk] = {
    "issingle": "lossy",
    "istable": "lossy",
    "is_tree": "backfill",
    "autoname": "backfill",
    "indexes": "backfill",
}


def _risk_of_new(field: Field) -> Risk:
    return "backfill" if field.default or field.reqd or field.unique or field.fetch_from else "safe"


def _safe(_before: Field, _after: Field) -> Risk:
    return "safe"


def _back_fill_when_set(name: str) -> Callable[[Field, Field], Risk]:
    return lambda _before, after: "backfill" if getattr(after, name) else "safe"


_WIDER: frozenset[tuple[str, str]] = frozenset({("int", "float"), ("int", "decimal"), ("date", "datetime")})
"""Storage kinds whose every value the other one holds."""


def _type_risk(before: Field, after: Field) -> Risk:
    old, new = FIELD_KINDS[before.fieldtype], FIELD_KINDS[after.fieldtype]
    if before.is_table or after.is_table:
        return "lossy"
    if old.storage == new.storage:
        shorter = old.storage == "text" and new.length is not None and old.length is None
        return "lossy" if shorter else "safe"
    if old.storage == "none":
        return "safe"
    return "backfill" if new.storage == "text" or (old.storage, new.storage) in _WIDER else "lossy"


def _length_risk(before: Field, after: Field) -> Risk:
    return "lossy" if after.length and (after.length < before.length or not before.length) else "safe"


_FIELD_RISKS: Mapping[str, Callable[[Field, Field], Risk]] = {
    "fieldtype": _type_risk,
    "length": _length_risk,
    "precision": lambda before, after: "lossy" if (after.precision or 9) < (before.precision or 9) else "safe",
    "reqd": _back_fill_when_set("reqd"),
    "unique": _back_fill_when_set("unique"),
    "search_index": _back_fill_when_set("search_index"),
    "non_negative": _back_fill_when_set("non_negative"),
    "options": lambda before, after: "backfill" if _fewer_choices(before, after) else "safe",
    "is_virtual": lambda _before, after: "lossy" if after.is_virtual else "safe",
}


def _fewer_choices(before: Field, after: Field) -> bool:
    if after.fieldtype == "Select":
        return bool(set(before.choices) - set(after.choices))
    return after.fieldtype in ("Link", "Dynamic Link", "Table", "Table MultiSelect")
