"""Adding to numbers of a row in the database itself, and holding rows, so that writers at one time lose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa

from crm_platform.database import plain
from crm_platform.database.connection import Connection
from crm_platform.database.dialect import Dialect
from crm_platform.database.filters import Spreads, Where, conditions, one
from crm_platform.database.statement import Row, Statement, compile_statement
from crm_platform.database.tables import describe, known_columns
from crm_platform.metadata.model import DocType


def add_to_row(
    connection: Connection,
    doctype: DocType,
    name: str,
    amounts: Mapping[str, int | Decimal],
    answer: Sequence[str] = (),
) -> Row | None:
    """Add each amount to its column (empty counts as 0) in one UPDATE; returns the columns `answer` (without: all) of
    the row as it is now, None without one.

    On PostgreSQL the row stays with this transaction until its end; others may still link to it.
    """
    columns, wanted = tuple(amounts), tuple(answer or doctype.columns)
    key = ("add to row", doctype, columns, wanted)
    statement = connection.compiled(key, lambda: _add(connection.engine, doctype, columns, wanted))
    rows = statement.rows(connection.changed_rows(statement.sql, statement.parameters([*amounts.values(), name])))
    return rows[0] if rows else None


def hold_row(connection: Connection, doctype: DocType, name: str, answer: Sequence[str] = ()) -> Row | None:
    """The columns `answer` (without: all) of the row called exactly `name`, kept from other writers until the end; they
    may still link to it."""
    wanted = tuple(answer or doctype.columns)
    statement = connection.compiled(("hold row", doctype, wanted), lambda: _hold(connection.engine, doctype, wanted))
    rows = statement.rows(connection.changed_rows(statement.sql, statement.parameters([name])))
    return rows[0] if rows else None


def hold_children(connection: Connection, child: DocType, parenttype: str, parent: str) -> list[Row]:
    """The child rows of one document, kept from other writers until the end."""
    statement = connection.compiled(("hold children", child), lambda: _hold_children(connection.engine, child))
    return statement.rows(connection.changed_rows(statement.sql, statement.parameters([parenttype, parent])))


def _hold_children(dialect: Dialect, child: DocType) -> Statement:
    end = f" ORDER BY {plain.listed(dialect, ('name',))}{dialect.hold('NO KEY UPDATE')}"
    return _held(dialect, child, {"parenttype": "", "parent": ""}, tuple(child.columns), end)


def _hold(dialect: Dialect, doctype: DocType, answer: Sequence[str]) -> Statement:
    return _held(dialect, doctype, {"name": ""}, answer, dialect.hold("NO KEY UPDATE"))


def _held(dialect: Dialect, doctype: DocType, where: Where, answer: Sequence[str], end: str) -> Statement:
    clauses, spreads = conditions(dialect, doctype, where)
    sql = f"{plain.select(dialect, doctype, answer)} WHERE {' AND '.join(clauses)}{end}"
    return plain.statement(dialect, sql, spreads, {column: doctype.columns[column] for column in answer})


def _add(dialect: Dialect, doctype: DocType, columns: tuple[str, ...], answer: Sequence[str]) -> Statement:
    table = describe(dialect, doctype)
    spreads: Spreads = [
        (one(dialect, doctype, column), (f"a{index}",)) for index, column in enumerate(known_columns(doctype, columns))
    ]
    sums = {
        table.c[column]: sa.func.coalesce(table.c[column], sa.literal_column("0"))
        + sa.bindparam(f"a{index}", type_=table.c[column].type)
        for index, column in enumerate(columns)
    }
    statement = (
        sa.update(table)
        .values(sums)
        .where(table.c.name == sa.bindparam("n"))
        .returning(*(table.c[column] for column in answer))
    )
    returned = {column: doctype.columns[column] for column in answer}
    return compile_statement(dialect, statement, [*spreads, (one(dialect, doctype, "name"), ("n",))], returned)
