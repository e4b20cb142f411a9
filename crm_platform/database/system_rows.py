"""Rows of the engine's own small tables: fetch, put, change, remove by equality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm_platform.database.dialect import Dialect
from crm_platform.database.filters import Spreads, Where, one, where_clauses, where_shape
from crm_platform.database.statement import Row, Statement, compile_statement
from crm_platform.database.system import SystemTable
from crm_platform.database.tables import describe, known_columns
from crm_platform.database.writing import Writing

_COUNTERS = 'SELECT "key", "value" FROM "_meta"'
"""Asked in every request, so it goes without the ways of `fetch`."""


class SystemRows(Writing):
    """The part of a transaction that knows the system tables."""

    _counters: Mapping[str, int] | None = None

    def counters(self) -> Mapping[str, int]:
        """The change counters as this transaction sees them; asked once where nothing can change them."""
        if self._counters is not None:
            return self._counters
        found = dict(self.rows(_COUNTERS))
        if not self.writable:
            self._counters = found
        return found

    def fetch(
        self, table: SystemTable, where: Where | None = None, *, order_by: str = "", limit: int | None = None
    ) -> list[Row]:
        """Rows of a system table; `order_by` is "column" or "-column"."""
        where = where or {}
        key = ("fetch", table, where_shape(where), order_by, limit is None)
        statement = self.compiled(key, lambda: _fetch(self.engine, table, where, order_by, limit))
        return statement.rows(self.rows(statement.sql, statement.parameters([*where.values(), limit])))

    def put(self, table: SystemTable, values: Mapping[str, Any]) -> None:
        """Insert, or replace the row with the same key; columns that are not named become empty."""
        known_columns(table, values)
        statement = self.compiled(("put", table), lambda: _put(self.engine, table))
        self.run(statement.sql, statement.parameters([values.get(column) for column in table.columns]))

    def add(self, table: SystemTable, values: Mapping[str, Any]) -> bool:
        """Insert unless there is a row with the same key; False when there was one, also one of a transaction that was
        committed meanwhile."""
        columns = tuple(values)
        statement = self.compiled(("add", table, columns), lambda: _add(self.engine, table, columns))
        return self.run(statement.sql, statement.parameters(list(values.values()))) == 1

    def change(self, table: SystemTable, values: Mapping[str, Any], where: Where) -> int:
        """Set `values` where all columns of `where` match; returns the number of rows."""
        return self.change_rows(table, values, where)

    def remove(self, table: SystemTable, where: Where) -> int:
        """Delete where all columns of `where` match; returns the number of rows."""
        return self.drop_rows(table, where)


def _fetch(dialect: Dialect, table: SystemTable, where: Where, order_by: str, limit: int | None) -> Statement:
    described = describe(dialect, table)
    clauses, spreads = where_clauses(dialect, table, described, where)
    select = sa.select(*described.c).where(*clauses)
    if order_by:
        (column,) = known_columns(table, [order_by.removeprefix("-")])
        ranked = described.c[column]
        select = select.order_by(ranked.desc().nulls_last() if order_by[0] == "-" else ranked.asc().nulls_first())
    if limit is not None:
        select = select.limit(sa.bindparam("limit", type_=sa.BigInteger()))
    limited = ["limit"] if limit is not None else []
    spreads.append((_single if limited else None, limited))
    return compile_statement(dialect, select, spreads, table.columns)


def _single(value: Any) -> tuple[Any]:
    return (value,)


def _add(dialect: Dialect, table: SystemTable, columns: Sequence[str]) -> Statement:
    insert, spreads = _insert(dialect, table, describe(dialect, table), known_columns(table, columns))
    return compile_statement(dialect, insert.on_conflict_do_nothing(), spreads)


def _insert(dialect: Dialect, table: SystemTable, described: sa.Table, columns: Iterable[str]) -> tuple[Any, Spreads]:
    """The INSERT of a row in the dialect's own form, which knows conflicts, and its parameters."""
    names = {column: f"c{index}" for index, column in enumerate(columns)}
    insert = dialect.insert(described).values({c: sa.bindparam(name) for c, name in names.items()})
    return insert, [(one(dialect, table, column), [name]) for column, name in names.items()]


def _put(dialect: Dialect, table: SystemTable) -> Statement:
    described = describe(dialect, table)
    insert, spreads = _insert(dialect, table, described, table.columns)
    rest = {described.c[column]: insert.excluded[column] for column in table.columns if column not in table.key}
    key = [described.c[column] for column in table.key]
    insert = insert.on_conflict_do_update(index_elements=key, set_=rest) if rest else insert.on_conflict_do_nothing()
    return compile_statement(dialect, insert, spreads)
