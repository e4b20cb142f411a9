"""A field with values becomes unique: its index is made beside the work, and refuses nobody before the switch.

Equal values are looked for once, and which rows change since then is noted. The switch looks at those alone, and makes
the index a unique one. SQLite stores both kinds alike, so that it grows as a plain one. On PostgreSQL it is unique from
the start, over the column and a guard: empty in the rows that were looked at, and in a row that somebody writes a value
like no other, until it was looked at, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from crm_platform.database.connection import Connection
from crm_platform.database.ddl import drop_column, lock
from crm_platform.database.dialect import DialectName
from crm_platform.database.dialect_postgresql import GUARD
from crm_platform.database.executor import Executor
from crm_platform.database.indexes import Index
from crm_platform.database.inspection import column_names
from crm_platform.database.misfits import Names, equal_among, equal_names
from crm_platform.database.names import TOGETHER, guard_name, index_name, physical_name
from crm_platform.database.schema import Step
from crm_platform.database.tables import identifier
from crm_platform.database.watching import (
    BATCH,
    is_complete,
    is_watched,
    note_complete,
    noted,
    notes_name,
    take_notes,
    watch,
)

if TYPE_CHECKING:
    from crm_platform.database.engine import Database


def growing(dialect: DialectName, table: str, column: str) -> Index:
    """The index as it is until the switch."""
    called = index_name(table, guard_name(column))
    if dialect == "sqlite":
        return Index(table, column, called=called)
    return Index(table, TOGETHER.join((column, guard_name(column))), unique=True, called=called)


def is_ready(connection: Executor, planned: Step) -> bool:
    """Whether the index is made, and all rows but the noted ones were looked at."""
    return is_complete(connection, planned) and _growing(connection, planned).is_there(connection)


def grow(database: Database, planned: Step, make: Callable[[Index], None]) -> Names:
    """Look for equal values and `make` the index. Returns two rows with the same value: then there is no index."""
    if not database.read(lambda connection: is_ready(connection, planned)):
        database.write(lambda connection: _begin(connection, planned))
        equal = database.read(lambda connection: equal_names(connection, planned))
        if equal:
            return equal
        make(growing(database.dialect, planned.table, planned.column))
        database.write(lambda connection: note_complete(connection, planned))
    equal = ()
    while not equal and database.read(lambda connection: noted(connection, planned)[BATCH:]):
        equal = database.write(lambda connection: _look(connection, planned, take_notes(connection, planned)))
    return equal


def _begin(connection: Connection, planned: Step) -> None:
    if is_watched(connection, planned):
        return
    lock(connection, {"ACCESS EXCLUSIVE": [planned.table]})
    drop_guard(connection, planned.table, planned.column)  # an older one has no values any more
    watch(connection, planned)
    _GUARD[connection.dialect](connection, planned)


def _look(connection: Executor, planned: Step, names: list[str]) -> Names:
    """Look at rows that others have written; nothing is kept of it when one has a value that another has, too."""
    equal = equal_among(connection, planned, names)
    if names and not equal:
        _ADMIT[connection.dialect](connection, planned, names)
    return equal


def adopt(connection: Executor, planned: Step) -> Names:
    """In the switch: make the index that was prepared the unique one of the column. Returns two rows with the same
    value: then the transaction must be rolled back."""
    names = noted(connection, planned)
    for start in range(0, len(names), BATCH):
        equal = _look(connection, planned, names[start : start + BATCH])
        if equal:
            return equal
    _growing(connection, planned).become(connection, Index(planned.table, planned.column, unique=True))
    return ()


def _growing(connection: Executor, planned: Step) -> Index:
    return growing(connection.dialect, planned.table, planned.column)


def drop_growing(connection: Executor, table: str, column: str) -> None:
    """Take away what was made for a column that does not become unique now."""
    growing(connection.dialect, table, column).drop(connection)
    drop_guard(connection, table, column)


def drop_guard(connection: Executor, table: str, column: str) -> None:
    """Drop the guard of a column with the index over it. SQLite has none: one may come there with a backup, to stay."""
    if connection.dialect == "postgresql" and physical_name(guard_name(column)) in column_names(connection, table):
        drop_column(connection, table, guard_name(column))


def _guard(connection: Executor, planned: Step) -> None:
    table, column, guard = (
        identifier(connection.engine, name) for name in (planned.table, planned.column, guard_name(planned.column))
    )
    trigger = notes_name(planned) + GUARD
    body = f"BEGIN NEW.{guard} := gen_random_uuid(); RETURN NEW; END"
    connection.run(f"ALTER TABLE {table} ADD COLUMN {guard} text COLLATE \"C\" NOT NULL DEFAULT ''")
    connection.run(f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$")
    connection.run(
        f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE OF {column} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )


def _admit(connection: Executor, planned: Step, names: list[str]) -> None:
    table, guard = (identifier(connection.engine, name) for name in (planned.table, guard_name(planned.column)))
    connection.run(f"UPDATE {table} SET {guard} = '' WHERE name = ANY (%s)", [names])  # noqa: S608 - quoted names


def _nothing(*_: object) -> None:
    """SQLite's index is no unique one yet."""


_GUARD: Mapping[DialectName, Callable[[Executor, Step], None]] = {"sqlite": _nothing, "postgresql": _guard}
_ADMIT: Mapping[DialectName, Callable[[Executor, Step, list[str]], None]] = {
    "sqlite": _nothing,
    "postgresql": _admit,
}
