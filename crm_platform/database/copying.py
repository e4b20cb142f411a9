"""Copying a column into one of another storage kind, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from crm_platform.database.conversion import convert_value
from crm_platform.database.dialect import Key
from crm_platform.database.executor import Executor
from crm_platform.database.schema import Step
from crm_platform.database.statement import Row, Statement, compile_statement
from crm_platform.database.tables import table_object
from crm_platform.database.watching import BATCH, is_complete, noted, take_notes, walk_column
from crm_platform.metadata.kinds import Storage


def catch_up(connection: Executor, planned: Step, shadow: str) -> int:
    """Copy a batch of the noted rows while others write; returns how many there were."""
    names = take_notes(connection, planned)
    if names:
        copy_rows(connection, planned, shadow, names)
    return len(names)


def copy_column(connection: Executor, planned: Step, shadow: str) -> None:
    """Bring `shadow` up to date with the column of `planned`: in the noted rows, or in all."""
    if is_complete(connection, planned):
        names = noted(connection, planned)
        for start in range(0, len(names), BATCH):
            copy_rows(connection, planned, shadow, names[start : start + BATCH])
        return
    last: Key | None = connection.engine.walk_start
    while last is not None:
        last = copy_batch(connection, planned, shadow, last, BATCH)


def copy_batch(connection: Executor, planned: Step, shadow: str, last: Key, limit: int) -> Key | None:
    """Copy `limit` rows after the key `last`; returns the last key of them, None when none was left."""
    table = _table(connection, planned, shadow)
    key = walk_column(connection)
    after = key > sa.bindparam("chosen")
    select = _select(connection, table, planned, shadow).where(after).order_by(key).limit(limit)
    rows = _read(connection, planned, select, last)
    _write(connection, planned, shadow, rows)
    return last_key(rows)


def last_key(rows: Sequence[Row]) -> Key | None:
    """The key of the last row."""
    found: Key | None = rows[-1]["key"] if rows else None
    return found


def copy_rows(connection: Executor, planned: Step, shadow: str, names: Sequence[str]) -> None:
    """Copy the rows with these names."""
    table = _table(connection, planned, shadow)
    among = connection.engine.member(table.c.name, sa.bindparam("chosen"))
    select = _select(connection, table, planned, shadow).where(among)
    _write(connection, planned, shadow, _read(connection, planned, select, connection.engine.many(names)))


def _table(connection: Executor, planned: Step, shadow: str) -> sa.Table:
    columns: dict[str, Storage] = {"name": "text", planned.column: planned.was, shadow: planned.storage}
    return table_object(connection.engine, planned.table, columns, ("name",))


def _select(connection: Executor, table: sa.Table, planned: Step, shadow: str) -> sa.Select[Any]:
    return sa.select(walk_column(connection), table.c.name, table.c[planned.column], table.c[shadow])


def _read(connection: Executor, planned: Step, select: sa.Select[Any], chosen: object) -> list[Row]:
    storages: dict[str, Storage] = {
        "key": "text",
        "name": "text",
        "current": planned.was,
        "waiting": planned.storage,
    }
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
