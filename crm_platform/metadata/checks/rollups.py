"""Checks of roll-ups: what they gather is there and of a type that fits; no computed field depends on itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from crm_platform.errors import ExpressionError, Text
from crm_platform.metadata.checks.check import Check, Fault, World, fault
from crm_platform.metadata.computed import circle, formula_of
from crm_platform.metadata.kinds import Storage
from crm_platform.metadata.model import Definitions, DocType, Field
from crm_platform.metadata.rollups import (
    Rollup,
    RollupError,
    filter_of,
    generated_parts,
    part_names,
    read_rollup,
    rollup_of,
)

UNSEEN = frozenset({"Version"})
"""DocTypes whose rows the engine writes beside the store: a roll-up would not hear of them."""

_NUMBERS: frozenset[Storage] = frozenset({"int", "float", "decimal"})
_ORDERED: frozenset[Storage] = _NUMBERS | {"date", "datetime", "time"}
_SUMS: Mapping[Storage, frozenset[Storage]] = {
    "int": frozenset({"int"}),
    "decimal": _NUMBERS,
    "float": _NUMBERS,
}
"""Storage of a sum → what it may add up without losing anything."""


class _Case(NamedTuple):
    """A readable roll-up with what it gathers from."""

    field: Field
    rollup: Rollup
    source: DocType


def _written(doctype: DocType) -> Iterator[tuple[Field, object]]:
    for field in doctype.fields:
        value = field.properties.get("rollup")
        if value and field.has_column:
            yield field, value


def _unreadable(doctype: DocType, _: World) -> Iterator[Fault]:
    for field, value in _written(doctype):
        try:
            read_rollup(value)
        except RollupError as error:
            yield fault(field.fieldname, reason=error.reason)


def _misplaced(doctype: DocType, _: World) -> Iterator[Fault]:
    """A child row is nobody's target, a Single has no one that links to it, and a field has one way to its value."""
    for field in doctype.fields:
        rollup = rollup_of(field)
        if field.properties.get("rollup") and not field.has_column:
            yield fault(field.fieldname, reason=Text("it has no column."))
        elif rollup and (doctype.istable or doctype.is_virtual):
            yield fault(field.fieldname, reason=Text("it belongs to a child or virtual DocType."))
        elif rollup and rollup.source and doctype.issingle:
            yield fault(field.fieldname, reason=Text("nothing links to a Single."))
        elif rollup and (field.properties.get("formula") or field.fetch_from):
            yield fault(field.fieldname, reason=Text("it has a formula or is fetched."))
        elif rollup and (field.unique or field.reqd):
            yield fault(field.fieldname, reason=Text("it is marked unique or mandatory."))


def _missing_source(doctype: DocType, world: World) -> Iterator[Fault]:
    for field, rollup in _readable(doctype):
        source = rollup.source or rollup.table
        if _source_of(doctype, rollup, world) is None:
            yield fault(field.fieldname, source=source)


@lru_cache(maxsize=4096)
def _readable(doctype: DocType) -> tuple[tuple[Field, Rollup], ...]:
    found = ((field, rollup_of(field)) for field in doctype.fields)
    return tuple((field, rollup) for field, rollup in found if rollup is not None)


def _source_of(doctype: DocType, rollup: Rollup, world: World) -> DocType | None:
    name = rollup.source
    if rollup.table:
        table = doctype.field(rollup.table)
        name = table.options if table is not None and table.is_table else ""
    source = world.definitions.get(name)
    return None if source is None or source.is_virtual or source.issingle or name in UNSEEN else source


def _cases(doctype: DocType, world: World) -> Iterator[_Case]:
    for field, rollup in _readable(doctype):
        source = _source_of(doctype, rollup, world)
        if source is not None:
            yield _Case(field, rollup, source)


def leads_to(source: DocType, link: str, target: str) -> bool:
    """Whether a field of `source` is a Link to `target`, or a Dynamic Link that may name it."""
    field = source.field(link)
    if field is None or not field.has_column:
        return False
    return (field.fieldtype == "Link" and field.options == target) or (
        field.fieldtype == "Dynamic Link" and field.options in source.columns
    )


def _wrong_link(doctype: DocType, world: World) -> Iterator[Fault]:
    for field, rollup, source in _cases(doctype, world):
        if rollup.link and not leads_to(source, rollup.link, doctype.name):
            yield fault(field.fieldname, link=rollup.link, source=source.name)


def _unindexed_link(doctype: DocType, world: World) -> Iterator[Fault]:
    for field, rollup, source in _cases(doctype, world):
        link = source.field(rollup.link) if rollup.link else None
        indexed = link is None or link.search_index or (link.fieldtype == "Link" and link.layer == source.layer)
        if not indexed and leads_to(source, rollup.link, doctype.name):
            yield fault(field.fieldname, link=rollup.link, source=source.name)


def _readable_column(source: DocType, column: str) -> bool:
    """A stored column that is no secret: what is gathered would show it to others."""
    field = source.field(column)
    return column in source.columns and (field is None or not (field.fieldtype == "Password" or field.is_masked))


