"""A question to the database about documents of one DocType, free of SQL and of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from crm_platform.database.conditions import EVERYTHING, Condition, Path
from crm_platform.metadata.model import DocType

Aggregate = Literal["", "count", "sum", "avg", "min", "max"]


@dataclass(frozen=True, slots=True)
class Column:
    """One answer column. `aggregate="count"` with the path ("name",) counts rows."""

    path: Path
    alias: str
    aggregate: Aggregate = ""
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by a path, or by an answer column when `alias` is given (for aggregates). Missing values come first."""

    path: Path = ()
    descending: bool = False
    alias: str = ""


PERIOD = "period"
"""Answer column of a query with periods."""


@dataclass(frozen=True, slots=True)
class Periods:
    """Spans of time by which a query groups: a row belongs to the span with the number of `starts` it has passed.

    `starts` are where the second and later spans begin, ascending: days for a date column, moments for a datetime.
    """

    path: Path
    starts: tuple[date | datetime, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """How the document or row is reached that holds what the last part of a path names.

    For a Link field: LEFT JOIN on the target's name; for a table field: LEFT JOIN on the child rows (one answer row per
    child row) when one of its columns is selected, grouped or sorted by, else an EXISTS in the filter. `readable` is
    the caller's row filter for `doctype`: it stands in the join's condition, so what may not be read looks missing.
    The ways that paths of `readable` take are in `joins`, counted from `doctype`.
    """

    doctype: DocType
    readable: Condition = EVERYTHING
    joins: Mapping[str, Join] = field(default_factory=lambda: NO_JOINS)


NO_JOINS: Mapping[str, Join] = MappingProxyType({})


def way_of(path: Path) -> str:
    """The way to what holds the column of a path: "customer.territory"; empty for a column of the document itself."""
    return ".".join(path[:-1])


def ways_along(path: Path) -> list[str]:
    """All ways that a path takes, each after the one it leads on from."""
    return [".".join(path[:count]) for count in range(1, len(path))]


@dataclass(frozen=True, slots=True)
class Query:
    """What to read.

    `where` is the caller's question: a link path in it sees what the caller may read, and a condition on a child table
    that is also an answer column picks the child rows that are shown. `rights` is the row filter of the caller's
    permissions over the documents of `doctype`: it sees the data as they are, and any child row of the document counts.
    `joins` names the ways for the paths of both: "customer", "customer.territory", each after the one it leads on from.
    `periods` adds the answer column PERIOD, by which it groups first.
    """

    doctype: DocType
    columns: tuple[Column, ...] = (Column(("name",), "name"),)
    where: Condition = EVERYTHING
    rights: Condition = EVERYTHING
    joins: Mapping[str, Join] = field(default_factory=lambda: NO_JOINS)
    group_by: tuple[Path, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    distinct: bool = False
    periods: Periods | None = None
