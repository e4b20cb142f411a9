"""Copying a column into one of another storage kind, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from crm_platform.database.conversion import convert_value
from crm_platform.database.executor import Executor
from crm_platform.database.schema import Step
from crm_platform.database.statement import Row, Statement, compile_statement
from crm_platform.database.tables import table_object

BATCH = 5000


def copy_column(connection: Executor, planned: Step, shadow: str) -> None:
    """Bring `shadow` up to date with the column of `planned` in all rows."""
    last = ""
    while (last := copy_batch(connection, planned, shadow, last)) != "":
        pass


def copy_batch(connection: Executor, planned: Step, shadow: str, last: str) -> str:
    """Copy the batch of rows after the name `last`; returns the last name of it, or "" when none was left.

    A value that stands in `shadow` already and means the same stays as it is: so a field that takes back its former
    kind has exactly its old values, and what changed since is converted.
    """
    read, update = _statements(connection, planned, shadow)
    rows = read.rows(connection.rows(read.sql, read.parameters([last])))
    changes = list(_changes(rows, planned))
    if changes:
        encode = connection.engine.encoders[planned.storage]
        connection.run_many(
            update.sql,
            [update.parameters([None if value is None else encode(value), name]) for name, value in changes],
        )
    return str(rows[-1]["name"]) if rows else ""


def _changes(rows: list[Row], planned: Step) -> Iterator[tuple[str, Any]]:
    for row in rows:
        current, waiting = row["current"], row["waiting"]
        if current != convert_value(waiting, planned.storage, planned.was):
            yield row["name"], convert_value(current, planned.was, planned.storage)


def _statements(connection: Executor, planned: Step, shadow: str) -> tuple[Statement, Statement]:
    engine = connection.engine
    columns = {"name": "text", planned.column: planned.was, shadow: planned.storage}
    table = table_object(engine, planned.table, columns, ("name",))
    name, waiting = table.c.name, table.c[shadow]
    read = (
        sa.select(name, table.c[planned.column], waiting)
        .where(name > sa.bindparam("last"))
        .order_by(name)
        .limit(sa.literal_column(str(BATCH)))
    )
    update = sa.update(table).values({waiting: sa.bindparam("value")}).where(name == sa.bindparam("n"))
    return (
        compile_statement(
            engine,
            read,
            [(_single, ["last"])],
            {"name": "text", "current": planned.was, "waiting": planned.storage},
        ),
        compile_statement(engine, update, [(_single, ["value"]), (_single, ["n"])]),
    )


def _single(value: Any) -> tuple[Any]:
    return (value,)
