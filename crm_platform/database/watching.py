"""Noting in which rows something changes while a preparation works through them: the switch looks at those alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from crm_platform.database.executor import Executor
from crm_platform.database.names import watch_name
from crm_platform.database.schema import Action, Step
from crm_platform.database.statement import compile_statement
from crm_platform.database.tables import identifier, table_object
from crm_platform.metadata.kinds import Storage

BATCH = 2000
"""Rows that are worked on in one transaction: other writers wait for it."""

COMPLETE = ""
"""Noted among the names of changed documents when all rows were seen once; no document has an empty name."""

STORAGES: tuple[Storage, ...] = ("text", "int", "float", "decimal", "date", "datetime", "time")
FILLED = "filled"
"""What stands for the storage kind in the name of the notes of a column that is filled."""
UNIQUE = "unique"
"""The same of a column that becomes unique,"""
INDEXED = "indexed"
"""and in the name of the copy over which SQLite makes the index of a column."""

_KINDS: Mapping[Action, str] = {"fill column": FILLED, "add unique": UNIQUE}


def walk_column(connection: Executor) -> sa.ColumnElement[Any]:
    """The column by which rows are gone through in the order in which they lie: few pages are touched at a time."""
    return sa.literal_column(connection.engine.walk)


def is_watched(connection: Executor, planned: Step) -> bool:
    """Whether what the preparation of `planned` depends on is noted since it was begun."""
    return bool(connection.rows(connection.engine.table_query, [notes_name(planned)]))


def watch(connection: Executor, planned: Step) -> None:
    """Note from now on which rows are new or change what `planned` reads. Nobody may write meanwhile."""
    read = "docstatus" if planned.action == "fill column" else planned.column
    for statement in connection.engine.watch(
        identifier(connection.engine, planned.table), identifier(connection.engine, read), notes_name(planned)
    ):
        connection.run(statement)


def unwatch(connection: Executor, table: str, column: str) -> None:
    """Note no more changes for a column, whatever was to become of it."""
    for kind in (*STORAGES, FILLED, UNIQUE, INDEXED):
        name = watch_name(table, column, kind)
        if connection.rows(connection.engine.table_query, [name]):
            for statement in connection.engine.unwatch(name):
                connection.run(statement)


def is_complete(connection: Executor, planned: Step) -> bool:
    """Whether all rows but the noted ones are prepared."""
    return is_watched(connection, planned) and COMPLETE in _all_noted(connection, planned)


def note_complete(connection: Executor, planned: Step) -> None:
    """All rows were seen once."""
    if is_watched(connection, planned) and COMPLETE not in _all_noted(connection, planned):
        connection.run(f"INSERT INTO {notes_name(planned)} VALUES ('{COMPLETE}')")  # noqa: S608 - our own name


def noted(connection: Executor, planned: Step) -> list[str]:
    """The names of the rows that changed."""
    return [name for name in _all_noted(connection, planned) if name != COMPLETE]


def take_notes(connection: Executor, planned: Step) -> list[str]:
    """The names of a batch of changed rows, whose notes are taken away.

    The rows are held first: who changes one meanwhile waits, and notes it again.
    """
    names = noted(connection, planned)[:BATCH]
    if names:
        table = table_object(connection.engine, planned.table, {"name": "text"}, ("name",))
        notes = sa.table(notes_name(planned), sa.column("name"))
        hold = sa.select(table.c.name).where(_among(connection, table.c.name)).order_by(table.c.name).with_for_update()
        for element in (hold, sa.delete(notes).where(_among(connection, notes.c.name))):
            statement = compile_statement(connection.engine, element, [(lambda value: (value,), ["chosen"])])
            connection.run(statement.sql, statement.parameters([connection.engine.many(names)]))
    return names


def _among(connection: Executor, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The condition that the column has one of the parameter's values."""
    return connection.engine.member(column, sa.bindparam("chosen"))


def notes_name(planned: Step) -> str:
    return watch_name(planned.table, planned.column, _KINDS.get(planned.action, planned.storage))


def _all_noted(connection: Executor, planned: Step) -> list[str]:
    return [row[0] for row in connection.rows(f"SELECT name FROM {notes_name(planned)} ORDER BY name")]  # noqa: S608 - our own name
