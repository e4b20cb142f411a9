"""Copying a column into one of another storage kind, batch by batch, and noting what changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from crm_platform.database.conversion import convert_value
from crm_platform.database.executor import Executor
from crm_platform.database.names import physical_name, watch_name
from crm_platform.database.schema import Step
from crm_platform.database.statement import Row, Statement, compile_statement
from crm_platform.database.tables import table_object
from crm_platform.metadata.kinds import Storage

BATCH = 2000
"""Rows that are copied in one transaction: other writers wait for it."""

COMPLETE = ""
"""Noted among the names of changed documents when all rows were copied once; no document has an empty name."""

STORAGES: Sequence[Storage] = ("text", "int", "float", "decimal", "date", "datetime", "time")


def identifier(connection: Executor, name: str) -> str:
    """The physical form of a name as an SQL identifier."""
    return str(connection.engine.sql.identifier_preparer.quote_identifier(physical_name(name)))


def is_watched(connection: Executor, planned: Step) -> bool:
    """Whether the changes of the column of `planned` are noted since a copy of it was begun."""
    return bool(connection.rows(connection.engine.table_query, [_watch(planned)]))


def watch(connection: Executor, planned: Step) -> None:
    """Note from now on in which rows the column of `planned` changes. Nobody may write meanwhile."""
    table, column = identifier(connection, planned.table), identifier(connection, planned.column)
    for statement in connection.engine.watch(table, column, _watch(planned)):
        connection.run(statement)


def unwatch(connection: Executor, table: str, column: str) -> None:
    """Note no more changes of a column, for whichever kind it was to take."""
    for storage in STORAGES:
        name = watch_name(table, column, storage)
        if connection.rows(connection.engine.table_query, [name]):
            for statement in connection.engine.unwatch(name):
                connection.run(statement)


def is_complete(connection: Executor, planned: Step) -> bool:
    """Whether only the noted rows differ between the column of `planned` and its copy."""
    return is_watched(connection, planned) and COMPLETE in _noted(connection, planned)


def note_complete(connection: Executor, planned: Step) -> None:
    """All rows were copied once."""
    if is_watched(connection, planned) and COMPLETE not in _noted(connection, planned):
        connection.run(f"INSERT INTO {_watch(planned)} VALUES ('{COMPLETE}')")  # noqa: S608 - our own name


def _watch(planned: Step) -> str:
    return watch_name(planned.table, planned.column, planned.storage)


def _noted(connection: Executor, planned: Step) -> list[str]:
    return [row[0] for row in connection.rows(f"SELECT name FROM {_watch(planned)} ORDER BY name")]  # noqa: S608 - our own name


def catch_up(connection: Executor, planned: Step, shadow: str) -> int:
    """Copy a batch of the noted rows while others write; returns how many there were.

    The rows are held first, then their notes are taken away: who changes one meanwhile waits, and notes it again.
    """
    names = [name for name in _noted(connection, planned) if name != COMPLETE][:BATCH]
    if names:
        table = _table(connection, planned, shadow)
        notes = sa.table(_watch(planned), sa.column("name"))
        hold = sa.select(table.c.name).where(_among(connection, table.c.name)).order_by(table.c.name).with_for_update()
        for element in (hold, sa.delete(notes).where(_among(connection, notes.c.name))):
            statement = compile_statement(connection.engine, element, [(_single, ["chosen"])])
            connection.run(statement.sql, statement.parameters([connection.engine.many(names)]))
        copy_rows(connection, planned, shadow, names)
    return len(names)


def _among(connection: Executor, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The condition that the column has one of the parameter's values."""
    return connection.engine.member(column, sa.bindparam("chosen"))


def copy_column(connection: Executor, planned: Step, shadow: str) -> None:
    """Bring `shadow` up to date with the column of `planned`: in the noted rows, or in all."""
    if is_complete(connection, planned):
        names = _noted(connection, planned)
        for start in range(0, len(names), BATCH):
            copy_rows(connection, planned, shadow, names[start : start + BATCH])
        return
    last = ""
    while last := copy_batch(connection, planned, shadow, last):
        pass


def copy_batch(connection: Executor, planned: Step, shadow: str, last: str) -> str:
    """Copy the batch of rows after the name `last`; returns the last name of it, or "" when none was left."""
    table = _table(connection, planned, shadow)
    after = table.c.name > sa.bindparam("chosen")
    select = _select(table, planned, shadow).where(after).order_by(table.c.name).limit(sa.literal_column(str(BATCH)))
    rows = _read(connection, planned, select, last)
    _write(connection, planned, shadow, rows)
    return str(rows[-1]["name"]) if rows else ""


def copy_rows(connection: Executor, planned: Step, shadow: str, names: Sequence[str]) -> None:
    """Copy the rows with these names."""
    table = _table(connection, planned, shadow)
    select = _select(table, planned, shadow).where(_among(connection, table.c.name))
    _write(connection, planned, shadow, _read(connection, planned, select, connection.engine.many(names)))


def _table(connection: Executor, planned: Step, shadow: str) -> sa.Table:
    columns: dict[str, Storage] = {"name": "text", planned.column: planned.was, shadow: planned.storage}
    return table_object(connection.engine, planned.table, columns, ("name",))


def _select(table: sa.Table, planned: Step, shadow: str) -> sa.Select[Any]:
    return sa.select(table.c.name, table.c[planned.column], table.c[shadow])


def _read(connection: Executor, planned: Step, select: sa.Select[Any], chosen: object) -> list[Row]:
    storages: dict[str, Storage] = {"name": "text", "current": planned.was, "waiting": planned.storage}
    statement = compile_statement(connection.engine, select, [(_single, ["chosen"])], storages)
    return statement.rows(connection.rows(statement.sql, statement.parameters([chosen])))


def _write(connection: Executor, planned: Step, shadow: str, rows: Sequence[Row]) -> None:
    changes = list(_changes(rows, planned))
    if changes:
        update = _update(connection, planned, shadow)
        encode = connection.engine.encoders[planned.storage]
        encoded = ((None if value is None else encode(value), name) for name, value in changes)
        connection.run_many(update.sql, [update.parameters(pair) for pair in encoded])


def _changes(rows: Sequence[Row], planned: Step) -> Iterator[tuple[str, Any]]:
    """What to write. A value that stands in the copy already and means the same stays as it is: so a field that takes
    back its former kind has exactly its old values, and what changed since is converted."""
    for row in rows:
        current, waiting = row["current"], row["waiting"]
        if current != convert_value(waiting, planned.storage, planned.was):
            yield row["name"], convert_value(current, planned.was, planned.storage)


def _update(connection: Executor, planned: Step, shadow: str) -> Statement:
    table = _table(connection, planned, shadow)
    update = sa.update(table).values({table.c[shadow]: sa.bindparam("value")}).where(table.c.name == sa.bindparam("n"))
    return compile_statement(connection.engine, update, [(_single, ["value"]), (_single, ["n"])])


def _single(value: Any) -> tuple[Any]:
    return (value,)
