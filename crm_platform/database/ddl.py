"""Carrying out schema steps inside one transaction. Both databases can take all of it back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from crm_platform.database.copying import copy_column
from crm_platform.database.executor import Executor, TakenError
from crm_platform.database.inspection import real_tables
from crm_platform.database.names import index_name, parked_name, physical_name
from crm_platform.database.schema import Action, Step
from crm_platform.database.system import SystemTable
from crm_platform.database.tables import table_object
from crm_platform.errors import FieldError, UnavailableError, UniqueValidationError
from crm_platform.metadata.kinds import Storage

_LOCK_ATTEMPTS = 50
_LOCK_PAUSE = 0.1


def apply_steps(connection: Executor, steps: Sequence[Step]) -> None:
    """Carry out `steps` in their order.

    Raises UniqueValidationError when a field that is to be unique has equal values, UnavailableError when the tables
    stay in use; the transaction must be rolled back then.
    """
    changing = [planned for planned in steps if planned.action in _ACTIONS]
    existing = {planned.table for planned in changing if planned.action != "create table"}
    _lock(connection, sorted(existing))
    for planned in changing:
        _ACTIONS[planned.action](connection, planned)


def ensure_tables(connection: Executor, tables: Sequence[SystemTable]) -> None:
    """Make the system tables that are missing, and the columns that an older version did not have."""
    real = real_tables(connection)
    for table in tables:
        found = real.get(physical_name(table.table))
        if found is None:
            create_table(connection, table.table, table.columns, table.key, indexes=table.indexes)
            continue
        for column, storage in table.columns.items():
            if physical_name(column) not in found.columns:
                add_column(connection, table.table, column, storage)


def quoted(connection: Executor, name: str) -> str:
    """The physical form of a name as an SQL identifier."""
    return str(connection.engine.sql.identifier_preparer.quote_identifier(physical_name(name)))


def _lock(connection: Executor, tables: Sequence[str]) -> None:
    statements = connection.engine.exclusive([quoted(connection, table) for table in tables]) if tables else ()
    for attempt in range(_LOCK_ATTEMPTS if statements else 0):
        try:
            with connection.savepoint():
                for statement in statements:
                    connection.run(statement)
            return
        except UnavailableError:
            if connection.ended or attempt == _LOCK_ATTEMPTS - 1:
                raise
            time.sleep(_LOCK_PAUSE)


def create_table(
    connection: Executor,
    name: str,
    columns: Mapping[str, Storage],
    key: tuple[str, ...],
    *,
    unique: Sequence[str] = (),
    indexes: Sequence[str] = (),
) -> None:
    """Make one table with an index over each column of `unique` and `indexes`."""
    table = table_object(connection.engine, name, columns, key)
    _run(connection, CreateTable(table))
    for column in unique:
        create_index(connection, name, column, unique=True)
    for column in indexes:
        create_index(connection, name, column, unique=False)


def add_column(connection: Executor, table: str, column: str, storage: Storage) -> None:
    """Add an empty column in place: no row is rewritten."""
    described = table_object(connection.engine, table, {column: storage}, ())
    definition = CreateColumn(described.c[column]).compile(dialect=connection.engine.sql)
    connection.run(f"ALTER TABLE {quoted(connection, table)} ADD COLUMN {definition}")


def _rename_column(connection: Executor, table: str, column: str, name: str) -> None:
    start, end = quoted(connection, column), quoted(connection, name)
    connection.run(f"ALTER TABLE {quoted(connection, table)} RENAME COLUMN {start} TO {end}")


def create_index(connection: Executor, table: str, column: str, *, unique: bool) -> None:
    """Index one column; raises TakenError when it is to be unique and has equal values."""
    # "modified" is what lists sort by; the name beside it breaks ties without sorting.
    names = (column, "name") if column == "modified" else (column,)
    described = table_object(connection.engine, table, dict.fromkeys(names, "text"), ())
    first, *rest = (described.c[name] for name in names)
    name = index_name(table, column, unique=unique)
    _run(connection, CreateIndex(sa.Index(name, connection.engine.index_part(first), *rest, unique=unique)))


def _drop_index(connection: Executor, table: str, column: str, *, unique: bool) -> None:
    name = index_name(table, column, unique=unique)
    connection.run(f"DROP INDEX IF EXISTS {quoted(connection, name)}")


def _drop_indexes(connection: Executor, table: str, column: str) -> None:
    for unique in (True, False):
        _drop_index(connection, table, column, unique=unique)


def _run(connection: Executor, element: Any) -> None:
    connection.run(str(element.compile(dialect=connection.engine.sql)))


def _create_table(connection: Executor, planned: Step) -> None:
    create_table(
        connection,
        planned.table,
        dict(planned.columns),
        ("name",),
        unique=planned.unique,
        indexes=planned.indexes,
    )


def _add_column(connection: Executor, planned: Step) -> None:
    add_column(connection, planned.table, planned.column, planned.storage)


def _park_column(connection: Executor, planned: Step) -> None:
    """Move a column out of the way; an older one that is parked already under its name moves on."""
    columns = real_tables(connection)[physical_name(planned.table)].columns
    name = parked_name(planned.column, planned.was)
    if name in columns:
        number = next(n for n in range(2, len(columns) + 3) if f"{planned.was}_{n}" not in _suffixes(columns, planned))
        _rename_column(connection, planned.table, name, parked_name(planned.column, f"{planned.was}_{number}"))
    _drop_indexes(connection, planned.table, planned.column)
    _rename_column(connection, planned.table, planned.column, name)


def _suffixes(columns: Mapping[str, Storage], planned: Step) -> set[str]:
    """The numbered suffixes that are in use for the parked columns of one field."""
    numbered = (f"{planned.was}_{n}" for n in range(2, len(columns) + 3))
    return {suffix for suffix in numbered if parked_name(planned.column, suffix) in columns}


def make_shadow(connection: Executor, planned: Step) -> str:
    """Make sure of the column that the values of a changed kind are copied to; returns its name."""
    shadow = parked_name(planned.column, planned.storage)
    if shadow not in real_tables(connection)[physical_name(planned.table)].columns:
        add_column(connection, planned.table, shadow, planned.storage)
    return shadow


def _convert_column(connection: Executor, planned: Step) -> None:
    """Fill the column that waits under the new kind's parked name, then swap the two."""
    shadow = make_shadow(connection, planned)
    copy_column(connection, planned, shadow)
    _park_column(connection, planned)
    _rename_column(connection, planned.table, shadow, planned.column)


