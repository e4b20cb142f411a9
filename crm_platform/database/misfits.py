"""Which rows speak against a field that is to be unique or of another kind: named, so that somebody can mend them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from crm_platform.database.conversion import convert_value
from crm_platform.database.dialect import Key
from crm_platform.database.executor import Executor
from crm_platform.database.inspection import column_names
from crm_platform.database.names import physical_name
from crm_platform.database.schema import Step
from crm_platform.database.statement import compile_statement
from crm_platform.database.tables import identifier, table_object
from crm_platform.database.watching import BATCH, walk_column
from crm_platform.metadata.kinds import Storage

Names = tuple[str, ...]


def equal_names(connection: Executor, planned: Step) -> Names:
    """Two rows with the same value in a column that is to be unique; empty when there are none."""
    if physical_name(planned.column) not in column_names(connection, planned.table):
        return ()
    column, table = identifier(connection.engine, planned.column), identifier(connection.engine, planned.table)
    twice = f"SELECT min(name), max(name) FROM {table} WHERE {column} IS NOT NULL GROUP BY {column}"  # noqa: S608 - quoted
    rows = connection.rows(f"{twice} HAVING count(*) > 1 LIMIT 1")
    return tuple(rows[0]) if rows else ()


def equal_among(connection: Executor, planned: Step, names: Sequence[str]) -> Names:
    """One of the rows `names` and another with the same value, by their names; empty when there is none."""
    column, table = identifier(connection.engine, planned.column), identifier(connection.engine, planned.table)
    chosen = connection.engine.among_values("a.name")
    pairs = f"SELECT a.name, b.name FROM {table} AS a JOIN {table} AS b ON b.{column} = a.{column} AND b.name <> a.name"  # noqa: S608 - quoted
    rows = connection.rows(f"{pairs} WHERE {chosen} LIMIT 1", [connection.engine.many(names)])
    return tuple(sorted(rows[0])) if rows else ()


def unreadable_names(connection: Executor, planned: Step, last: Key) -> tuple[Names, Key | None]:
    """Among the batch of rows after the key `last`: the names of those whose value has no place in the new kind of
    its column, and the last key (None: there was no row)."""
    columns = {"name": "text", planned.column: planned.was}
    table = table_object(connection.engine, planned.table, columns, ("name",))
    key = walk_column(connection)
    select = sa.select(key, table.c.name, table.c[planned.column]).where(key > sa.literal(last))
    ordered = select.order_by(key).limit(BATCH)
    answer: dict[str, Storage] = {"key": "text", "name": "text", "value": planned.was}
    statement = compile_statement(connection.engine, ordered, (), answer)
    rows = statement.rows(connection.rows(statement.sql, statement.parameters(())))
    lost = tuple(row["name"] for row in rows if _is_lost(row["value"], planned))
    return lost, rows[-1]["key"] if rows else None


def _is_lost(value: object, planned: Step) -> bool:
    return value not in (None, "") and convert_value(value, planned.was, planned.storage) is None
