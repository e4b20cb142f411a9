"""Drafts of any kind of definition, applied, refused, prepared and given up, taken back: at each point definitions,
tables and documents are what a model says."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from crm_platform.documents import drafts, modelling, plans, rollback
from crm_platform.documents.context import Context
from crm_platform.documents.drafts import Draft
from crm_platform.errors import CRMError
from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.metadata.records import Definition
from crm_platform.testing import TestSite

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
workflows = st.tuples(st.just("workflow"), st.integers(1, len(STATES)))
others = st.tuples(st.just("doctype"), st.integers(0, 2))
roles = st.tuples(st.just("role"), st.integers(0, 1))
drops = st.tuples(st.just("drop"), st.integers(0, 5))
choices = st.lists(st.one_of(fields, setters, workflows, others, roles, drops), min_size=1, max_size=4)


@dataclass
class Model:
    """What the site should hold of this trial. `values` are known values by document and field."""

    bodies: dict[Key, Body] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    values: dict[str, Values] = field(default_factory=dict)

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

    def workflow(self, count: int) -> tuple[Key, Body]:
        """The first states of three: documents stay in the first one."""
        name = f"Flow {self.number}"
        states = [{"state": state, "doc_status": "0", "allow_edit": "System Manager"} for state in STATES[:count]]
        ways = [
            {"state": one, "action": "Go", "next_state": other, "allowed": "System Manager"}
            for one, other in itertools.pairwise(STATES[:count])
        ]
        body = {"doctype": "Workflow", "name": name, "workflow_name": name, "document_type": self.doctype}
        return ("Workflow", name), {**body, "is_active": 1, "states": states, "transitions": ways}

    def other(self, count: int) -> tuple[Key, Body]:
        name = f"Other {self.number}"
        rows = [{"fieldname": one, "fieldtype": "Data", "label": one} for one in ("label", "x", "y")[: count + 1]]
        rows.append({"fieldname": "machine", "fieldtype": "Link", "options": self.doctype, "label": "Machine"})
        return ("DocType", name), self._doctype(name, rows)

    def role(self, number: int) -> str:
        return f"Role {self.number} {number}"


@dataclass
class Wanted:
    """A draft, and the bodies of the site after it."""

    draft: Draft
    model: Model


def wanted(names: Names, model: Model, choices: list[Choice]) -> Wanted:
    """The draft of these choices; a later one about the same definition counts, a setter needs its field."""
    bodies, new_roles, removed = copy.deepcopy(model.bodies), set(), set()
    for kind, *details in choices:
        if kind == "role":
            new_roles.add(names.role(*details))
        elif kind == "drop":
            removed |= _dropped(model, details[0])
        else:
            key, body = _made(names, kind, details)
            bodies[key] = body
    gone = {key for key in removed if bodies.get(key) == model.bodies.get(key)}
    gone |= _setters_without_field({key: body for key, body in bodies.items() if key not in gone})
    after = {key: body for key, body in bodies.items() if key not in gone}
    changed = [Definition(*key, body) for key, body in after.items() if model.bodies.get(key) != body]
    records = [Definition("Role", name, {"doctype": "Role", "role_name": name}) for name in sorted(new_roles)]
    taken_away = sorted(key for key in gone if key in model.bodies and not _goes_along(key, gone))
    draft = Draft([*changed, *records], taken_away)
    return Wanted(draft, Model(after, model.roles | new_roles, copy.deepcopy(model.values)))


def _made(names: Names, kind: str, details: list[Any]) -> tuple[Key, Body]:
    make: Mapping[str, Callable[..., tuple[Key, Body]]] = {
        "field": names.field,
        "setter": names.setter,
        "workflow": names.workflow,
        "doctype": names.other,
    }
    return make[kind](*details)


def _dropped(model: Model, number: int) -> set[Key]:
    """A definition of the site, but not the DocType with the documents."""
    keys = sorted(key for key in model.bodies if not key[1].startswith("Machine ") or key[0] != "DocType")
    return {keys[number % len(keys)]} if keys else set()


def _setters_without_field(bodies: Mapping[Key, Body]) -> set[Key]:
    there = {body["fieldname"] for (kind, _), body in bodies.items() if kind == "Custom Field"} | {"title"}
    return {key for key, body in bodies.items() if key[0] == "Property Setter" and body["field_name"] not in there}


def _goes_along(key: Key, gone: set[Key]) -> bool:
    """A setter goes with its field; a draft need not name it."""
    return key[0] == "Property Setter" and any(
        kind == "Custom Field" and key[1].startswith(f"{name}-") for kind, name in gone
    )


FAULTS: Mapping[str, Body] = {
    "a type that is none": {"doctype": "Custom Field", "fieldname": "moon", "fieldtype": "Mond", "label": "Moon"},
    "a circle": {
        "doctype": "Custom Field",
        "fieldname": "round",
        "fieldtype": "Int",
        "label": "Round",
        "formula": "doc.round + 1",
    },
    "a name that is taken": {"doctype": "Custom Field", "fieldname": "title", "fieldtype": "Data", "label": "Title"},
}


class Definitions(RuleBasedStateMachine):
    site: ClassVar[TestSite]
    numbers: ClassVar[Iterator[int]]

    def __init__(self) -> None:
        super().__init__()
        self.names = Names(next(self.numbers))
        self.model = Model({("DocType", self.names.doctype): self.names.start()})
        self.former: list[Model] = []
        self.seen: set[str] = set()

    @initialize()
    def start(self) -> None:
        body = self.names.start()
        self.site.system(lambda ctx: drafts.apply(ctx, Draft([Definition("DocType", body["name"], body)]), "api"))
        for name in DOCS:
            self.site.insert(self.names.doctype, title=name)
        self.model.values = {name: {} for name in DOCS}

    @rule(choices=choices)
    def apply(self, choices: list[Choice]) -> None:
        asked = wanted(self.names, self.model, choices)
        if not self.prepare(asked.draft):
            return
        number = self.site.system(lambda ctx: drafts.apply(ctx, asked.draft, "api")).number
        if number is None:
            assert (asked.model.bodies, asked.model.roles) == (self.model.bodies, self.model.roles)
            return
        self.former.append(self.model)
        self.follow(asked.model, self.model)

    @rule(choices=choices)
    def give_up_after_preparing(self, choices: list[Choice]) -> None:
        """What is prepared for a plan that never comes is not seen by anybody."""
        self.prepare(wanted(self.names, self.model, choices).draft)

    def prepare(self, draft: Draft) -> bool:
        if not draft.definitions and not draft.removed:
            return False
        found = self.site.system(lambda ctx: drafts.preview(ctx, draft))
        assert [one.message() for one in found.problems if one.is_error] == []
        self.site.site.runtime.database.prepare(found.steps)
        return True

    @rule(fault=st.sampled_from(sorted(FAULTS)), choices=choices)
    def refused(self, fault: str, choices: list[Choice]) -> None:
        """One fault refuses all of the draft."""
        body = {**FAULTS[fault], "dt": self.names.doctype}
        faulty = Definition("Custom Field", f"{self.names.doctype}-{body['fieldname']}", body)
        good = wanted(self.names, self.model, choices).draft
        draft = Draft([*good.definitions, faulty], good.removed)
        with pytest.raises(CRMError):
            self.site.system(lambda ctx: drafts.apply(ctx, draft, "api"))

    @rule(doc=st.sampled_from(DOCS), name=st.sampled_from(NAMES), choice=st.integers(0, 2))
    def write(self, doc: str, name: str, choice: int) -> None:
        fieldtype = self.model.type_of(self.names.doctype, name)
        if fieldtype is not None:
            offered = TYPES[fieldtype]
            self.site.update(self.names.doctype, doc, **{name: offered[choice % len(offered)]})
            row = self.rows()[doc]
            others = {one: value for one, value in self.model.values[doc].items() if one != name and value is not None}
            assert {one: row[one] for one in others} == others
            self.model.values[doc] = {one: row[one] for one in self.model.values[doc]}

    @rule(count=st.integers(1, 3))
    def take_back(self, count: int) -> None:
        for _ in range(min(count, len(self.former))):
            steps = self.site.system(rollback.steps_back)
            self.site.site.runtime.database.prepare(steps)
            self.site.system(rollback.rollback)
            before = self.former.pop()
            self.follow(before, self.model, is_back=True)

    def follow(self, model: Model, last: Model, *, is_back: bool = False) -> None:
        """Go on with `model`: a field that keeps its kind of column keeps what is in it, one that comes back has what
        it had, a new one its default; what another type makes of a value is the matter of another test."""
        rows, shown = self.rows(), [name for name in NAMES if model.type_of(self.names.doctype, name)]
        values = {
            doc: {name: self.expected(model, last, doc, name, rows[doc][name], is_back) for name in shown}
            for doc in DOCS
        }
        self.seen |= set(shown)
        self.model = Model(model.bodies, model.roles, values)

    def expected(self, model: Model, last: Model, doc: str, name: str, found: Any, is_back: bool) -> Any:
        now, was = (one.type_of(self.names.doctype, name) for one in (model, last))
        if now and was and FIELD_KINDS[now].storage == FIELD_KINDS[was].storage:
            kept = last.values[doc][name]
            return found if kept is None else kept
        if was is None and is_back:
            return model.values[doc][name]
        body = model.bodies["Custom Field", f"{self.names.doctype}-{name}"]
        if name not in self.seen and "default" in body:
            return GIVEN.get(body["fieldtype"], found)
        return found

    def rows(self) -> dict[str, dict[str, Any]]:
        def read(ctx: Context) -> dict[str, dict[str, Any]]:
            found = ctx.connection.get_rows(ctx.definitions[self.names.doctype], list(DOCS))
            return {row["name"]: row for row in found}

        return self.site.read(read)

    @invariant()
    def definitions_tables_and_documents_are_as_the_model_says(self) -> None:
        if self.model.values:
            self.site.read(self.compare)

    def compare(self, ctx: Context) -> None:
        own = {key: body for key, body in self.stored(ctx).items() if body is not None}
        assert own == self.model.bodies
        meta = ctx.definitions[self.names.doctype]
        shown = {one.fieldname: one for one in meta.data_fields if one.fieldname in (*NAMES, "title")}
        assert {name: one.fieldtype for name, one in shown.items()} == self.types()
        for (kind, _), body in self.model.bodies.items():
            if kind == "Property Setter":
                assert shown[body["field_name"]].properties[body["property"]] == body["value"]
        self.compare_flow(ctx)
        names = {self.names.doctype, f"Other {self.names.number}"}
        steps = ctx.runtime.database.plan(ctx.definitions, ctx.definitions, ctx.connection, (), names)
        assert steps == [], "tables and definitions agree"
        there = {name for name in map(self.names.role, range(2)) if ctx.store.exists("Role", name)}
        assert there == self.model.roles
        rows = {row["name"]: row for row in ctx.connection.get_rows(meta, list(DOCS))}
        stored = {doc: {name: rows[doc][name] for name in self.model.values[doc]} for doc in DOCS}
        assert stored == self.model.values

    def compare_flow(self, ctx: Context) -> None:
        key = ("Workflow", f"Flow {self.names.number}")
        workflow = ctx.definitions.workflows.get(self.names.doctype)
        wanted_states = [row["state"] for row in self.model.bodies.get(key, {}).get("states", ())]
        assert [state.state for state in workflow.states] == wanted_states if workflow else not wanted_states

    def types(self) -> dict[str, str]:
        found = {name: self.model.type_of(self.names.doctype, name) for name in NAMES}
        return {"title": "Data", **{name: kind for name, kind in found.items() if kind is not None}}

    def stored(self, ctx: Context) -> dict[Key, Any]:
        """What the site's layer has under every name that a trial may use."""
        names = self.names
        keys = [names.field(name, "Data", False, False)[0] for name in NAMES]
        keys += [
            names.setter(name, changed, 0)[0] for name in ("title", *NAMES) for changed in ("label", "description")
        ]
        keys += [names.workflow(1)[0], names.other(0)[0], ("DocType", names.doctype)]
        return modelling.site_bodies(ctx, keys)

    def teardown(self) -> None:
        """All the way back, in one go: as at the beginning."""
        self.take_back(len(self.former))
        if self.model.values:
            self.definitions_tables_and_documents_are_as_the_model_says()
            assert set(self.model.bodies) == {("DocType", self.names.doctype)}
            assert len(self.site.read(plans.standing)) > 0


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return itertools.count()


@pytest.fixture(scope="module")
def flowing(module_site: TestSite) -> TestSite:
    for state in STATES:
        module_site.insert("Workflow State", workflow_state_name=state)
    module_site.insert("Workflow Action Master", workflow_action_name="Go")
    return module_site


def run_machine(site: TestSite, numbers: Iterator[int], examples: int, steps: int) -> None:
    machine = type("DefinitionsHere", (Definitions,), {"site": site, "numbers": numbers})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=checks)
    )


def test_any_sequence_of_drafts_ends_as_a_model_says(flowing: TestSite, numbers: Iterator[int]) -> None:
    run_machine(flowing, numbers, 2, 6)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_three_hundred_sequences_of_drafts(flowing: TestSite, numbers: Iterator[int]) -> None:
    run_machine(flowing, numbers, 300, 15)
