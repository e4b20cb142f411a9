"""What is computed within one document: formulas and roll-ups over its own rows, in the order of their dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from crm_platform import expressions
from crm_platform.errors import ExpressionError
from crm_platform.metadata.computed import formula_of
from crm_platform.metadata.model import Definitions, DocType, Field
from crm_platform.metadata.rollups import Rollup, filter_of, is_derived, part_names, rollup_of

Place: TypeAlias = tuple[str, str]
"""A field within a document: ("", fieldname) of its own, (table field, fieldname) of its rows."""

NAMED_LATE = frozenset({"name", "idx", "parent", "parenttype", "parentfield", "owner", "creation"})
"""Standard columns of a row (of a document: its name) that are set after the values were computed."""

UNSTEADY = frozenset({"modified", "modified_by"})
"""Standard columns that change without the document being computed again."""


@dataclass(frozen=True, eq=False)
class Step:
    """One computed field. `expression` gives its value (None for a mean or sum that is kept in parts)."""

    table: str
    field: Field
    reads: frozenset[Place]
    expression: expressions.Expression | None
    rollup: Rollup | None = None

    @property
    def place(self) -> Place:
        return self.table, self.field.fieldname

    @property
    def is_steady(self) -> bool:
        """Whether the same document always gives the same value: neither the clock nor the moment of saving is read."""
        read = {name for _, name in self.reads}
        clock = self.expression is not None and self.expression.reads_clock
        return not clock and not read & UNSTEADY and not any(name.startswith("_") for name in read)

    def value(self, scope: Mapping[str, Any]) -> Any:
        """The value for the scope of a document or row. Raises ExpressionError."""
        if self.expression is not None:
            return self.expression.evaluate(scope)
        return _from_parts(self.field, self.rollup, scope["doc"])


def _from_parts(field: Field, rollup: Rollup | None, values: Mapping[str, Any]) -> Any:
    """A mean out of sum and count, or a sum in another type."""
    total, number = (values.get(name) for name in part_names(field))
    if rollup is None or rollup.function == "sum":
        return total or Decimal(0)
    return Decimal(total or 0) / number if number else None


@dataclass(frozen=True, eq=False)
class Steps:
    """All steps of a DocType, each after those it reads."""

    all: tuple[Step, ...]
    late: tuple[Step, ...]
    """Those that depend on a name, a row's position and the like."""
    unsteady: frozenset[Place] = frozenset()
    """The places of those that do not always have the same value in the same document."""

    def after(self, changed: Iterable[Place]) -> tuple[Step, ...]:
        """The steps that any of the changed fields flows into."""
        return _after(self, frozenset(changed))

    def again(self, changed: Iterable[Place]) -> tuple[Step, ...]:
        """The steps whose value may be another since these fields changed: besides, those that were overwritten and
        those that the clock or the moment of saving flows into."""
        places = self.unsteady.union(changed)
        return _after(self, places, places)


@lru_cache(maxsize=4096)
def _after(steps: Steps, changed: frozenset[Place], overwritten: frozenset[Place] = frozenset()) -> tuple[Step, ...]:
    reached = set(changed)
    found = []
    for step in steps.all:
        if step.reads & reached or step.place in overwritten:
            found.append(step)
            reached.add(step.place)
    return tuple(found)


def steps_of(definitions: Definitions, meta: DocType) -> Steps:
    """The steps of a DocType with its tables; a formula that our language does not know is left out."""
    return _steps(meta, tuple(definitions[table.options] for table in meta.table_fields))


@lru_cache(maxsize=4096)
def _steps(meta: DocType, children: tuple[DocType, ...]) -> Steps:
    tables = {field.fieldname: child for field, child in zip(meta.table_fields, children, strict=True)}
    found = {step.place: step for step in _found(meta, tables)}
    ordered: dict[Place, Step] = {}

    def place(step: Step, above: frozenset[Place]) -> None:
        if step.place in ordered or step.place in above:
            return
        for read in step.reads & found.keys():
            place(found[read], above | {step.place})
        ordered[step.place] = step

    for step in found.values():
        place(step, frozenset())
    unsteady = frozenset(step.place for step in ordered.values() if not step.is_steady)
    steps = Steps(tuple(ordered.values()), (), unsteady)
    late = {("", "name"), *((table, name) for table in tables for name in NAMED_LATE)}
    return Steps(steps.all, steps.after(late), unsteady)


def _found(meta: DocType, tables: Mapping[str, DocType]) -> Iterator[Step]:
    """Steps of rows, then of the document."""
    for table, child in tables.items():
        for field in child.data_fields:
            formula = formula_of(field)
            if formula is not None:
                yield Step(table, field, frozenset(_reads(formula, table)), formula)
    for field in meta.data_fields:
        formula, rollup = formula_of(field), rollup_of(field)
        if rollup is not None and rollup.table in tables:
            over_rows = expression_of(rollup)
            if over_rows is not None:
                yield Step("", field, frozenset(_reads(over_rows, "")), over_rows, rollup)
        elif rollup is not None and is_derived(field, rollup):
            yield Step("", field, frozenset(("", part) for part in part_names(field)), None, rollup)
        elif formula is not None and rollup is None:
            yield Step("", field, frozenset(_reads(formula, "")), formula)


def _reads(formula: expressions.Expression, table: str) -> Iterator[Place]:
    """The places that a formula of the document (`table` is empty) or of its rows reads."""
    for path in formula.fields:
        if path.column is not None:
            yield path.name, path.column
        elif path.owner == "parent":
            yield "", path.name
        else:
            yield table, path.name


@lru_cache(maxsize=4096)
def expression_of(rollup: Rollup) -> expressions.Expression | None:
    """A roll-up over the own rows as an expression, so that the browser computes it, too; None when it cannot be."""
    try:
        condition = filter_of(rollup)
    except ExpressionError:
        return None
    holds = ["constant", True] if condition is None else _of_row(condition.tree["root"])
    value = ["field", "row", rollup.field] if rollup.field else ["constant", True]
    if rollup.function == "count":
        counted = ["compare", ["!="], value, ["constant", None]] if rollup.field else value
        body = ["and", holds, counted]
    else:
        body = ["choice", holds, value, ["constant", None]]
    table = ["field", "doc", rollup.table]
    try:
        return expressions.loads({"version": 1, "root": ["aggregate", rollup.function, table, body]})
    except ExpressionError:
        return None


def _of_row(node: Any) -> Any:
    """The tree of a filter, in which `doc` is the row, as part of an expression over the rows."""
    if not isinstance(node, list):
        return node
    if node[:2] == ["field", "doc"]:
        return ["field", "row", *node[2:]]
    return [_of_row(part) for part in node]
