"""Conditions over documents as a small tree: one form for SQL, one for Python, from the same nodes.

A path ends in a column. What stands before it leads there: link fields one behind the other, and before them perhaps a
table field, whose rows have the column or the next link. Values are Python values of the column's storage kind; `None`
stands for a missing value. Operators:

    =  !=  <  <=  >  >=        two values; a missing one is neither smaller nor greater than any
    in  not in                 value: a tuple; an empty `in` matches nothing (it never means "everything")
    like  not like             value with % and _, case-insensitive (ASCII letters, as both databases fold them)
    between                    value: (low, high), both included
    is                         value: "set" or "not set" (missing or empty text)

As in Frappe `!=`, `not in` and `not like` include rows where the column is missing. None and "" are the same here: `=`
and `in` with either find the missing and the empty. A path through a table field is met when any child row meets it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison of the values at `path`."""

    path: Path
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class And:
    """True when all parts are."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True when any part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when its part is not."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Always:
    """True or false whatever the document: `Always(False)` is what an empty set of rights means."""

    value: bool


Condition = Compare | And | Or | Not | Always

EVERYTHING = Always(True)
NOTHING = Always(False)


def all_of(*parts: Condition) -> Condition:
    """Conjunction, flattened: EVERYTHING parts drop out, one NOTHING makes it NOTHING."""
    kept: list[Condition] = []
    for part in parts:
        if part == NOTHING:
            return NOTHING
        if part != EVERYTHING:
            kept.extend(part.parts if isinstance(part, And) else (part,))
    if len(kept) == 1:
        return kept[0]
    return And(tuple(kept)) if kept else EVERYTHING


def any_of(*parts: Condition) -> Condition:
    """Disjunction, flattened: NOTHING parts drop out; no part at all is NOTHING, never EVERYTHING."""
    kept: list[Condition] = []
    for part in parts:
        if part == EVERYTHING:
            return EVERYTHING
        if part != NOTHING:
            kept.extend(part.parts if isinstance(part, Or) else (part,))
    if len(kept) == 1:
        return kept[0]
    return Or(tuple(kept)) if kept else NOTHING


def shape(condition: Condition) -> Hashable:
    """What a compiled statement depends on: the tree without its values, but with what is missing among them."""
    match condition:
        case Compare(path, operator, value):
            if operator in ("in", "not in"):
                return (path, operator, *_list_shape(value))
            return (path, operator, value if operator == "is" else (value is None, value == ""))
        case And(parts):
            return ("and", *(shape(part) for part in parts))
        case Or(parts):
            return ("or", *(shape(part) for part in parts))
        case Not(part):
            return ("not", shape(part))
        case Always(value):
            return value


def _list_shape(values: object) -> tuple[bool, ...]:
    """Whether there are values, and whether a missing one is among them; what is no list shares no statement with
    lists: it is refused where one would be made."""
    if not isinstance(values, tuple | list):
        return ()
    return bool(values), any(value is None or value == "" for value in values)


def comparisons(condition: Condition) -> Iterator[Compare]:
    """All leaves, left to right: the order in which a compiled statement takes its values."""
    match condition:
        case Compare():
            yield condition
        case And(parts) | Or(parts):
            for part in parts:
                yield from comparisons(part)
        case Not(part):
            yield from comparisons(part)
        case Always():
            return


def fresh(condition: Condition) -> Condition:
    """The same tree with no node shared: each comparison is an object of its own."""
    match condition:
        case Compare(path, operator, value):
            return Compare(path, operator, value)
        case And(parts):
            return And(tuple(map(fresh, parts)))
        case Or(parts):
            return Or(tuple(map(fresh, parts)))
        case Not(part):
            return Not(fresh(part))
        case Always(value):
            return Always(value)
