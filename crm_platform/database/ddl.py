"""Statements that change tables, columns and indexes. Both databases can take all of it back with the transaction."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn

from crm_platform.database.conversion import convert_value
from crm_platform.database.dialect import Dialect, Lock
from crm_platform.database.executor import Executor
from crm_platform.database.indexes import Index
from crm_platform.database.inspection import real_tables
from crm_platform.database.names import index_name, physical_name
from crm_platform.database.system import SystemTable
from crm_platform.database.tables import identifier, table_object
from crm_platform.errors import UnavailableError
from crm_platform.metadata.kinds import Storage

_LOCK_ATTEMPTS = 50
_LOCK_PAUSE = 0.1


def ensure_tables(connection: Executor, tables: Sequence[SystemTable]) -> None:
    """Make the system tables that are missing, and the columns and indexes that an older version did not have."""
    real = real_tables(connection, [physical_name(table.table) for table in tables])
    for table in tables:
        found = real.get(physical_name(table.table))
        if found is None:
            create_table(connection, table.table, table.columns, table.key, indexes=table.indexes)
            continue
        for column, storage in table.columns.items():
            if physical_name(column) not in found.columns:
                add_column(connection, table.table, column, storage)
        for column in table.indexes:
            if index_name(table.table, column) not in found.indexes:
                create_index(connection, table.table, column, unique=False)


def lock(connection: Executor, tables: Mapping[Lock, Sequence[str]]) -> None:
    """Take the tables for a change, by the kind of lock: in short tries, so that nobody queues behind it for long.

    Raises UnavailableError when they stay in use; the transaction must be rolled back then.
    """
    statements = connection.engine.locking(
        {kind: [identifier(connection.engine, table) for table in listed] for kind, listed in tables.items()}
    )
    for attempt in range(_LOCK_ATTEMPTS if statements and any(tables.values()) else 0):
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
    """Make one table with an index over each column of `unique` and `indexes`.

    Written as text: a site is made of some hundred tables with a thousand indexes, and SQLAlchemy's objects for them
    take ten times as long as the database itself.
    """
    dialect = connection.engine
    parts = [column_definition(dialect, column, storage, required=column in key) for column, storage in columns.items()]
    parts.append(f"PRIMARY KEY ({', '.join(identifier(dialect, column) for column in key)})")
    connection.run(f"CREATE TABLE {identifier(dialect, name)} ({', '.join(parts)})")
    for column in unique:
        create_index(connection, name, column, unique=True)
    for column in indexes:
        create_index(connection, name, column, unique=False)


def column_definition(dialect: Dialect, name: str, storage: Storage, *, required: bool) -> str:
    """A column as CREATE TABLE describes it."""
    declared = dialect.sql.type_compiler_instance.process(dialect.types[storage])
    return f"{identifier(dialect, name)} {declared}{' NOT NULL' if required else ''}"


def add_column(connection: Executor, table: str, column: str, storage: Storage, default: str = "") -> None:
    """Add a column in place: no row is rewritten. Rows that are there have `default`, as a definition writes it."""
    described = table_object(connection.engine, table, {column: storage}, ())
    described.c[column].server_default = _server_default(connection.engine, storage, default)
    definition = CreateColumn(described.c[column]).compile(dialect=connection.engine.sql)
    connection.run(f"ALTER TABLE {identifier(connection.engine, table)} ADD COLUMN {definition}")


def _server_default(dialect: Dialect, storage: Storage, default: str) -> sa.DefaultClause | None:
    value = convert_value(default, "text", storage) if default else None
    if value is None:
        return None
    encoded = dialect.encoders[storage](value)
    text = str(encoded)
    return sa.DefaultClause(sa.text(text) if isinstance(encoded, int | float | Decimal) else text)


def drop_column(connection: Executor, table: str, column: str) -> None:
    """Drop a column that no definition knows. SQLite writes all rows anew for it, seconds per million."""
    connection.run(
        f"ALTER TABLE {identifier(connection.engine, table)} DROP COLUMN {identifier(connection.engine, column)}"
    )


def rename_column(connection: Executor, table: str, column: str, name: str) -> None:
    start, end = identifier(connection.engine, column), identifier(connection.engine, name)
    connection.run(f"ALTER TABLE {identifier(connection.engine, table)} RENAME COLUMN {start} TO {end}")


def create_index(connection: Executor, table: str, column: str, *, unique: bool) -> None:
    """Make an index (see `indexed_columns`); raises TakenError when it is to be unique and has equal values."""
    connection.run(Index(table, column, unique).statement(connection.engine))


def has_index(connection: Executor, table: str, column: str, *, unique: bool) -> bool:
    """Whether there is a usable index over the column."""
    return Index(table, column, unique).is_there(connection)


def drop_index(connection: Executor, table: str, column: str, *, unique: bool) -> None:
    Index(table, column, unique).drop(connection)
