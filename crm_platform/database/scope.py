"""Where the paths of a condition lead while a statement is built: columns, joined tables, subqueries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from crm_platform.database.conditions import Always, And, Compare, Condition, Not, Or, Path
from crm_platform.database.dialect import Dialect, Expression
from crm_platform.database.operators import Operand, clause_of, negated
from crm_platform.database.query import NO_JOINS, Join, way_of, ways_along
from crm_platform.database.statement import Spread
from crm_platform.database.tables import describe, unknown_field
from crm_platform.errors import DataError
from crm_platform.metadata.kinds import Storage
from crm_platform.metadata.model import DocType


@dataclass(eq=False)
class Binds:
    """The parameters made so far, by the comparison object they belong to; a join's filter may be built twice."""

    made: dict[int, tuple[Spread, list[sa.BindParameter[Any]]]] = field(default_factory=dict)
    count: int = 0

    def clause(self, operand: Operand, compare: Compare) -> Expression:
        """Build the clause of `compare` and remember its parameters."""
        parameters: list[sa.BindParameter[Any]] = []

        def bind() -> sa.BindParameter[Any]:
            parameters.append(sa.bindparam(f"v{self.count}"))
            self.count += 1
            return parameters[-1]

        known = self.made.get(id(compare))
        if known is not None:
            again = iter(known[1])
            return clause_of(operand, compare, lambda: next(again))[0]
        clause, spread = clause_of(operand, compare, bind)
        self.made[id(compare)] = (spread, parameters)
        return clause


@dataclass(frozen=True, eq=False)
class Scope:
    """One table of the statement, with the ways that lead on from it.

    `joins` are the ways known, `joined` the tables that stand in FROM already; a path through another way becomes a
    subquery: EXISTS for a table field, the linked document's column for a Link.
    """

    dialect: Dialect
    binds: Binds
    doctype: DocType
    table: sa.FromClause
    joins: Mapping[str, Join] = field(default_factory=lambda: NO_JOINS)
    joined: Mapping[str, Scope] = field(default_factory=dict)

    @classmethod
    def of(cls, dialect: Dialect, binds: Binds, doctype: DocType, joins: Mapping[str, Join] = NO_JOINS) -> Scope:
        return cls(dialect, binds, doctype, describe(dialect, doctype).alias(), joins)

    def own(self, column: str) -> Expression:
        """A column of this table; refuses a name that is not in the DocType."""
        if column not in self.doctype.stored_columns:
            raise unknown_field(column, self.doctype.name)
        return self.table.c[column]

    def join(self, way: str) -> Join:
        join = self.joins.get(way)
        if join is None:
            raise unknown_field(way, self.doctype.name)
        return join

    def is_table(self, way: str) -> bool:
        found = self.doctype.field(way)
        return found is not None and found.is_table

    def target(self, way: str) -> Scope:
        """A fresh scope over the table that `way` leads to; from the rows of a table the ways lead on."""
        join = self.join(way)
        onward = {name.removeprefix(f"{way}."): self.joins[name] for name in self.joins if name.startswith(f"{way}.")}
        return Scope.of(self.dialect, self.binds, join.doctype, onward if self.is_table(way) else join.joins)

    def joining(self, ways: Iterable[str]) -> Scope:
        """This scope with the tables of these ways in FROM, each way after the one it leads on from."""
        return replace(self, joined={way: self.target(way) for way in ways if way in self.joins})

    def source(self) -> sa.FromClause:
        """The FROM of this table and all that are joined."""
        found: sa.FromClause = self.table
        for way, target in self.joined.items():
            found = found.outerjoin(target.table, self.on(way, target))
        return found

    def on(self, way: str, target: Scope) -> Expression:
        """The condition that ties `target` to the table that `way` starts from, with the rows that may be read."""
        before, _, field = way.rpartition(".")
        source = self.joined[before] if before else self
        return sa.and_(source.tie(field, target), target.condition(self.join(way).readable))

    def tie(self, way: str, target: Scope) -> Expression:
        """The condition that ties `target` to a row of this table, by its field `way`."""
        if self.is_table(way):
            return sa.and_(
                target.table.c.parent == self.own("name"),
                target.table.c.parenttype == self.doctype.name,
                target.table.c.parentfield == way,
            )
        named: Expression = target.table.c.name == self.own(way)
        return sa.and_(named, self.own("parenttype") == target.doctype.name) if way == "parent" else named

    def column(self, path: Path) -> tuple[Expression, Storage]:
        """The column that `path` names, and its storage."""
        if len(path) == 1:
            return self.own(path[0]), self.doctype.stored_columns[path[0]]
        way = way_of(path)
        if way not in self.joins:
            raise unknown_field(way if way == path[0] else ".".join(path), self.doctype.name)
        if way in self.joined:
            return self.joined[way].column(path[-1:])
        target = self.target(path[0])
        column, storage = target.column(path[1:])
        return sa.select(column).where(self.on(path[0], target)).scalar_subquery(), storage

    def condition(self, condition: Condition) -> Expression:
        """The SQL of a condition over this table."""
        match condition:
            case Compare(path):
                if len(path) > 1 and path[0] not in self.joined and self.is_table(path[0]):
                    return self._exists(condition)
                return self._compare(condition)
            case And(parts):
                return sa.and_(sa.true(), *(self.condition(part) for part in parts))
            case Or(parts):
                return sa.or_(sa.false(), *(self.condition(part) for part in parts))
            case Not(part):
                return negated(self.condition(part))
            case Always(value):
                return sa.true() if value else sa.false()
            case _:
                raise DataError("The filter is not a condition. Build it of Compare, And, Or and Not.")

    def _compare(self, compare: Compare) -> Expression:
        column, storage = self.column(compare.path)
        return self.binds.clause(Operand(self.dialect, column, storage, ".".join(compare.path)), compare)

    def _exists(self, compare: Compare) -> Expression:
        way, inner = compare.path[0], compare.path[1:]
        target = self.target(way).joining(ways_along(inner))
        column, storage = target.column(inner)
        clause = self.binds.clause(Operand(self.dialect, column, storage, ".".join(compare.path)), compare)
        return sa.exists(
            sa.select(sa.literal_column("1")).select_from(target.source()).where(self.on(way, target), clause)
        )
