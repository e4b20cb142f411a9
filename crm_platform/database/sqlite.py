"""A site's database in one SQLite file: WAL, fsync at every commit, one writer at a time over all processes."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import get_ident
from typing import TypeVar

from crm_platform.database.brief import SECONDS, Brief, NotBriefError
from crm_platform.database.connection import Connection
from crm_platform.database.dialect_sqlite import SQLITE
from crm_platform.database.engine import Database, run_callbacks
from crm_platform.database.filelock import exclusive
from crm_platform.database.forecast import Forecast
from crm_platform.database.group_commit import GroupCommit
from crm_platform.database.index_beside import empty_beside, index_beside
from crm_platform.database.indexes import Index
from crm_platform.database.pool import Pool
from crm_platform.database.preparation import Counted, has_many, refuse_equals
from crm_platform.database.rehearsal import rehearse_on
from crm_platform.database.schema import Step
from crm_platform.errors import UnavailableError

T = TypeVar("T")

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 67108864",
)

STEPS = 1000
"""Steps of SQLite's machine between two looks at the clock in a brief read: some hundredths of a millisecond."""


class SqliteDatabase(Database):
    """The database in the file `path`.

    Who waits longer than `lock_timeout` seconds for the lock is refused; a brief read may take `brief_limit` seconds.
    """

    def __init__(
        self, path: Path, *, lock_timeout: float = 10.0, brief_limit: float = SECONDS, connections: int = 32
    ) -> None:
        super().__init__(SQLITE)
        self._path = path
        self._lock_path = path.with_name(path.name + ".lock")
        self._lock_timeout = lock_timeout
        self.brief_limit = brief_limit
        self._readers = Pool(partial(self._open_reader, lock_timeout), connections, lock_timeout)
        self._brief_readers = Pool(partial(self._open_reader, 0.0), connections, 0.0)
        self._brief_reads: dict[int, Brief] = {}
        self._writers = Pool(partial(self._open, lock_timeout), connections, lock_timeout)
        self._pools = (self._readers, self._brief_readers, self._writers)
        self._group = GroupCommit(self.writing)
        self._writers.give_back(self._writers.take())  # a file that cannot be opened is told now

    def _open(self, busy_timeout: float) -> sqlite3.Connection:
        try:
            _create(self._path)
            connection = sqlite3.connect(
                self._path,
                timeout=busy_timeout,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=512,
            )
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except (OSError, sqlite3.Error) as error:
            sentence = "The database file {path} cannot be opened: {reason}. Check the folder and its rights."
            raise UnavailableError(sentence, path=str(self._path), reason=str(error)) from error
        if sys.version_info >= (3, 12):
            # Where the build allows it, an unknown quoted name is an error and not a text.
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, False)
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DDL, False)
        return connection

    def _open_reader(self, busy_timeout: float) -> sqlite3.Connection:
        connection = self._open(busy_timeout)
        connection.execute("PRAGMA query_only = ON")
        return connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read transaction: a snapshot that no writer disturbs."""
        raw = self._readers.take()
        try:
            with self._transaction(raw, "BEGIN", writable=False) as connection:
                yield connection
        finally:
            self._readers.give_back(raw)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a write transaction when it is this process's turn; commits at the end of the block."""
        with exclusive(self._lock_path, self._lock_timeout):
            raw = self._writers.take()
            try:
                with self._transaction(raw, "BEGIN IMMEDIATE", writable=True) as connection:
                    yield connection
            finally:
                self._writers.give_back(raw)
        run_callbacks(connection.callbacks)

    @contextmanager
    def _transaction(
        self, raw: sqlite3.Connection, begin: str, *, writable: bool, brief: Brief | None = None
    ) -> Iterator[Connection]:
        cursor = raw.cursor()
        connection = Connection(
            SQLITE, self.statements, cursor, lambda: raw.in_transaction, writable=writable, brief=brief
        )
        connection.run(begin)
        try:
            yield connection
            connection.run("COMMIT")
        except BaseException:
            cursor.close()  # a statement that was left in the middle would keep its snapshot
            if raw.in_transaction:
                # The first error is the one to tell, and SQLite forgets what is not committed.
                with suppress(sqlite3.Error):
                    raw.execute("ROLLBACK")
            raise
        finally:
            connection.end()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run in a read transaction on this thread (one consistent snapshot)."""
        with self.reading() as connection:
            return work(connection)

    def read_briefly(self, work: Callable[[Connection], T]) -> T:
        """Run in a read transaction on this thread; raises NotBriefError as soon as it turns out to take long."""
        brief, thread = Brief(self.brief_limit), get_ident()
        self._brief_reads[thread] = brief
        try:
            return brief.finish(lambda: self._read_briefly(work, brief))
        except UnavailableError:
            raise NotBriefError(lasting=False) from None
        finally:
            del self._brief_reads[thread]

    def _read_briefly(self, work: Callable[[Connection], T], brief: Brief) -> T:
        raw = self._brief_readers.take()
        raw.set_progress_handler(brief.is_late, STEPS)
        try:
            with self._transaction(raw, "BEGIN", writable=False, brief=brief) as connection:
                return work(connection)
        finally:
            raw.set_progress_handler(None, 0)
            self._brief_readers.give_back(raw)

    def give_up_brief_read(self) -> None:
        """For what may take long: raises NotBriefError when the calling thread is in a brief read."""
        brief = self._brief_reads.get(get_ident())
        if brief is not None:
            brief.give_up()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run in a write transaction on this thread and commit; any exception rolls back."""
        with self.writing() as connection:
            return work(connection)

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue for the group-commit writer; the future is done after COMMIT."""
        return self._group.submit(work)

    def change_schema(self, work: Callable[[Connection], None]) -> None:
        """Run in a write transaction that may say whose an index is, on a connection of its own: no other has that
        right, and none keeps what it knew of the schema before."""
        with exclusive(self._lock_path, self._lock_timeout), closing(self._open(self._lock_timeout)) as raw:
            raw.execute("PRAGMA writable_schema = ON")
            with self._transaction(raw, "BEGIN IMMEDIATE", writable=True) as connection:
                work(connection)

    def index_ahead(self, planned: Step, index: Index, counted: Counted) -> None:
        """Make the index of a step before the switch: of a large table beside the work, of a small one at once."""
        if self.read(lambda connection: has_many(connection, planned.table)):
            index_beside(self, planned, index, counted)
        else:
            self.write(lambda connection: _make(connection, index))

    def empty_ahead(self, table: str, column: str) -> None:
        """Empty the copy of an index that was broken off: dropped with its rows it would hold the writers."""
        empty_beside(self, table, column)

    def rehearse(self, steps: Sequence[Step]) -> list[Forecast]:
        """Carry `steps` out on a copy of the file, and tell how long each takes. Raises what `apply` raises."""
        refuse_equals(self, steps)
        with TemporaryDirectory(prefix=".rehearsal-", dir=self._path.parent) as folder:
            path = Path(folder) / "copy.db"
            self._copy_to(path)
            copy = SqliteDatabase(path)
            try:
                return rehearse_on(copy, steps)
            finally:
                copy.close()

    def _copy_to(self, path: Path) -> None:
        raw = self._readers.take()
        try:
            with closing(sqlite3.connect(path)) as target:
                raw.backup(target)
        except sqlite3.Error as error:
            raise SQLITE.translate(error) from error
        finally:
            self._readers.give_back(raw)

    def analyze(self) -> None:
        """Tell the planner how the values are spread; worth it after an import and once a day."""
        super().analyze()
        for pool in self._pools:  # an open connection keeps what it knew
            pool.drain()

    def clear_log(self) -> None:
        """Bring the write-ahead log into the database and empty it; not while a reader needs it, as nobody waits."""
        with suppress(sqlite3.Error, UnavailableError), closing(self._open(0.0)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def faults(self) -> list[str]:
        """What `PRAGMA integrity_check` says besides "ok"."""
        rows = self.read(lambda connection: connection.rows("PRAGMA integrity_check"))
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def close(self) -> None:
        """Finish what is queued and close all connections."""
        self._group.close()
        for pool in self._pools:
            pool.close()


def _make(connection: Connection, index: Index) -> None:
    if not index.is_there(connection):
        connection.run(index.statement(SQLITE))


def _create(path: Path) -> None:
    """Create the file for its owner alone, unless it is there.

    A file that is there is never opened here: closing it would drop the locks of all connections of this process
    (POSIX), and another process would then take the write-ahead log for left over and delete it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