def _add_index(connection: Executor, planned: Step) -> None:
    _drop_index(connection, planned.table, planned.column, unique=False)
    create_index(connection, planned.table, planned.column, unique=False)


def _add_unique(connection: Executor, planned: Step) -> None:
    _drop_index(connection, planned.table, planned.column, unique=True)
    try:
        create_index(connection, planned.table, planned.column, unique=True)
    except TakenError as taken:
        sentence = "{column} of {doctype} cannot become unique: some documents have the same value. Change them first."
        fault = FieldError(planned.column, sentence, code="UniqueValidationError", params=planned.params)
        doctype = planned.table.removeprefix("tab")
        raise UniqueValidationError(sentence, errors=(fault,), column=planned.column, doctype=doctype) from taken


# Hiding and showing change nothing in the database: the definitions say what is visible.
_ACTIONS: Mapping[Action, Callable[[Executor, Step], None]] = {
    "create table": _create_table,
    "add column": _add_column,
    "park column": _park_column,
    "convert column": _convert_column,
    "add index": _add_index,
    "drop index": lambda connection, planned: _drop_index(connection, planned.table, planned.column, unique=False),
    "add unique": _add_unique,
    "drop unique": lambda connection, planned: _drop_index(connection, planned.table, planned.column, unique=True),
}
