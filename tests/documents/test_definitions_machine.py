"""Drafts of any kind of definition, applied, refused, prepared and given up, taken back: at each point definitions,
tables and documents are what a model says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
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
from support.random_drafts import DOCS, GIVEN, NAMES, STATES, TYPES, Body, Choice, Key, Model, Names, choices, wanted

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
            assert (asked.model.bodies, asked.model.records) == (self.model.bodies, self.model.records)
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
        if self.names.source in draft.removed and self.site.read(lambda ctx: ctx.store.list(self.names.source[1])):
            with pytest.raises(CRMError, match="has documents"):
                self.site.system(lambda ctx: drafts.preview(ctx, draft))
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

    @rule(doc=st.sampled_from(DOCS), text=st.sampled_from(("x", "y")))
    def add_to_be_counted(self, doc: str, text: str) -> None:
        if self.names.source in self.model.bodies:
            self.site.insert(self.names.source[1], machine=doc, label=text)

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
        states = {doc: rows[doc]["workflow_state"] for doc in DOCS} if self.flow(model) else {}
        if is_back:
            assert states == model.states, "documents are in the states again in which they were"
        self.model = Model(model.bodies, model.records, values, states)

    def flow(self, model: Model) -> list[str]:
        body = model.bodies.get(("Workflow", f"Flow {self.names.number}"), {})
        return [row["state"] for row in body.get("states", ())]

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
        self.compare_computed(ctx)
        names = {self.names.doctype, f"Other {self.names.number}"}
        steps = ctx.runtime.database.plan(ctx.definitions, ctx.definitions, ctx.connection, (), names)
        assert steps == [], "tables and definitions agree"
        assert self.stored_records(ctx) == self.model.records
        rows = {row["name"]: row for row in ctx.connection.get_rows(meta, list(DOCS))}
        stored = {doc: {name: rows[doc][name] for name in self.model.values[doc]} for doc in DOCS}
        assert stored == self.model.values

    def stored_records(self, ctx: Context) -> dict[Key, int]:
        keys = [make(number) for make in (self.names.role, self.names.layout) for number in range(2)]
        there = [key for key in keys if ctx.store.exists(*key)]
        for key in (key for key in there if key[0] == "DocType Layout"):
            assert [row["label"] for row in ctx.store.get(*key)["fields"]] == ["题"]
        return {key: 0 if key[0] == "Role" else ctx.store.get(*key)["priority"] for key in there}

    def compare_flow(self, ctx: Context) -> None:
        workflow = ctx.definitions.workflows.get(self.names.doctype)
        wanted_states = self.flow(self.model)
        assert [state.state for state in workflow.states] == wanted_states if workflow else not wanted_states
        assert set(self.model.states.values()) <= set(wanted_states), "no document is in a state that there is not"

    def compare_computed(self, ctx: Context) -> None:
        meta = ctx.definitions[self.names.doctype]
        rows = {row["name"]: row for row in ctx.connection.get_rows(meta, list(DOCS))}
        calc, total = (self.model.bodies.get(make[0]) for make in (self.names.formula(0), self.names.rollup(None)))
        if calc:
            assert {doc: rows[doc]["calc"] for doc in DOCS} == {doc: doc + calc["formula"][-2] for doc in DOCS}
        if total:
            sources = ctx.store.list(self.names.source[1], fields=["machine", "label"], limit=0)
            counted = [row["machine"] for row in sources if row["label"] == "x" or "filter" not in total["rollup"]]
            assert {doc: rows[doc]["total"] for doc in DOCS} == {doc: counted.count(doc) for doc in DOCS}

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
        keys += [names.workflow(STATES, 1)[0], names.formula(0)[0], names.rollup(None)[0]]
        keys += [names.other(0)[0], ("DocType", names.doctype)]
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
