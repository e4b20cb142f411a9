"""Indexes: what they hold, the statements that make them, and how one that was made for another name becomes wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crm_platform.database.dialect import Dialect, DialectName
from crm_platform.database.executor import Executor
from crm_platform.database.inspection import real_tables
from crm_platform.database.names import TOGETHER, index_name, physical_name
from crm_platform.database.tables import identifier
from crm_platform.errors import UnavailableError
from crm_platform.metadata.sort_keys import is_sort_key


def indexed_columns(column: str) -> tuple[str, ...]:
    """What an index holds, of one column or of several with `TOGETHER` between them: what lists sort by has the name
    beside it, to break ties without sorting."""
    if TOGETHER in column:
        return tuple(column.split(TOGETHER))
    return (column, "name") if column == "modified" or is_sort_key(column) else (column,)


@dataclass(frozen=True, slots=True)
class Index:
    """An index over a column, or several. `called` is its name, if it is not yet the one that it is to keep."""

    table: str
    column: str
    unique: bool = False
    called: str = ""

    @property
    def name(self) -> str:
        return self.called or index_name(self.table, self.column, unique=self.unique)

    def statement(self, dialect: Dialect, *, beside: bool = False, over: str = "") -> str:
        """The statement that makes it; `beside` is PostgreSQL's way that lets writers go on, `over` the table to index
        instead."""
        kind = f"{'UNIQUE ' if self.unique else ''}INDEX{' CONCURRENTLY' if beside else ''}"
        first, *others = (identifier(dialect, part) for part in indexed_columns(self.column))
        parts = [f"{first}{dialect.index_order}", *others]
        name, table = identifier(dialect, self.name), identifier(dialect, over or self.table)
        return f"CREATE {kind} {name} ON {table} ({', '.join(parts)})"

    def is_there(self, connection: Executor) -> bool:
        """Whether the table has it, and it is usable."""
        table = physical_name(self.table)
        return self.name in real_tables(connection, [table])[table].indexes

    def drop(self, connection: Executor) -> None:
        connection.run(f"DROP INDEX IF EXISTS {identifier(connection.engine, self.name)}")

    def become(self, connection: Executor, wanted: Index) -> bool:
        """Give it the name, the columns' names and the kind of `wanted`, which has its values; no row is looked at.

        False where the database lets nobody do so: then it is as it was.
        """
        return _BECOME[connection.dialect](connection, self, wanted)


def _renamed(connection: Executor, index: Index, wanted: Index) -> bool:
    name, new = (identifier(connection.engine, one.name) for one in (index, wanted))
    connection.run(f"ALTER INDEX {name} RENAME TO {new}")
    return True


def _described_anew(connection: Executor, index: Index, wanted: Index) -> bool:
    """SQLite cannot rename an index, and stores a unique one as any other: what its schema says of it is changed."""
    connection.run("PRAGMA writable_schema = ON")
    try:
        with connection.savepoint():
            version = connection.rows("PRAGMA schema_version")[0][0]
            connection.run(
                "UPDATE sqlite_master SET name = ?, sql = ? WHERE type = 'index' AND name = ?",
                [wanted.name, wanted.statement(connection.engine), index.name],
            )
            connection.run(f"PRAGMA schema_version = {version + 1}")  # all connections read the schema anew
    except UnavailableError:  # some builds let nobody write into the schema
        return False
    finally:
        connection.run("PRAGMA writable_schema = OFF")
    return True


_BECOME: Mapping[DialectName, Callable[[Executor, Index, Index], bool]] = {
    "sqlite": _described_anew,
    "postgresql": _renamed,
}
