"""From a Query to a statement: columns, joins, groups, order; the shape under which it is kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from crm_platform.database.conditions import Compare, Path, comparisons, fresh, shape
from crm_platform.database.dialect import Dialect, Expression
from crm_platform.database.operators import Operand
from crm_platform.database.periods import period_of
from crm_platform.database.query import PERIOD, Column, Join, Order, Periods, Query, ways_along
from crm_platform.database.scope import Binds, Scope
from crm_platform.database.seals import MaskedColumn, masked_answer
from crm_platform.database.statement import Spread, Statement, compile_statement
from crm_platform.errors import DataError
from crm_platform.metadata.kinds import Storage

_NUMBERS: frozenset[Storage] = frozenset({"int", "float", "decimal"})


def query_shape(query: Query) -> Hashable:
    """All of a query except the values in it: queries of one shape share a statement."""
    return (
        query.doctype,
        query.columns,
        shape(query.where),
        shape(query.rights),
        _joins_shape(query.joins),
        query.group_by,
        query.order_by,
        query.limit is None,
        query.offset > 0,
        query.distinct,
        query.periods and (query.periods.path, len(query.periods.starts)),
    )


def _joins_shape(joins: Mapping[str, Join]) -> Hashable:
    return tuple((way, join.doctype, shape(join.readable), _joins_shape(join.joins)) for way, join in joins.items())


def query_values(query: Query) -> list[Any]:
    """Everything that a statement of this query's shape takes, in the order of its spreads."""
    values = [compare.value for compare in _comparisons(query)]
    if query.periods:
        values.append(query.periods.starts)
    values.append(query.limit)
    values.append(query.offset)
    return values


def _comparisons(query: Query) -> Iterator[Compare]:
    yield from _join_comparisons(query.joins)
    yield from comparisons(query.where)
    yield from comparisons(query.rights)


def _join_comparisons(joins: Mapping[str, Join]) -> Iterator[Compare]:
    for join in joins.values():
        yield from _join_comparisons(join.joins)
        yield from comparisons(join.readable)


def compile_select(dialect: Dialect, query: Query) -> Statement:
    """Compile the reading of a query's rows."""
    return _SelectBuilder(dialect, query).rows()


def compile_count(dialect: Dialect, query: Query, *, capped: bool) -> Statement:
    """Compile the count of the query's distinct documents; its answer column is `count`. A capped count takes its cap
    as the limit of the query."""
    return _SelectBuilder(dialect, query).count(capped=capped)


