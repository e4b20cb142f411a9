"""Rows of the engine's own small tables: fetch, put, change, remove by equality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_platform.database import plain
from crm_platform.database.dialect import Dialect
from crm_platform.database.filters import Where, conditions, one, where_shape
from crm_platform.database.statement import Row, Statement
from crm_platform.database.system import SystemTable
from crm_platform.database.tables import identifier, known_columns
from crm_platform.database.writing import Writing

COUNTERS = 'SELECT "key", "value" FROM "_meta"'
"""Asked in every request, so it goes without the ways of `fetch`."""


class SystemRows(Writing):
    """The part of a transaction that knows the system tables."""

    def counters(self) -> Mapping[str, int]:
        """The change counters as this transaction sees them; asked again after what may have waited for others."""
        found = self.unchanged.get(COUNTERS)
        if found is None:
            found = self.unchanged[COUNTERS] = dict(self.rows(COUNTERS))
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

    def put_all(self, table: SystemTable, rows: Sequence[Mapping[str, Any]]) -> None:
        """`put` for rows with different keys that name every column."""
        statement = self.compiled(("put", table), lambda: _put(self.engine, table))
        self.run_many(statement.sql, [statement.parameters([row[column] for column in table.columns]) for row in rows])

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
    clauses, spreads = conditions(dialect, table, where)
    sql = plain.select(dialect, table, table.columns)
    if clauses:
        sql += f" WHERE {' AND '.join(clauses)}"
    if order_by:
        column = plain.listed(dialect, known_columns(table, [order_by.removeprefix("-")]))
        sql += f" ORDER BY {column} {'DESC NULLS LAST' if order_by[0] == '-' else 'ASC NULLS FIRST'}"
    if limit is not None:
        sql += f" LIMIT {dialect.mark}"
    return plain.statement(dialect, sql, [*spreads, None if limit is None else _single], table.columns)


def _single(value: Any) -> tuple[Any]:
    return (value,)


def _add(dialect: Dialect, table: SystemTable, columns: Sequence[str]) -> Statement:
    sql = f"{plain.insert(dialect, table, columns)} ON CONFLICT DO NOTHING"
    return plain.statement(dialect, sql, [one(dialect, table, column) for column in columns])


def _put(dialect: Dialect, table: SystemTable) -> Statement:
    names = {column: identifier(dialect, column) for column in table.columns}
    values = ", ".join(f"{name} = excluded.{name}" for column, name in names.items() if column not in table.key)
    conflict = f"ON CONFLICT ({plain.listed(dialect, table.key)}) DO {f'UPDATE SET {values}' if values else 'NOTHING'}"
    sql = f"{plain.insert(dialect, table, tuple(table.columns))} {conflict}"
    return plain.statement(dialect, sql, [one(dialect, table, column) for column in table.columns])
