"""Giving documents that have no workflow state yet the first one of their document status, batch by batch."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm_platform.database.executor import Executor
from crm_platform.database.schema import Step
from crm_platform.database.statement import compile_statement
from crm_platform.database.tables import table_object
from crm_platform.database.watching import BATCH, is_complete, noted, take_notes

Condition = sa.ColumnElement[bool]


def fill_batch(connection: Executor, planned: Step, last: str) -> str:
    """Fill the empty ones of the batch of rows after the name `last`; returns the last name of it, "" at the end."""
    table = _table(connection, planned)
    after = sa.select(table.c.name).where(table.c.name > last).order_by(table.c.name).limit(BATCH)
    names = [row[0] for row in _rows(connection, after)]
    if not names:
        return ""
    _fill(connection, planned, sa.and_(table.c.name > last, table.c.name <= names[-1], _is_empty(table, planned)))
    return str(names[-1])


def catch_up(connection: Executor, planned: Step) -> int:
    """Fill a batch of the noted rows while others write; returns how many there were."""
    names = take_notes(connection, planned)
    _fill_noted(connection, planned, names)
    return len(names)


def fill_column(connection: Executor, planned: Step) -> None:
    """Fill what is still empty: in the noted rows, or in all."""
    if is_complete(connection, planned):
        _fill_noted(connection, planned, noted(connection, planned))
    else:
        _fill(connection, planned, _is_empty(_table(connection, planned), planned))


def _fill_noted(connection: Executor, planned: Step, names: list[str]) -> None:
    """A row that was submitted or cancelled since it was filled has the first state of its former status: corrected."""
    table = _table(connection, planned)
    for start in range(0, len(names), BATCH):
        among = table.c.name.in_(names[start : start + BATCH])
        _fill(connection, planned, sa.and_(among, sa.or_(_is_empty(table, planned), _is_foreign(table, planned))))


def _is_empty(table: sa.Table, planned: Step) -> Condition:
    column = table.c[planned.column]
    return sa.or_(column.is_(None), column == sa.literal(""))


def _is_foreign(table: sa.Table, planned: Step) -> Condition:
    """Whether the row has the first state of another document status than its own."""
    column = table.c[planned.column]
    return sa.or_(*(sa.and_(table.c.docstatus != status, column == state) for status, state in planned.fills))


def _fill(connection: Executor, planned: Step, where: Condition) -> None:
    table = _table(connection, planned)
    for status, state in planned.fills:
        update = sa.update(table).values({table.c[planned.column]: state}).where(table.c.docstatus == status, where)
        statement = compile_statement(connection.engine, update)
        connection.run(statement.sql, statement.parameters(()))


def _rows(connection: Executor, select: sa.Select[Any]) -> list[tuple[Any, ...]]:
    statement = compile_statement(connection.engine, select)
    return connection.rows(statement.sql, statement.parameters(()))


def _table(connection: Executor, planned: Step) -> sa.Table:
    columns = {"name": "text", "docstatus": "int", planned.column: planned.storage}
    return table_object(connection.engine, planned.table, columns, ("name",))  # type: ignore[arg-type]
