"""Adding to numbers of a row in the database itself, and holding rows, so that writers at one time lose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import sqlalchemy as sa

from crm_platform.database import plain
from crm_platform.database.connection import Connection
from crm_platform.database.dialect import Dialect
from crm_platform.database.filters import Spreads, Where, conditions, one
from crm_platform.database.statement import Row, Statement, compile_statement
from crm_platform.database.tables import describe, known_columns
from crm_platform.metadata.model import DocType


def add_to_row(connection: Connection, doctype: DocType, name: str, amounts: Mapping[str, int | Decimal]) -> Row | None:
    """Add each amount to its column (empty counts as 0) in one UPDATE; returns the row as it is now, None without one.

    On PostgreSQL the row stays with this transaction until its end; others may still link to it.
    """
    columns = tuple(amounts)
    key = ("add to row", doctype, columns)
    statement = connection.compiled(key, lambda: _add(connection.engine, doctype, columns))
    rows = statement.rows(connection.rows(statement.sql, statement.parameters([*amounts.values(), name])))
    return rows[0] if rows else None


def hold_row(connection: Connection, doctype: DocType, name: str) -> Row | None:
    """The row called exactly `name`, kept from other writers until the end; they may still link to it."""
    statement = connection.compiled(("hold row", doctype), lambda: _hold(connection.engine, doctype))
    rows = statement.rows(connection.rows(statement.sql, statement.parameters([name])))
    return rows[0] if rows else None


def hold_children(connection: Connection, child: DocType, parenttype: str, parent: str) -> list[Row]:
    """The child rows of one document, kept from other writers until the end."""
    statement = connection.compiled(("hold children", child), lambda: _hold_children(connection.engine, child))
    return statement.rows(connection.rows(statement.sql, statement.parameters([parenttype, parent])))


def _hold_children(dialect: Dialect, child: DocType) -> Statement:
    end = f" ORDER BY {plain.listed(dialect, ('name',))}{dialect.hold('NO KEY UPDATE')}"
    return _held(dialect, child, {"parenttype": "", "parent": ""}, end)


def _hold(dialect: Dialect, doctype: DocType) -> Statement:
    return _held(dialect, doctype, {"name": ""}, dialect.hold("NO KEY UPDATE"))


def _held(dialect: Dialect, doctype: DocType, where: Where, end: str) -> Statement:
    clauses, spreads = conditions(dialect, doctype, where)
    sql = f"{plain.select(dialect, doctype, doctype.columns)} WHERE {' AND '.join(clauses)}{end}"
    return plain.statement(dialect, sql, spreads, doctype.columns)


def _add(dialect: Dialect, doctype: DocType, columns: tuple[str, ...]) -> Statement:
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
        .returning(*(table.c[column] for column in doctype.columns))
    )
    return compile_statement(dialect, statement, [*spreads, (one(dialect, doctype, "name"), ("n",))], doctype.columns)
