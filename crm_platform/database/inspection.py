"""What the database really holds: tables, columns with their storage kinds, indexes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_platform.database.executor import Executor
from crm_platform.database.names import physical_name
from crm_platform.database.tables import identifier
from crm_platform.metadata.kinds import Storage

AMONG = "/* among */"
"""Where a query may be limited to some tables."""

_AT_ONCE = 200
"""Tables in one question: SQLite joins no more than 500 of them."""

OUR_PREFIXES = ("tab", "_")
"""Tables of DocTypes and of the engine. What another room keeps beside them under other names can be made again."""


@dataclass(slots=True)
class RealTable:
    """One table as it is, by physical names. Columns of a type that we never make are left out."""

    columns: dict[str, Storage] = field(default_factory=dict)
    key: list[str] = field(default_factory=list)
    indexes: set[str] = field(default_factory=set)


def real_tables(connection: Executor, only: Collection[str] | None = None) -> dict[str, RealTable]:
    """Look at the tables that are ours: all, or those with the physical names `only`."""
    engine = connection.engine
    tables: dict[str, RealTable] = {}
    for table, column, declared, key_position in _described(connection, engine.columns_query, only):
        if table.startswith(OUR_PREFIXES) and declared in engine.storages:
            found = tables.setdefault(table, RealTable())
            found.columns[column] = engine.storages[declared]
            if key_position:
                found.key.append(column)
    for table, index in _described(connection, engine.indexes_query, only):
        if table in tables:
            tables[table].indexes.add(index)
    return tables


def _described(connection: Executor, query: str, only: Collection[str] | None) -> list[tuple[Any, ...]]:
    if only is None:
        return connection.rows(query)
    limited = query.replace(AMONG, connection.engine.among)
    return connection.rows(limited, [connection.engine.many(sorted(only))])


def indexed_columns(connection: Executor) -> dict[tuple[str, str], list[str]]:
    """The columns of each index, by the physical names of its table and its own, in their order."""
    found: dict[tuple[str, str], list[str]] = {}
    for table, index, column in connection.rows(connection.engine.indexed_query):
        found.setdefault((table, index), []).append(column)
    return found


def column_names(connection: Executor, table: str) -> frozenset[str]:
    """The physical names of the columns of one table: quicker than a look at all of them."""
    return frozenset(row[0] for row in connection.rows(connection.engine.names_query, [physical_name(table)]))


def table_names(connection: Executor) -> frozenset[str]:
    """The physical names of all tables: each has an index, that of its key."""
    return frozenset(row[0] for row in _described(connection, connection.engine.indexes_query, None))


def is_empty(connection: Executor, table: str) -> bool:
    """Whether a table has no row. Asked before a statement that would have to be compiled for nothing."""
    return not filled_tables(connection, [table])


def filled_tables(connection: Executor, tables: Sequence[str]) -> frozenset[str]:
    """Those of the tables that have any row: one question for many, however many definitions nobody uses yet."""
    found: set[str] = set()
    for first in range(0, len(tables), _AT_ONCE):
        some = tables[first : first + _AT_ONCE]
        asked = (
            f"SELECT {n} WHERE EXISTS (SELECT 1 FROM {identifier(connection.engine, table)})"  # noqa: S608 - quoted
            for n, table in enumerate(some)
        )
        found.update(some[number] for (number,) in connection.rows(" UNION ALL ".join(asked)))
    return frozenset(found)
