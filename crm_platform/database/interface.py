"""What the rooms above may ask of the database: the protocols of a site's Database and of one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Literal, Protocol, TypeVar

from crm_platform.database.query import Query
from crm_platform.database.schema import Step
from crm_platform.database.system import SystemTable
from crm_platform.metadata.model import Definitions, DocType

T = TypeVar("T")
Row = dict[str, Any]


class Connection(Protocol):
    """One open transaction. Values go in and come out as Python values of the column's storage kind:
    text str, int int, float float, decimal Decimal, date date, datetime aware UTC datetime, time time; None is NULL."""

    dialect: Literal["sqlite", "postgresql"]

    def select(self, query: Query) -> list[Row]:
        """Rows keyed by column alias, in order."""

    def count(self, query: Query, cap: int | None = None) -> int:
        """Number of distinct documents; stops counting at `cap`."""

    def get_row(self, doctype: DocType, name: str, *, for_update: bool = False) -> Row | None: ...
    def get_rows(self, doctype: DocType, names: Sequence[str]) -> list[Row]: ...
    def get_children(self, child: DocType, parenttype: str, parents: Sequence[str]) -> list[Row]:
        """All child rows of the named parents, sorted by parent, parentfield, idx."""

    def existing(self, doctype: DocType, names: Iterable[str]) -> dict[str, int]:
        """Which of the names exist, with their docstatus (exact, case-sensitive)."""

    def insert_rows(self, doctype: DocType, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert in one statement. Raises DuplicateEntryError (name taken) or UniqueValidationError with the field."""

    def update_row(
        self, doctype: DocType, name: str, values: Mapping[str, Any], *, where: Mapping[str, Any] | None = None
    ) -> bool:
        """One conditional UPDATE; False when no row has this name and the values of `where`."""

    def update_rows(self, doctype: DocType, values: Mapping[str, Any], where: Mapping[str, Any]) -> int: ...
    def delete_rows(self, doctype: DocType, where: Mapping[str, Any]) -> int:
        """Delete where all given columns match (a tuple or list value means IN)."""

    def subtree(self, doctype: DocType, name: str) -> list[str]:
        """`name` and all its descendants in a tree DocType (by its tree_parent field)."""

    def ancestors(self, doctype: DocType, name: str) -> list[str]: ...
    def next_numbers(self, series: str, count: int = 1, *, at_least: int = 0) -> int:
        """Take `count` numbers of a series; returns the first. Numbers of a rolled-back transaction are not lost."""

    # Small tables of the engine itself (database.system): no DocType, no permissions, equality filters only.
    def fetch(self, table: SystemTable, where: Mapping[str, Any] | None = None, **options: Any) -> list[Row]:
        """Rows of a system table; options: order_by="column" or "-column", limit=n."""

    def put(self, table: SystemTable, values: Mapping[str, Any]) -> None:
        """Insert, or replace the row with the same key."""

    def change(self, table: SystemTable, values: Mapping[str, Any], where: Mapping[str, Any]) -> int: ...
    def remove(self, table: SystemTable, where: Mapping[str, Any]) -> int: ...
    def after_commit(self, callback: Callable[[], None]) -> None:
        """Run `callback` once the data are durable; never after a rollback."""


class Database(Protocol):
    """One site's database. Thread-safe."""

    dialect: Literal["sqlite", "postgresql"]

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run in a read transaction on this thread (one consistent snapshot)."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run in a write transaction on this thread and commit; any exception rolls back. On PostgreSQL a deadlock or
        serialization failure replays `work` up to 3 times."""

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue for the group-commit writer (SQLite: one thread, many works per transaction, a SAVEPOINT each;
        PostgreSQL: a small pool of threads). The future is done after COMMIT."""

    def plan(self, old: Definitions, new: Definitions) -> list[Step]:
        """Steps that turn the tables of `old` into those of `new`, with risk; looks at the real tables too."""

    def apply(self, connection: Connection, steps: Sequence[Step]) -> None: ...
    def backup(self, target: str) -> None:
        """Consistent copy while others write."""

    def close(self) -> None: ...