class _SelectBuilder:
    """Builds one SELECT: the tables that are joined, then the parts of the statement."""

    def __init__(self, dialect: Dialect, query: Query) -> None:
        self.dialect = dialect
        # Each comparison is an object of its own, as another query of this shape may have other values in each place.
        query = replace(query, where=fresh(query.where), rights=fresh(query.rights), joins=_fresh_joins(query.joins))
        self.query = query
        self.binds = Binds()
        self.period_spreads: list[tuple[Spread | None, list[str]]] = []
        base = Scope.of(dialect, self.binds, query.doctype, query.joins)
        self.base = base.joining(self._ways(base))
        bare = {way: Join(join.doctype, joins=join.joins) for way, join in query.joins.items()}
        self.rights = Scope(dialect, self.binds, query.doctype, base.table, bare)

    def _ways(self, base: Scope) -> list[str]:
        """Ways that need a join: every Link used, and a table field that is shown, grouped or sorted by."""
        shown = [column.path for column in self.query.columns]
        shown += self.query.group_by
        shown += [self.query.periods.path] if self.query.periods else []
        shown += [order.path for order in self.query.order_by]
        ways = [way for path in shown for way in ways_along(path)]
        for compare in comparisons(self.query.where):
            if not base.is_table(compare.path[0]) or compare.path[0] in ways:
                ways += ways_along(compare.path)
        return list(dict.fromkeys(ways))

    def _where(self) -> Expression:
        return sa.and_(self.base.condition(self.query.where), self.rights.condition(self.query.rights))

    def rows(self) -> Statement:
        query = self.query
        if not query.columns:
            raise DataError("Name at least one field to read.")
        self._check_grouping()
        answer = [self._answer(column) for column in query.columns]
        storages = {column.alias: storage for column, (_, storage) in zip(query.columns, answer, strict=True)}
        groups = [self.base.column(path)[0] for path in query.group_by]
        if query.periods:
            answer.append((self._period(query.periods), "int"))
            storages[PERIOD] = "int"
            groups.append(sa.literal_column(str(len(answer))))
        select = sa.select(*(expression.label(f"c{index}") for index, (expression, _) in enumerate(answer)))
        select = select.select_from(self.base.source()).where(self._where())
        if groups:
            select = select.group_by(*groups)
        if query.distinct:
            select = select.distinct()
        select = select.order_by(*self._order([expression for expression, _ in answer]))
        return self._finish(self._page(select), storages, masked_answer(query))

    def _period(self, periods: Periods) -> Expression:
        column, storage = self.base.column(periods.path)
        operand = Operand(self.dialect, column, storage, ".".join(periods.path))
        expression, spread, names = period_of(operand, len(periods.starts))
        self.period_spreads.append((spread, names))
        return expression

    def _page(self, select: sa.Select[Any]) -> sa.Select[Any]:
        if self.query.limit is not None:
            select = select.limit(_integer("limit"))
        if self.query.offset:
            select = select.offset(_integer("offset"))
        return select

    def count(self, *, capped: bool) -> Statement:
        name = self.base.own("name")
        documents = sa.select(name.label("name")).select_from(self.base.source()).where(self._where())
        if self.base.joined:
            documents = documents.distinct()
        if capped:
            documents = documents.limit(_integer("limit"))
        return self._finish(sa.select(sa.func.count()).select_from(documents.subquery()), {"count": "int"})

    def _finish(
        self, select: sa.Select[Any], answer: dict[str, Storage], masked: tuple[MaskedColumn, ...] = ()
    ) -> Statement:
        unused: tuple[None, list[str]] = (None, [])
        spreads: list[tuple[Spread | None, list[str]]] = []
        for compare in _comparisons(self.query):
            made = self.binds.made.get(id(compare))
            spreads.append((made[0], [str(bound.key) for bound in made[1]]) if made else unused)
        spreads += [*self.period_spreads, (_single, ["limit"]), (_single, ["offset"])]
        return compile_statement(self.dialect, select, spreads, answer, masked)

    def _answer(self, column: Column) -> tuple[Expression, Storage]:
        expression, storage = self.base.column(column.path)
        if not column.aggregate:
            return expression, storage
        if column.aggregate in ("sum", "avg") and storage not in _NUMBERS:
            field = ".".join(column.path)
            raise DataError("{field} is no number: it has no sum and no average.", field=field)
        if column.distinct:
            expression = sa.distinct(expression)
        return _AGGREGATES[column.aggregate](self.dialect, expression, storage)

    def _check_grouping(self) -> None:
        """Refuse what only one of the databases answers: a single value of many rows that are told apart."""
        query = self.query
        grouped = bool(query.group_by or query.periods) or any(column.aggregate for column in query.columns)
        for column in query.columns:
            if grouped and not column.aggregate and not self._is_grouped(column.path):
                raise _ungrouped(column.path)
        plain = {column.path for column in query.columns if not column.aggregate}
        for order in query.order_by:
            if order.alias:
                continue
            if grouped and not self._is_grouped(order.path):
                raise _ungrouped(order.path)
            if query.distinct and order.path not in plain:
                field = ".".join(order.path)
                raise DataError("Cannot sort by {field}: with “distinct” it must be among the fields.", field=field)

    def _is_grouped(self, path: Path) -> bool:
        return path in self.query.group_by or (("name",) in self.query.group_by and len(path) == 1)

    def _order(self, answer: list[Expression]) -> Iterator[Expression]:
        aliases = {column.alias: index for index, column in enumerate(self.query.columns)}
        for order in self.query.order_by:
            if order.alias and order.alias not in aliases:
                raise DataError("Cannot sort by {field}: it is not among the fields.", field=order.alias)
            expression = answer[aliases[order.alias]] if order.alias else self.base.column(order.path)[0]
            yield _sorted(expression, order, nullable=order.path != ("name",))
        yield from self._tie_break()

    def _tie_break(self) -> Iterator[Expression]:
        """Rows of equal rank come in the order of their names, so that pages neither overlap nor leave gaps."""
        query = self.query
        if query.group_by or query.periods or query.distinct or any(column.aggregate for column in query.columns):
            return
        if not query.order_by and query.limit is None:
            return
        descending = query.order_by[-1].descending if query.order_by else False
        yield _sorted(self.base.own("name"), Order(("name",), descending), nullable=False)
        for way, target in self.base.joined.items():
            if self.base.is_table(way):
                yield _sorted(target.own("idx"), Order(), nullable=True)


def _fresh_joins(joins: Mapping[str, Join]) -> Mapping[str, Join]:
    return {way: Join(join.doctype, fresh(join.readable), _fresh_joins(join.joins)) for way, join in joins.items()}


def _single(value: Any) -> tuple[Any]:
    return (value,)


def _integer(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger())


def _ungrouped(path: Path) -> DataError:
    return DataError("{field} must be grouped by or summed up here.", field=".".join(path))


def _sorted(expression: Expression, order: Order, *, nullable: bool) -> Expression:
    """Missing values first, or last when descending; NOT NULL columns say nothing, so that their index serves."""
    direction = expression.desc() if order.descending else expression.asc()
    if not nullable:
        return direction
    return direction.nulls_last() if order.descending else direction.nulls_first()


def _sum(_: Dialect, expression: Expression, storage: Storage) -> tuple[Expression, Storage]:
    total: Expression = sa.func.sum(expression)
    # PostgreSQL makes a numeric of a sum of integers.
    return (sa.cast(total, sa.BigInteger()) if storage == "int" else total), storage


_AGGREGATES: Mapping[str, Callable[[Dialect, Expression, Storage], tuple[Expression, Storage]]] = {
    "count": lambda _, expression, __: (sa.func.count(expression), "int"),
    "sum": _sum,
    "avg": lambda dialect, expression, storage: (
        dialect.average(expression, storage),
        "decimal" if storage == "decimal" else "float",
    ),
    "min": lambda _, expression, storage: (sa.func.min(expression), storage),
    "max": lambda _, expression, storage: (sa.func.max(expression), storage),
}
