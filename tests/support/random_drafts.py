"""What the machine of definitions draws at random, as drafts, and what the site must be after each."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from crm_platform.documents.drafts import Draft
from crm_platform.metadata.records import Definition

Key = tuple[str, str]
Body = dict[str, Any]
Values = dict[str, Any]
Choice = tuple[Any, ...]

DOCS = ("甲", "乙")
NAMES = ("size", "等级")
TYPES: Mapping[str, tuple[Any, ...]] = {
    "Data": ("7", "很大", "007"),
    "Int": (0, 7, -3),
    "Currency": (0.25, 1000000),
    "Date": ("2026-01-02",),
}
DEFAULTS = {"Data": "乙", "Int": "7", "Currency": "1.5", "Date": "2026-03-04"}
GIVEN = {"Data": "乙", "Int": 7}
"""The stored defaults of two types, which documents have that were there before the field."""

STATES = ("起草", "审核", "完成")

fields = st.tuples(
    st.just("field"), st.sampled_from(NAMES), st.sampled_from(sorted(TYPES)), st.booleans(), st.booleans()
)
setters = st.tuples(
    st.just("setter"), st.sampled_from(("title", *NAMES)), st.sampled_from(("label", "description")), st.integers(0, 2)
)
workflows = st.tuples(st.just("workflow"), st.permutations(STATES), st.integers(1, len(STATES)))
formulas = st.tuples(st.just("formula"), st.integers(0, 2))
rollups = st.tuples(st.just("rollup"), st.sampled_from((None, "doc.label == 'x'")))
others = st.tuples(st.just("doctype"), st.integers(0, 2))
roles = st.tuples(st.just("role"), st.integers(0, 1))
layouts = st.tuples(st.just("layout"), st.integers(0, 1), st.integers(0, 2))
records_to_go = st.tuples(st.just("away"), st.integers(0, 3))
drops = st.tuples(st.just("drop"), st.integers(0, 5))
choices = st.lists(
    st.one_of(fields, setters, workflows, others, roles, layouts, drops, records_to_go, formulas, rollups),
    min_size=1,
    max_size=4,
)


@dataclass
class Model:
    """What the site should hold of this trial. `records` are roles and layouts with the latters' priority, `values`
    known values by document and field, `states` the workflow states of documents while there is a workflow."""

    bodies: dict[Key, Body] = field(default_factory=dict)
    records: dict[Key, int] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)

    def type_of(self, doctype: str, name: str) -> str | None:
        body = self.bodies.get(("Custom Field", f"{doctype}-{name}"))
        return body["fieldtype"] if body else None


@dataclass
class Names:
    """The names of one trial: nothing of another is touched."""

    number: int

    @property
    def doctype(self) -> str:
        return f"Machine {self.number}"

    def start(self) -> Body:
        rows = [{"fieldname": "title", "fieldtype": "Data", "label": "Title"}]
        return self._doctype(self.doctype, rows, autoname="field:title")

    def _doctype(self, name: str, rows: list[Body], **values: Any) -> Body:
        rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
        named = {"doctype": "DocType", "name": name, "module": "CRM", "custom": 1}
        return {**named, "fields": rows, "permissions": rights, **values}

    def field(self, name: str, fieldtype: str, indexed: bool, has_default: bool) -> tuple[Key, Body]:
        body: Body = {"doctype": "Custom Field", "dt": self.doctype, "fieldname": name, "label": name}
        body |= {"fieldtype": fieldtype, "search_index": int(indexed)}
        if has_default:
            body |= {"default": DEFAULTS[fieldtype], "reqd": 1}
        return ("Custom Field", f"{self.doctype}-{name}"), body

    def setter(self, name: str, changed: str, value: int) -> tuple[Key, Body]:
        body = {"doctype": "Property Setter", "doctype_or_field": "DocField", "doc_type": self.doctype}
        body |= {"field_name": name, "property": changed, "property_type": "Data", "value": f"值 {value}"}
        return ("Property Setter", f"{self.doctype}-{name}-{changed}"), body

    def workflow(self, order: Sequence[str], count: int) -> tuple[Key, Body]:
        """Some of the states; documents in one of the others go to the first."""
        name, named = f"Flow {self.number}", order[:count]
        states = [{"state": state, "doc_status": "0", "allow_edit": "System Manager"} for state in named]
        ways = [
            {"state": one, "action": "Go", "next_state": other, "allowed": "System Manager"}
            for one, other in itertools.pairwise(named)
        ]
        body: Body = {"doctype": "Workflow", "name": name, "workflow_name": name, "document_type": self.doctype}
        mapping = [{"old_state": state, "new_state": named[0]} for state in order[count:]]
        body |= {"state_mapping": mapping} if mapping else {}
        return ("Workflow", name), {**body, "is_active": 1, "states": states, "transitions": ways}

    def formula(self, number: int) -> tuple[Key, Body]:
        body: Body = {"doctype": "Custom Field", "dt": self.doctype, "fieldname": "calc", "label": "Calc"}
        formula = f"doc.title + '{number}'"
        return ("Custom Field", f"{self.doctype}-calc"), {**body, "fieldtype": "Data", "formula": formula}

    def rollup(self, condition: str | None) -> tuple[Key, Body]:
        body: Body = {"doctype": "Custom Field", "dt": self.doctype, "fieldname": "total", "label": "Total"}
        rollup = {"function": "count", "from": self.source[1], "link": "machine"}
        rollup |= {"filter": condition} if condition else {}
        return ("Custom Field", f"{self.doctype}-total"), {**body, "fieldtype": "Int", "rollup": rollup}

    @property
    def source(self) -> Key:
        """The DocType whose documents a roll-up counts."""
        return "DocType", f"Other {self.number}"

    def other(self, count: int) -> tuple[Key, Body]:
        name = self.source[1]
        rows = [{"fieldname": one, "fieldtype": "Data", "label": one} for one in ("label", "x", "y")[: count + 1]]
        rows.append({"fieldname": "machine", "fieldtype": "Link", "options": self.doctype, "label": "Machine"})
        return ("DocType", name), self._doctype(name, rows)

    def role(self, number: int) -> Key:
        return "Role", f"Role {self.number} {number}"

    def layout(self, number: int) -> Key:
        return "DocType Layout", f"Layout {self.number} {number}"

    def record(self, key: Key, priority: int) -> Definition:
        if key[0] == "Role":
            return Definition(*key, {"doctype": "Role", "role_name": key[1]})
        body = {"document_type": self.doctype, "role": "System Manager", "priority": priority}
        return Definition(*key, {"doctype": key[0], **body, "fields": [{"fieldname": "title", "label": "题"}]})


@dataclass
class Wanted:
    """A draft, and the bodies of the site after it."""

    draft: Draft
    model: Model


def wanted(names: Names, model: Model, choices: list[Choice]) -> Wanted:
    """The draft of these choices; a later one about the same definition counts, a setter needs its field."""
    bodies, records, removed = copy.deepcopy(model.bodies), dict(model.records), set()
    for kind, *details in choices:
        if kind == "role":
            records[names.role(*details)] = 0
        elif kind == "layout":
            records[names.layout(details[0])] = details[1]
        elif kind == "drop":
            removed |= _dropped(model.bodies, details[0])
        elif kind == "away":
            removed |= _dropped(model.records, details[0])
        else:
            key, body = _made(names, kind, details)
            bodies[key] = body
    gone = {key for key in removed if bodies.get(key) == model.bodies.get(key)}
    gone |= _rollups_without_source(names, bodies.keys() - gone)
    gone |= _setters_without_field({key: body for key, body in bodies.items() if key not in gone})
    after = {key: body for key, body in bodies.items() if key not in gone}
    changed = [Definition(*key, body) for key, body in after.items() if model.bodies.get(key) != body]
    lost = {key for key in removed if key in records and records[key] == model.records.get(key)}
    kept = {key: priority for key, priority in records.items() if key not in lost}
    saved = [names.record(key, priority) for key, priority in sorted(kept.items())]
    taken_away = sorted(key for key in gone if key in model.bodies and not _goes_along(key, gone))
    draft = Draft([*changed, *saved], [*taken_away, *sorted(lost)])
    return Wanted(draft, Model(after, kept, copy.deepcopy(model.values)))


def _made(names: Names, kind: str, details: list[Any]) -> tuple[Key, Body]:
    make: Mapping[str, Callable[..., tuple[Key, Body]]] = {
        "field": names.field,
        "setter": names.setter,
        "workflow": names.workflow,
        "formula": names.formula,
        "rollup": names.rollup,
        "doctype": names.other,
    }
    return make[kind](*details)


def _dropped(there: Iterable[Key], number: int) -> set[Key]:
    """A definition or record of the site, but not the DocType with the documents."""
    keys = sorted(key for key in there if not key[1].startswith("Machine ") or key[0] != "DocType")
    return {keys[number % len(keys)]} if keys else set()


def _setters_without_field(bodies: Mapping[Key, Body]) -> set[Key]:
    there = {body["fieldname"] for (kind, _), body in bodies.items() if kind == "Custom Field"} | {"title"}
    return {key for key, body in bodies.items() if key[0] == "Property Setter" and body["field_name"] not in there}


def _rollups_without_source(names: Names, there: Collection[Key]) -> set[Key]:
    key, _ = names.rollup(None)
    return {key} if key in there and names.source not in there else set()


def _goes_along(key: Key, gone: set[Key]) -> bool:
    """A setter goes with its field; a draft need not name it."""
    return key[0] == "Property Setter" and any(
        kind == "Custom Field" and key[1].startswith(f"{name}-") for kind, name in gone
    )
