"""Running compiled statements on one transaction's cursor, with errors that a person can read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn, Protocol, TypeVar

from crm_platform.database.brief import Brief
from crm_platform.database.dialect import Dialect, DialectName
from crm_platform.database.statement import StatementCache
from crm_platform.errors import CRMError, DuplicateEntryError, UnavailableError

T = TypeVar("T")
Callback = Callable[[], None]


class TakenError(DuplicateEntryError):
    """A unique index has the value already; `index` is its name, or "table.column" where the database says so."""

    def __init__(self, index: str) -> None:
        super().__init__("This value is taken already. Choose another.")
        self.index = index


class Cursor(Protocol):
    """What both drivers' cursors have in common."""

    @property
    def rowcount(self) -> int: ...
    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any: ...
    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def fetchmany(self, size: int, /) -> list[tuple[Any, ...]]: ...


class _Refusing:
    """Stands in for the cursor of a transaction that failed or is over: nothing may slip in as if all were well."""

    rowcount = 0

    def refuse(self, *_: Any) -> NoReturn:
        raise UnavailableError("The transaction has ended or failed. Nothing of it was saved: try again.")

    execute = executemany = fetchall = fetchmany = refuse


_REFUSING = _Refusing()


class Executor:
    """One open transaction on `cursor`. `writable` tells whether it may change anything; `is_open` asks the driver
    whether the transaction still stands, as SQLite ends it by itself when the disk is full; `brief` are the limits of a
    brief read.

    `unchanged` is a place for what was read and is asked for again: it is emptied by every statement that changes or
    holds rows, as these may then be others.

    `done` is a place for what this transaction has written once and need not write again; what a savepoint takes back
    is no longer there.

    After a statement that failed, every further one and the commit are refused until a `savepoint` is rolled back.
    PostgreSQL demands it; SQLite would go on, and code that swallows errors would work on one of them only.
    """

    def __init__(
        self,
        engine: Dialect,
        statements: StatementCache,
        cursor: Cursor,
        is_open: Callable[[], bool],
        *,
        writable: bool,
        brief: Brief | None = None,
    ) -> None:
        self.dialect: DialectName = engine.name
        self.engine = engine
        self.writable = writable
        self.brief = brief
        self.callbacks: list[Callback] = []
        self.unchanged: dict[Hashable, Any] = {}
        self.done: frozenset[Hashable] = frozenset()
        self._statements = statements
        self._live: Cursor = cursor
        self._cursor: Cursor = cursor
        self._is_open = is_open
        self._savepoints = 0

    @property
    def ended(self) -> bool:
        return self._live is _REFUSING

    @property
    def failed(self) -> bool:
        """Whether a statement has failed, so that every further one is refused until a savepoint is rolled back."""
        return self._cursor is _REFUSING

    def end(self) -> None:
        """Refuse every further statement."""
        self._live = self._cursor = _REFUSING

    def compiled(self, key: Hashable, build: Callable[[], T]) -> T:
        """Return what `build` made for `key` at some time before, or call it. A brief read builds nothing: that takes
        longer than the read."""
        return self._statements.get(key, build if self.brief is None else partial(self.brief.give_up, lasting=False))

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement that answers."""
        try:
            self._cursor.execute(sql, parameters)
            return self._cursor.fetchall() if self.brief is None else self._few(self.brief)
        except self.engine.error as error:
            raise self._failure(error) from error

    def _few(self, brief: Brief) -> list[tuple[Any, ...]]:
        rows = self._cursor.fetchmany(brief.rows + 1)
        return rows if len(rows) <= brief.rows else brief.give_up()

    def changed_rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a statement that changes or holds rows and answers with them."""
        self.unchanged.clear()
        return self.rows(sql, parameters)

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement that changes; returns the number of rows it touched."""
        self.unchanged.clear()
        try:
            self._cursor.execute(sql, parameters)
        except self.engine.error as error:
            raise self._failure(error) from error
        return self._cursor.rowcount

    def run_many(self, sql: str, parameters: Sequence[Sequence[Any]]) -> int:
        """Run a statement once for each set of parameters; returns the number of rows it touched."""
        if len(parameters) == 1:
            return self.run(sql, parameters[0])
        self.unchanged.clear()
        try:
            self._cursor.executemany(sql, parameters)
        except self.engine.error as error:
            raise self._failure(error) from error
        return self._cursor.rowcount

    def perform(self, work: Callable[[], object]) -> None:
        """Do what goes past the cursor as a statement of this transaction: refused after one that failed."""
        self.unchanged.clear()
        if self.failed:
            _REFUSING.refuse()
        try:
            work()
        except self.engine.error as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> CRMError:
        """Name a driver's error for people; the driver's own stays in its cause."""
        self._cursor = _REFUSING
        if not self._is_open():
            self.end()
        index = self.engine.taken(error)
        return self.engine.translate(error) if index is None else TakenError(index)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back only what happened inside when the block raises; the transaction goes on."""
        name, kept, done = f"s{self._savepoints}", len(self.callbacks), self.done
        self._savepoints += 1
        try:
            self.run(f"SAVEPOINT {name}")
            try:
                yield
            except BaseException:
                del self.callbacks[kept:]
                self.done = done
                self._cursor = self._live
                if not self.ended:
                    self.run(f"ROLLBACK TO SAVEPOINT {name}")
                raise
            self.run(f"RELEASE SAVEPOINT {name}")
        finally:
            self._savepoints -= 1

    def hint(self, channel: str) -> None:
        """Wake who listens on `channel` (Database.listen) after this transaction's commit, where that is possible."""
        if self.dialect == "postgresql":
            self.rows("SELECT pg_notify(%s, '')", (channel,))

    def after_commit(self, callback: Callback) -> None:
        """Run `callback` once the data are durable; never after a rollback."""
        self.callbacks.append(callback)
