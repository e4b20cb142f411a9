"""Giving documents that have no workflow state yet the first one of their document status, batch by batch."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm_platform.database.dialect import Key
from crm_platform.database.executor import Executor
from crm_platform.database.schema import Step
from crm_platform.database.statement import compile_statement
from crm_platform.database.tables import table_object
from crm_platform.database.watching import BATCH, is_complete, noted, take_notes, walk_column

Condition = sa.ColumnElement[bool]


def fill_batch(connection: Executor, planned: Step, last: Key, limit: int) -> Key | None:
    """Fill the empty ones of `limit` rows after the key `last`; returns the last key of them, None at the end."""
    table, key = _table(connection, planned), walk_column(connection)
    after = sa.select(key).select_from(table).where(key > sa.literal(last)).order_by(key).limit(limit)
    keys = [row[0] for row in _rows(connection, after)]
    if not keys:
        return None
    within = sa.and_(key > sa.literal(last), key <= sa.literal(keys[-1]))
    _fill(connection, table, planned, sa.and_(within, _is_empty(table, planned)))
    found: Key = keys[-1]
    return found


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
        table = _table(connection, planned)
        _fill(connection, table, planned, _is_empty(table, planned))


def _fill_noted(connection: Executor, planned: Step, names: list[str]) -> None:
    """A row that was submitted or cancelled since it was filled has the first state of its former status: corrected."""
    table = _table(connection, planned)
    for start in range(0, len(names), BATCH):
        some: sa.BindParameter[Any] = sa.bindparam("some", connection.engine.many(names[start : start + BATCH]))
        among = connection.engine.member(table.c.name, some)
        wrong = sa.or_(_is_empty(table, planned), _is_foreign(table, planned))
        _fill(connection, table, planned, sa.and_(among, wrong))


def _is_empty(table: sa.Table, planned: Step) -> Condition:
    column = table.c[planned.column]
    return sa.or_(column.is_(None), column == sa.literal(""))


def _is_foreign(table: sa.Table, planned: Step) -> Condition:
    """Whether the row has the first state of another document status than its own."""
    column = table.c[planned.column]
    return sa.or_(*(sa.and_(table.c.docstatus != status, column == state) for status, state in planned.fills))


def _fill(connection: Executor, table: sa.Table, planned: Step, where: Condition) -> None:
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
