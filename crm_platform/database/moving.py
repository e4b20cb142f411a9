"""Moving documents from one workflow state to another, with a note of each so that it can be taken back."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm_platform.database.executor import Executor
from crm_platform.database.schema import Step
from crm_platform.database.statement import compile_statement
from crm_platform.database.system import STATE_MOVE
from crm_platform.database.tables import describe, table_object

UNRECORDED = 0
"""Stands for the plan in the notes of the transaction that carries it out."""

Condition = sa.ColumnElement[bool]


def move_states(connection: Executor, planned: Step) -> None:
    """Move the documents of a step and note which they are."""
    gone, target, _ = _moves(planned)
    table = _table(connection, planned)
    notes = describe(connection.engine, STATE_MOVE)
    noted = sa.select(
        sa.literal(UNRECORDED),
        sa.literal(planned.table),
        sa.literal(planned.column),
        table.c.name,
        sa.literal(gone),
        sa.literal(target),
    ).where(_leaving(table, planned))
    _run(connection, sa.insert(notes).from_select(list(STATE_MOVE.columns), noted))
    move_unnoted(connection, planned)


def move_back(connection: Executor, planned: Step, plan: int, known: Collection[str]) -> None:
    """Move the documents back that `plan` moved by the step: those that are still where it put them, or have gone on to
    a state that is none of the `known` ones."""
    gone, target, status = _moves(planned)
    table, notes = _table(connection, planned), describe(connection.engine, STATE_MOVE)
    state = table.c[planned.column]
    moved = sa.select(notes.c.name).where(
        notes.c.plan == sa.literal(plan),
        notes.c.table_name == sa.literal(planned.table),
        notes.c.was == sa.literal(gone),
    )
    elsewhere = state.not_in([sa.literal(one) for one in sorted(known)]) if known else sa.true()
    astray = sa.or_(state == sa.literal(target), elsewhere)
    _set(
        connection,
        table,
        planned,
        gone,
        sa.and_(table.c.name.in_(moved), table.c.docstatus == sa.literal(status), astray),
    )


def move_unnoted(connection: Executor, planned: Step) -> None:
    """Move the documents of a step."""
    table = _table(connection, planned)
    _set(connection, table, planned, _moves(planned)[1], _leaving(table, planned))


def moving_rows(connection: Executor, planned: Step) -> int:
    """How many documents a step moves."""
    table = _table(connection, planned)
    counting = sa.select(sa.func.count()).select_from(table).where(_leaving(table, planned))
    statement = compile_statement(connection.engine, counting)
    counted: int = connection.rows(statement.sql, statement.parameters(()))[0][0]
    return counted


def _moves(planned: Step) -> tuple[str, str, int]:
    if planned.moves is None:
        raise ValueError(f"{planned.action} moves no documents")
    return planned.moves


def _leaving(table: sa.Table, planned: Step) -> Condition:
    gone, _, status = _moves(planned)
    return sa.and_(table.c[planned.column] == sa.literal(gone), table.c.docstatus == sa.literal(status))


def _set(connection: Executor, table: sa.Table, planned: Step, state: str, where: Condition) -> None:
    _run(connection, sa.update(table).values({table.c[planned.column]: sa.literal(state)}).where(where))


def _run(connection: Executor, element: sa.ClauseElement) -> None:
    statement = compile_statement(connection.engine, element)
    connection.run(statement.sql, statement.parameters(()))


def _table(connection: Executor, planned: Step) -> sa.Table:
    columns = {"name": "text", "docstatus": "int", planned.column: planned.storage}
    return table_object(connection.engine, planned.table, columns, ("name",))  # type: ignore[arg-type]
