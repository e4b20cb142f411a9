"""Which computed field (formula or roll-up) reads which other: their order across DocTypes, and rings among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

from crm_platform import expressions
from crm_platform.errors import ExpressionError
from crm_platform.metadata.model import Definitions, DocType, Field
from crm_platform.metadata.rollups import Rollup, filter_columns, is_derived, part_names, rollup_of

Node: TypeAlias = tuple[str, str]
"""A field as (DocType, fieldname)."""


def formula_of(field: Field) -> expressions.Expression | None:
    """The compiled formula of a field with a column; None without one, or when our language does not know it."""
    text = field.properties.get("formula")
    if not text or not field.has_column:
        return None
    try:
        return expressions.compile(str(text))
    except ExpressionError:
        return None


def is_computed(field: Field) -> bool:
    """Whether the value is worked out by the system, whatever a client sends."""
    return bool(field.properties.get("formula") or field.properties.get("rollup"))


def inputs(definitions: Definitions, node: Node) -> set[Node]:
    """The fields that a computed field reads; empty for one that is entered."""
    doctype = definitions.get(node[0])
    field = doctype.field(node[1]) if doctype else None
    if doctype is None or field is None:
        return set()
    formula, rollup = formula_of(field), rollup_of(field)
    found: set[Node] = set()
    if formula is not None:
        found.update(_read(definitions, doctype, formula))
    if rollup is not None:
        found.update(_gathered(doctype, field, rollup))
    return found


def _read(definitions: Definitions, doctype: DocType, formula: expressions.Expression) -> Iterator[Node]:
    parents = [parent for parent, _ in definitions.parents_of.get(doctype.name, ())]
    for path in formula.fields:
        for owner in [doctype] if path.owner == "doc" else parents:
            if path.column is None:
                yield owner.name, path.name
            elif (table := owner.field(path.name)) is not None:
                yield table.options, path.column


def _gathered(doctype: DocType, field: Field, rollup: Rollup) -> Iterator[Node]:
    table = doctype.field(rollup.table) if rollup.table else None
    source = rollup.source or (table.options if table else "")
    for column in {rollup.field, rollup.link, *filter_columns(rollup)} - {""}:
        yield source, column
    if is_derived(field, rollup):
        yield from ((doctype.name, part) for part in part_names(field) if part in doctype.by_name)


def computed_nodes(definitions: Definitions) -> Iterator[Node]:
    """Every field with a formula or roll-up that can be used."""
    for doctype in definitions.values():
        for fieldname in _computed_fields(doctype):
            yield doctype.name, fieldname


@lru_cache(maxsize=4096)
def _computed_fields(doctype: DocType) -> tuple[str, ...]:
    """Kept for each DocType as it is: a change of one leaves the others the very same."""
    computed = (field for field in doctype.data_fields if is_computed(field))
    return tuple(field.fieldname for field in computed if formula_of(field) or rollup_of(field))


def levels(definitions: Definitions) -> list[list[Node]]:
    """The computed fields in layers: each reads entered fields and earlier layers only. Rings are left out."""
    waiting = {node: inputs(definitions, node) for node in computed_nodes(definitions)}
    found: list[list[Node]] = []
    while waiting:
        layer = [node for node, reads in waiting.items() if not reads & waiting.keys()]
        if not layer:
            break
        found.append(layer)
        for node in layer:
            del waiting[node]
    return found


def depending(definitions: Definitions, changed: Iterable[Node]) -> set[Node]:
    """The computed fields that any of `changed` flows into, those included that are computed themselves."""
    reached = set(changed)
    found: set[Node] = set()
    for layer in levels(definitions):
        hit = {node for node in layer if node in reached or inputs(definitions, node) & reached}
        found |= hit
        reached |= hit
    return found


def circle(definitions: Definitions, start: Node) -> list[Node]:
    """The shortest way from a computed field over what it reads back to itself; empty when there is none."""
    ways: dict[Node, list[Node]] = {start: [start]}
    waiting = [start]
    for node in waiting:
        for source in sorted(inputs(definitions, node)):
            if source == start:
                return [*ways[node], start]
            if source not in ways:
                ways[source] = [*ways[node], source]
                waiting.append(source)
    return []


def moved_by_rollups(definitions: Definitions, doctype: DocType) -> frozenset[Node]:
    """The roll-ups of a DocType and its rows, and the formulas over them: they move without an edit of a document."""
    metas = [doctype, *(definitions[table.options] for table in doctype.table_fields)]
    moved = {(meta.name, f.fieldname) for meta in metas for f in meta.data_fields if f.properties.get("rollup")}
    if not moved:
        return frozenset()
    formulas = {(meta.name, f.fieldname) for meta in metas for f in meta.data_fields if f.properties.get("formula")}
    while more := {node for node in formulas - moved if inputs(definitions, node) & moved}:
        moved |= more
    return frozenset(moved)
