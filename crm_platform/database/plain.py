"""Statements over one table by name or equality, as text. Each DocType needs its own at its first use, and making them
of SQLAlchemy's objects takes longer than that use; what joins, filters or groups is built by `compile`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crm_platform.database.dialect import Dialect
from crm_platform.database.filters import Where, conditions
from crm_platform.database.seals import MaskedColumn
from crm_platform.database.statement import Spread, Statement, decoders_of
from crm_platform.database.tables import AnyTable, identifier, known_columns
from crm_platform.metadata.kinds import Storage


def statement(
    dialect: Dialect,
    sql: str,
    spreads: Sequence[Spread | None],
    answer: Mapping[str, Storage] | None = None,
    masked: tuple[MaskedColumn, ...] = (),
) -> Statement:
    """A statement whose marks stand in the order of `spreads`, one for each that is not None."""
    return Statement(
        sql=sql,
        spreads=tuple(spreads),
        is_ordered=True,
        keys=tuple(answer or ()),
        decoders=decoders_of(dialect, answer or {}),
        masked=masked,
    )


def listed(dialect: Dialect, columns: Iterable[str]) -> str:
    return ", ".join(identifier(dialect, column) for column in columns)


def select(dialect: Dialect, table: AnyTable, columns: Iterable[str]) -> str:
    return f"SELECT {listed(dialect, columns)} FROM {identifier(dialect, table.table)}"  # noqa: S608 - quoted names


def insert(dialect: Dialect, table: AnyTable, columns: Sequence[str], rows: int = 1) -> str:
    """An INSERT of so many rows with a mark for each of their columns."""
    names, marks = listed(dialect, known_columns(table, columns)), ", ".join([dialect.mark] * len(columns))
    values = ", ".join([f"({marks})"] * rows)
    return f"INSERT INTO {identifier(dialect, table.table)} ({names}) VALUES {values}"  # noqa: S608 - quoted names


def update(dialect: Dialect, table: AnyTable, columns: Iterable[str], where: Where) -> tuple[str, list[Spread | None]]:
    """An UPDATE of `columns` in the rows where `where` holds, and the conversions of the latter's values."""
    values = ", ".join(f"{identifier(dialect, c)} = {dialect.mark}" for c in known_columns(table, columns))
    clauses, spreads = conditions(dialect, table, where)
    return f"UPDATE {identifier(dialect, table.table)} SET {values} WHERE {' AND '.join(clauses)}", spreads  # noqa: S608


def delete(dialect: Dialect, table: AnyTable, where: Where) -> Statement:
    """A DELETE of the rows where `where` holds."""
    clauses, spreads = conditions(dialect, table, where)
    sql = f"DELETE FROM {identifier(dialect, table.table)} WHERE {' AND '.join(clauses)}"  # noqa: S608 - quoted names
    return statement(dialect, sql, spreads)