def _missing_field(doctype: DocType, world: World) -> Iterator[Fault]:
    for field, rollup, source in _cases(doctype, world):
        if rollup.field and not _readable_column(source, rollup.field):
            yield fault(field.fieldname, missing=rollup.field, source=source.name)


def _wrong_type(doctype: DocType, world: World) -> Iterator[Fault]:
    for case in _cases(doctype, world):
        if case.rollup.field and not _readable_column(case.source, case.rollup.field):
            continue
        if not fits(case.field, case.rollup, case.source):
            yield fault(
                case.field.fieldname,
                function=case.rollup.function,
                fieldtype=case.field.fieldtype,
                gathered=case.rollup.field or case.source.name,
            )


def fits(field: Field, rollup: Rollup, source: DocType) -> bool:
    """Whether the field can hold what the roll-up gathers."""
    into = field.storage
    of: Storage = source.columns.get(rollup.field, "int")
    if rollup.function == "count":
        return into == "int"
    if rollup.function == "sum":
        return of in _SUMS.get(into, frozenset())
    if rollup.function == "avg":
        return into in ("decimal", "float") and of in _NUMBERS
    return into == of and of in _ORDERED


def _bad_filter(doctype: DocType, world: World) -> Iterator[Fault]:
    for field, rollup, source in _cases(doctype, world):
        try:
            condition = filter_of(rollup)
        except ExpressionError as error:
            yield fault(field.fieldname, reason=error)
            continue
        if condition is None:
            continue
        if condition.reads_clock:
            yield fault(field.fieldname, reason=Text("what is stored cannot follow the clock."))
        for path in sorted(map(str, condition.fields)):
            owner, _, column = path.partition(".")
            if owner != "doc" or not _readable_column(source, column):
                sentence = "{missing} is no stored field of {source}."
                yield fault(field.fieldname, reason=Text(sentence, {"missing": path, "source": source.name}))


def _taken_parts(doctype: DocType, _: World) -> Iterator[Fault]:
    for field, _rollup in _readable(doctype):
        wanted = {str(row["fieldname"]): row for row in generated_parts(field.properties)}
        for part in part_names(field):
            there = doctype.field(part)
            if part in wanted and (there is None or there.properties.get("rollup") != wanted[part]["rollup"]):
                yield fault(field.fieldname, part=part)


def _in_a_circle(doctype: DocType, world: World) -> Iterator[Fault]:
    for field in doctype.data_fields:
        if formula_of(field) is None and rollup_of(field) is None:
            continue
        ring = circle(world.definitions, (doctype.name, field.fieldname))
        if ring:
            yield fault(field.fieldname, circle=" → ".join(f"{name}.{fieldname}" for name, fieldname in ring))


def gathering_from(definitions: Definitions, sources: Collection[str]) -> set[str]:
    """The DocTypes with a roll-up over one of `sources`: a change of these may break it."""
    return {
        doctype.name
        for doctype in definitions.values()
        for field, rollup in _readable(doctype)
        if (rollup.source or getattr(doctype.field(rollup.table), "options", "")) in sources
    }


CHECKS = (
    Check(
        "D711",
        _unreadable,
        "{doctype}: the roll-up of {field} cannot be read: {reason}",
        'Write for example {{"function": "sum", "field": "amount", "from": "Opportunity", "link": "customer"}}.',
    ),
    Check(
        "D712",
        _misplaced,
        "{doctype}: {field} cannot be a roll-up: {reason}",
        "Take the roll-up away, or what speaks against it.",
    ),
    Check(
        "D713",
        _missing_source,
        "{doctype}: the roll-up of {field} gathers from {source}, which has no documents that it could follow.",
        "Name a DocType with documents, or a table field of {doctype}.",
    ),
    Check(
        "D714",
        _wrong_link,
        "{doctype}: the roll-up of {field} follows {link} of {source}, which does not lead to {doctype}.",
        "Name a Link field of {source} to {doctype}, or a Dynamic Link.",
    ),
    Check(
        "D715",
        _missing_field,
        "{doctype}: the roll-up of {field} gathers {missing}, which is no stored field of {source}.",
        "Name a field of {source}.",
    ),
    Check(
        "D716",
        _wrong_type,
        "{doctype}: the {fieldtype} field {field} cannot hold the {function} of {gathered}.",
        "A count needs Int, a mean Currency, Percent or Float, a sum a number type that loses nothing; "
        "the smallest and the largest value a field of the type that is gathered.",
    ),
    Check(
        "D717",
        _bad_filter,
        "{doctype}: the filter of the roll-up {field} cannot be used: {reason}",
        "Compare stored fields of the gathered rows, for example doc.status == 'Won'.",
    ),
    Check(
        "D718",
        _in_a_circle,
        "{doctype}: {field} is computed in a circle: {circle}.",
        "Let one of these fields be entered instead of computed.",
    ),
    Check(
        "D719",
        _taken_parts,
        "{doctype}: the roll-up {field} keeps its exact sum and count in {part}, which is another field.",
        "Choose another fieldname for one of the two.",
    ),
    Check(
        "D720",
        _unindexed_link,
        "{doctype}: the roll-up of {field} follows {link} of {source}, which has no index.",
        "Mark {link} for an index (search_index), or changes become slow with many documents.",
        "warning",
    ),
)
