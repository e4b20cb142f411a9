"""Any sequence of changes, writes and rollbacks: tables, values and definitions are at each point what they should."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_platform.database.conversion import convert_value
from crm_platform.documents import modelling, rollback
from crm_platform.documents.context import Context
from crm_platform.documents.plans import Bodies
from crm_platform.documents.undoing import undone
from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.testing import TestSite

VALUES: Mapping[str, list[Any]] = {
    "Data": ["", "7", "007", "1.50", "很大", "2026-01-02", None],
    "Int": [0, 7, -3],
    "Float": [0.5, 7.0],
    "Currency": [0.25, 1000000],
    "Date": ["2026-01-02", None],
}
NAMES = ("size", "等级")
DOCS = ("甲", "乙", "c")

Values = dict[str, Any]
Shape = Mapping[str, tuple[str, bool]]
"""Fieldname → type, and whether it is indexed."""

shapes = st.dictionaries(st.sampled_from(NAMES), st.tuples(st.sampled_from(sorted(VALUES)), st.booleans()))
writes = st.tuples(st.just("write"), st.sampled_from(DOCS), st.sampled_from(NAMES), st.integers(0, 6))
changes = st.tuples(st.just("apply"), shapes, st.none() | writes)
sequences = st.lists(st.one_of(changes, writes, st.just(("rollback",))), min_size=2, max_size=10)


@dataclass
class Columns:
    """What the tables should hold: the column under each field's name, and those put aside, the newest last."""

    live: dict[str, tuple[str, Values]] = field(default_factory=dict)
    parked: dict[tuple[str, str], list[Values]] = field(default_factory=dict)

    def prepare(self, old: Shape, new: Shape) -> None:
        """Copy what changes its kind beforehand: what somebody writes after that is copied once more, over it."""
        for name, (fieldtype, _) in new.items():
            storage = FIELD_KINDS[fieldtype].storage
            if name in old and self.live[name][0] != storage:
                waiting = self.parked.setdefault((name, storage), [])
                waiting.append(self.copied(name, storage, waiting.pop() if waiting else {}))

    def copied(self, name: str, storage: str, held: Values) -> Values:
        was, values = self.live[name]
        return {doc: self.converted(values.get(doc), was, held.get(doc), storage) for doc in DOCS}

    def change(self, old: Shape, new: Shape, restored: Collection[str] = ()) -> set[str]:
        """Go from one shape to another; returns the fields whose column was put aside for an empty one."""
        emptied = set()
        for name, (fieldtype, _) in new.items():
            storage = FIELD_KINDS[fieldtype].storage
            was, values = self.live.get(name, (storage, {}))
            if was == storage:
                self.live[name] = (storage, values)
                continue
            waiting = self.parked.setdefault((name, storage), [])
            if name in old:
                fresh = self.copied(name, storage, waiting.pop() if waiting else {})
            elif name in restored and waiting:
                fresh = waiting.pop()
            else:
                emptied.add(name)
                fresh = {}
            self.parked.setdefault((name, was), []).append(values)
            self.live[name] = (storage, fresh)
        return emptied

    @staticmethod
    def converted(current: Any, was: Any, held: Any, storage: Any) -> Any:
        return held if current == convert_value(held, storage, was) else convert_value(current, was, storage)


