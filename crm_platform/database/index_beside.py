"""An index made beside the work on SQLite, whose CREATE INDEX holds every writer until all rows are sorted.

The index grows over a copy of its columns that has the row ids of the table: batches fill the copy, triggers keep it
equal. An entry of an index is the values and the row id (SQLite's file format, 2.5), so the finished index is exactly
that of the table, and one short transaction writes into the schema whose it is. Killed at any point, the next try goes
on; the copy is emptied in batches.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_platform.database.connection import Connection
from crm_platform.database.ddl import column_definition
from crm_platform.database.dialect import Key
from crm_platform.database.dialect_sqlite import SQLITE
from crm_platform.database.executor import Executor
from crm_platform.database.indexes import Index, indexed_columns
from crm_platform.database.inspection import real_tables
from crm_platform.database.names import physical_name, watch_name
from crm_platform.database.preparation import Counted, batches, uncounted
from crm_platform.database.schema import Step
from crm_platform.database.tables import identifier
from crm_platform.database.watching import INDEXED
from crm_platform.errors import UnavailableError

if TYPE_CHECKING:
    from crm_platform.database.sqlite import SqliteDatabase

SCATTERED = 4
"""A batch has so many times fewer rows: each of them touches another page of the index."""

EMPTIED = 1_000
"""Rows that are taken out of the copy of an index at once."""


def index_beside(database: SqliteDatabase, planned: Step, index: Index, counted: Counted) -> None:
    """Make the index of a step while others write; they wait for a batch at most.

    One that is unique must be over values that nobody else writes.
    """
    copy = _Copy(index)
    if not database.read(copy.is_over):
        database.write(copy.begin)
        batches(database, planned, copy.fill, counted, SCATTERED)
        if database.read(copy.is_equal):
            with suppress(UnavailableError):  # some builds let nobody write into the schema: it is made as ever
                database.change_schema(copy.hand_over)
    if not database.read(copy.is_over):
        database.write(copy.make_plainly)
    batches(database, planned, copy.empty, uncounted)
    database.write(copy.drop)


def empty_beside(database: SqliteDatabase, table: str, column: str) -> None:
    """Take the rows out of the copy of an index that was broken off, so that it can be dropped at once.

    The triggers stay meanwhile: a copy that somebody goes on with is incomplete, never unequal without being seen.
    """
    copy = _Copy(Index(table, column))
    for _ in range(database.read(copy.size) // EMPTIED + 1):
        if not database.write(copy.shrink):
            return


@dataclass(frozen=True, slots=True)
class _Copy:
    """The copy of what an index holds, with its row ids."""

    index: Index

    @property
    def name(self) -> str:
        return watch_name(self.index.table, self.index.column, INDEXED)

    @property
    def source(self) -> str:
        return identifier(SQLITE, self.index.table)

    @property
    def columns(self) -> list[str]:
        return [identifier(SQLITE, column) for column in indexed_columns(self.index.column)]

    def is_over(self, connection: Executor) -> bool:
        """Whether the table has the index."""
        return self.index.is_there(connection)

    def is_growing(self, connection: Executor) -> bool:
        """Whether the copy has the index still: somebody may have dropped it, or handed it over."""
        asked = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND name = ?"
        return bool(connection.rows(asked, [self.name, self.index.name]))

    def begin(self, connection: Connection) -> None:
        """Make the copy, its index and the triggers, unless an earlier try did."""
        if self.is_growing(connection) or self.is_over(connection):
            return
        self.drop(connection)
        table = physical_name(self.index.table)
        storages = real_tables(connection, [table])[table].columns
        parts = [
            column_definition(SQLITE, column, storages[physical_name(column)], required=False)
            for column in indexed_columns(self.index.column)
        ]
        connection.run(f'CREATE TABLE {self.name} ("row id" INTEGER PRIMARY KEY, {", ".join(parts)})')
        connection.run(self.index.statement(SQLITE, over=self.name))
        for trigger in self._triggers():
            connection.run(trigger)

    def _triggers(self) -> tuple[str, ...]:
        """No conflict clause: that of the statement which fires a trigger would take its place."""
        forget = f'DELETE FROM {self.name} WHERE "row id" = OLD.rowid;'  # noqa: S608 - our own names, quoted columns
        values = ", ".join(f"NEW.{column}" for column in self.columns)
        note = f"INSERT INTO {self.name} VALUES (NEW.rowid, {values});"  # noqa: S608
        of = ", ".join(self.columns)
        return (
            f"CREATE TRIGGER {self.name}_i AFTER INSERT ON {self.source} BEGIN {note} END",
            f"CREATE TRIGGER {self.name}_u AFTER UPDATE OF {of} ON {self.source} BEGIN {forget} {note} END",
            f"CREATE TRIGGER {self.name}_d AFTER DELETE ON {self.source} BEGIN {forget} END",
        )

    def fill(self, connection: Connection, last: Key, limit: int) -> Key | None:
        """Copy `limit` rows after the row id `last`, but those that are there; returns the last, None at the end."""
        if not self.is_growing(connection):
            return None
        some = f"SELECT rowid FROM {self.source} WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
        end: Key | None = connection.rows(f"SELECT max(rowid) FROM ({some})", [last, limit])[0][0]  # noqa: S608
        if end is not None:
            listed = ", ".join(self.columns)
            rows = f"SELECT rowid, {listed} FROM {self.source} WHERE rowid > ? AND rowid <= ?"  # noqa: S608
            connection.run(f"INSERT OR IGNORE INTO {self.name} {rows}", [last, end])
        return end

    def is_equal(self, connection: Connection) -> bool:
        """Whether the copy has every row of the table, as it is, and no other: VACUUM would have changed row ids."""
        if not self.is_growing(connection):
            return False
        differs = " OR ".join(['c."row id" IS NULL', *(f"c.{column} IS NOT t.{column}" for column in self.columns)])
        missing = f'SELECT 1 FROM {self.source} AS t LEFT JOIN {self.name} AS c ON c."row id" = t.rowid WHERE {differs}'  # noqa: S608
        counts = f"(SELECT count(*) FROM {self.source}) = (SELECT count(*) FROM {self.name})"  # noqa: S608
        return bool(connection.rows(f"SELECT {counts} AND NOT EXISTS ({missing})")[0][0])

    def hand_over(self, connection: Connection) -> None:
        """Write into the schema that the index is the table's, unless another process did or somebody dropped it."""
        if not self.is_growing(connection):
            return
        for event in "iud":
            connection.run(f"DROP TRIGGER {self.name}_{event}")
        version = connection.rows("PRAGMA schema_version")[0][0]
        connection.run(
            "UPDATE sqlite_master SET tbl_name = ?, sql = ? WHERE type = 'index' AND name = ?",
            [physical_name(self.index.table), self.index.statement(SQLITE), self.index.name],
        )
        connection.run(f"PRAGMA schema_version = {version + 1}")  # all connections read the schema anew

    def make_plainly(self, connection: Connection) -> None:
        """Make it with CREATE INDEX, unless another process has handed it over."""
        if not self.is_over(connection):
            self.drop(connection)
            connection.run(self.index.statement(SQLITE))

    def empty(self, connection: Connection, _last: Key, limit: int) -> Key | None:
        """Take a batch of rows out of the copy, which serves no index any more."""
        if not connection.rows(SQLITE.table_query, [self.name]) or self.is_growing(connection):
            return None
        some = f'SELECT "row id" FROM {self.name} ORDER BY "row id" LIMIT ?'  # noqa: S608
        taken = connection.run(f'DELETE FROM {self.name} WHERE "row id" IN ({some})', [limit])  # noqa: S608
        return taken or None

    def size(self, connection: Connection) -> int:
        """The rows of the copy; 0 when there is none."""
        if not connection.rows(SQLITE.table_query, [self.name]):
            return 0
        found: int = connection.rows(f"SELECT count(*) FROM {self.name}")[0][0]  # noqa: S608
        return found

    def shrink(self, connection: Connection) -> int:
        """Take a batch of rows out of the copy, index and all; returns how many."""
        if not connection.rows(SQLITE.table_query, [self.name]):
            return 0
        some = f'SELECT "row id" FROM {self.name} ORDER BY "row id" LIMIT ?'  # noqa: S608
        return connection.run(f'DELETE FROM {self.name} WHERE "row id" IN ({some})', [EMPTIED])  # noqa: S608

    def drop(self, connection: Connection) -> None:
        """Drop the copy and its triggers, and the index if it is the copy's."""
        for statement in SQLITE.unwatch(self.name):
            connection.run(statement)