@dataclass
class Trial:
    """A DocType of its own on the site, beside what it should be."""

    site: TestSite
    doctype: str
    shapes: list[Shape] = field(default_factory=lambda: [{}])
    emptied: list[set[str]] = field(default_factory=list)
    columns: Columns = field(default_factory=Columns)

    def body(self, shape: Shape) -> dict[str, Any]:
        rows: list[dict[str, Any]] = [{"fieldname": "title", "fieldtype": "Data", "label": "Title"}]
        for name, (fieldtype, indexed) in shape.items():
            rows.append({"fieldname": name, "fieldtype": fieldtype, "label": name, "search_index": int(indexed)})
        rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
        named = {"doctype": "DocType", "name": self.doctype, "module": "CRM", "custom": 1, "autoname": "field:title"}
        return {**named, "fields": rows, "permissions": rights}

    def bodies(self, shape: Shape) -> Bodies:
        return {("DocType", self.doctype): self.body(shape)}

    def start(self) -> None:
        self.site.system(lambda ctx: modelling.apply(ctx, self.bodies({}), "start"))
        for name in DOCS:
            self.site.insert(self.doctype, title=name)

    def apply(self, shape: Shape, beside: tuple[Any, ...] | None) -> None:
        """Prepare, let somebody write meanwhile, and switch."""
        steps = self.site.system(lambda ctx: planned_steps(ctx, self.bodies(shape)))
        self.site.site.runtime.database.prepare(steps)
        self.columns.prepare(self.shapes[-1], shape)
        if beside:
            self.write(*beside[1:])
        self.site.system(lambda ctx: modelling.apply(ctx, self.bodies(shape), "change"))
        self.emptied.append(self.columns.change(self.shapes[-1], shape))
        self.shapes.append(shape)

    def write(self, doc: str, name: str, choice: int) -> None:
        shape = self.shapes[-1]
        if name in shape:
            offered = VALUES[shape[name][0]]
            self.site.update(self.doctype, doc, **{name: offered[choice % len(offered)]})
            stored = self.stored()[doc]
            for kept in shape:
                self.columns.live[kept][1][doc] = stored[kept]

    def rollback(self) -> None:
        if len(self.shapes) > 1:
            self.site.system(rollback.rollback)
            old = self.shapes.pop()
            self.columns.change(old, self.shapes[-1], self.emptied.pop())

    def stored(self) -> dict[str, Values]:
        return self.site.read(
            lambda ctx: {row["name"]: row for row in ctx.connection.get_rows(ctx.definitions[self.doctype], list(DOCS))}
        )

    def check(self) -> None:
        shape = self.shapes[-1]
        stored = self.stored()
        for name in shape:
            expected = {doc: self.columns.live[name][1].get(doc) for doc in DOCS}
            assert {doc: stored[doc][name] for doc in DOCS} == expected
        assert self.site.read(lambda ctx: modelling.site_bodies(ctx, self.bodies({}))) == self.bodies(shape)
        assert self.site.read(lambda ctx: ctx.runtime.database.plan(ctx.definitions, ctx.definitions)) == []


def planned_steps(ctx: Context, bodies: Bodies) -> Any:
    return undone(ctx, lambda: modelling.stage(ctx, bodies).steps)


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return itertools.count()


def run(site: TestSite, doctype: str, steps: list[tuple[Any, ...]]) -> None:
    trial = Trial(site, doctype)
    trial.start()
    todo: Mapping[str, Callable[..., None]] = {"apply": trial.apply, "write": trial.write, "rollback": trial.rollback}
    for step in steps:
        todo[step[0]](*step[1:])
        trial.check()
    while len(trial.shapes) > 1:
        trial.rollback()
        trial.check()


CHANGED_BESIDE = [
    ("apply", {"等级": ("Data", False)}, None),
    ("apply", {"等级": ("Int", True)}, ("write", "甲", "等级", 2)),
    ("write", "甲", "等级", 0),
    ("apply", {"等级": ("Data", False)}, ("write", "甲", "等级", 1)),
]
"""A value comes, by way of another, to what it once was, while it is copied back to its former kind."""


@settings(max_examples=5)
@given(steps=sequences)
@example(steps=CHANGED_BESIDE)
def test_any_sequence_of_changes_keeps_tables_values_and_definitions(
    module_site: TestSite, numbers: Iterator[int], steps: list[tuple[Any, ...]]
) -> None:
    run(module_site, f"Trial {next(numbers)}", steps)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=500)
@given(steps=sequences)
def test_five_hundred_sequences_of_changes(
    module_site: TestSite, numbers: Iterator[int], steps: list[tuple[Any, ...]]
) -> None:
    run(module_site, f"Trial {next(numbers)}", steps)
