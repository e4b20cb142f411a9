"""A site's database on PostgreSQL: a small pool, snapshots for reading, replay of what lost a race."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from crm_platform.database.connection import Connection
from crm_platform.database.dialect_postgresql import POSTGRESQL
from crm_platform.database.engine import Database, run_callbacks
from crm_platform.database.hints import Listening
from crm_platform.database.indexes import Index
from crm_platform.database.pool import Pool
from crm_platform.database.preparation import Counted, ModelChangedError
from crm_platform.database.schema import Step
from crm_platform.database.system_rows import COUNTERS
from crm_platform.database.tables import identifier
from crm_platform.errors import CRMError, UnavailableError

T = TypeVar("T")
Raw = psycopg.Connection[tuple[Any, ...]]
Begun = dict[str, dict[Any, Any]]
"""What a transaction knows from its beginning, by the question."""

_REPLAYED = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    # Another process changed the model while this work waited for a table: with the new model it is in order.
    errors.UndefinedColumn,
    errors.UndefinedTable,
    errors.UndefinedFunction,
    errors.DatatypeMismatch,
    errors.InvalidTextRepresentation,
    errors.InvalidDatetimeFormat,
)
_ATTEMPTS = 4  # the first and three replays
_PAUSES = (0.05, 0.2, 0.5)  # seconds before each replay: time for the one that went on to wake up and take its locks
_READ = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {COUNTERS}".encode()
_WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED; {COUNTERS}".encode()
_STRONG_ROLES = """
SELECT rolsuper OR pg_has_role(rolname, 'pg_execute_server_program', 'member')
    OR pg_has_role(rolname, 'pg_read_server_files', 'member') OR pg_has_role(rolname, 'pg_write_server_files', 'member')
FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one process's use of the server; times in seconds."""

    connections: int = 8
    statement_timeout: float = 30.0
    lock_timeout: float = 10.0


DEFAULT_LIMITS = Limits()


class PostgresDatabase(Database):
    """The database under `url`. Raises UnavailableError when it cannot be reached, or when the role is a superuser:
    an attack that reaches SQL would then reach the machine (unless `allow_superuser`)."""

    def __init__(self, url: str, *, limits: Limits = DEFAULT_LIMITS, allow_superuser: bool = False) -> None:
        super().__init__(POSTGRESQL)
        self._url = url
        self._limits = limits
        self._pool = Pool(self._open, limits.connections, limits.lock_timeout)
        self._writers = ThreadPoolExecutor(max(limits.connections // 2, 1), thread_name_prefix="database-writer")
        try:
            self.read(lambda connection: _check_server(connection, allow_superuser=allow_superuser))
        except BaseException:
            self.close()
            raise

    def _open(self) -> Raw:
        try:
            connection = psycopg.connect(self._url, autocommit=True, prepare_threshold=2, connect_timeout=10)
            try:
                self._set_up(connection)
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            raise UnavailableError("The database cannot be reached. Try again in a moment.") from error
        return connection

    def _set_up(self, connection: Raw) -> None:
        connection.prepared_max = 1000
        connection.execute(
            "SELECT set_config('timezone', 'UTC', false), set_config('client_encoding', 'UTF8', false),"
            " set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false)",
            (_milliseconds(self._limits.statement_timeout), _milliseconds(self._limits.lock_timeout)),
        )

    def reading(self) -> Any:
        """Open a read transaction: one snapshot for all its questions."""
        return self._transaction(_READ, writable=False)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a write transaction; commits at the end of the block."""
        with self._transaction(_WRITE, writable=True) as connection:
            yield connection
        run_callbacks(connection.callbacks)

    @contextmanager
    def _transaction(self, begin: bytes, *, writable: bool) -> Iterator[Connection]:
        raw, counters = self._begin(begin)
        connection = Connection(POSTGRESQL, self.statements, raw.cursor(), lambda: _is_open(raw), writable=writable)
        connection.unchanged.update(counters)
        try:
            yield connection
            _commit(connection, raw)
        except BaseException as error:
            with suppress(psycopg.Error):  # the first error is the one to tell
                raw.execute("ROLLBACK")
            if _has_stale_plan(error):
                raw.close()
                self._pool.drain()
            raise
        finally:
            connection.end()
            self._release(raw)

    def _begin(self, begin: bytes) -> tuple[Raw, Begun]:
        """Take a connection and begin; those that died while they waited are replaced, as nothing was sent on them."""
        raw = self._pool.take()
        try:
            return raw, _begun(raw, begin)
        except psycopg.OperationalError:
            self._pool.discard(raw)
            self._pool.drain()
            raw = self._pool.take()
            try:
                return raw, _begun(raw, begin)
            except psycopg.Error as error:
                self._pool.discard(raw)
                raise POSTGRESQL.translate(error) from error

    def _release(self, raw: Raw) -> None:
        if raw.closed or raw.info.transaction_status != TransactionStatus.IDLE:
            self._pool.discard(raw)
        else:
            self._pool.give_back(raw)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run in a read transaction on this thread (one consistent snapshot)."""
        return self._replayed(self.reading, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run in a write transaction on this thread and commit; any exception rolls back.

        A deadlock or serialization failure replays `work` up to three times after growing pauses; then it is a
        ValidationError.
        """
        return self._replayed(self.writing, work)

    def _replayed(self, transaction: Callable[[], Any], work: Callable[[Connection], T]) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with transaction() as connection:
                    return work(connection)
            except CRMError as error:
                if attempt == _ATTEMPTS or not _may_replay(error):
                    raise
            time.sleep(random.uniform(1, 2) * _PAUSES[attempt - 1])  # noqa: S311 - no secret, only apart from others
        raise AssertionError("unreachable: the last attempt returns or raises")

    def listen(self, channel: str, told: Callable[[], None]) -> Callable[[], None]:
        """Call `told` after each transaction that hints on the channel, over a connection of its own."""
        return Listening(self._open, channel, told).stop

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue for the pool of writer threads; the future is done after COMMIT."""
        try:
            return self._writers.submit(self.write, work)
        except RuntimeError:
            raise UnavailableError("The database is closed.") from None

    def index_ahead(self, planned: Step, index: Index, counted: Counted) -> None:  # noqa: ARG002 for SQLite
        """Make the index of a step before the switch, while others read and write (CONCURRENTLY)."""
        name = identifier(POSTGRESQL, index.name)
        raw = self._pool.take()
        try:
            raw.execute("SET statement_timeout = 0; SET lock_timeout = 0")
            raw.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}".encode())  # what was broken off is of no use
            raw.execute(index.statement(POSTGRESQL, beside=True).encode())
        except psycopg.Error as error:
            raise POSTGRESQL.translate(error) from error
        finally:
            self._pool.discard(raw)
        counted(0)

    def close(self) -> None:
        """Finish what is queued and close all connections."""
        self._writers.shutdown()
        self._pool.close()


def _begun(raw: Raw, begin: bytes) -> Begun:
    """Begin and ask for the change counters, which all transactions need first, in one exchange with the server."""
    try:
        found = _exchanged(raw, begin)
    except psycopg.ProgrammingError:  # no site was made in this database yet, or it is none of this role
        raw.execute("ROLLBACK")
        raw.execute(begin.partition(b";")[0])
        return {}
    rows = range(found.ntuples)
    return {COUNTERS: {(found.get_value(n, 0) or b"").decode(): int(found.get_value(n, 1) or 0) for n in rows}}


def _exchanged(raw: Raw, statements: bytes) -> PGresult:
    """The last answer to statements without values. What begins and ends every transaction goes through libpq itself:
    with a cursor of the driver it takes three times as much of the processor."""
    answer = raw.pgconn.exec_(statements)
    if answer.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return answer
    if raw.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(answer.get_error_message())
    raise errors.error_from_result(answer)


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def _is_open(raw: Raw) -> bool:
    return raw.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)


def _commit(connection: Connection, raw: Raw) -> None:
    try:
        connection.perform(lambda: _exchanged(raw, b"COMMIT"))
    except UnavailableError as error:
        if not isinstance(error.__cause__, psycopg.OperationalError):
            raise
        sentence = "The connection broke while saving: perhaps the change was saved. Look before you repeat it."
        raise UnavailableError(sentence) from error


def _may_replay(error: BaseException) -> bool:
    return isinstance(error.__cause__, _REPLAYED) or isinstance(error, ModelChangedError) or _has_stale_plan(error)


def _has_stale_plan(error: BaseException) -> bool:
    """A prepared statement whose columns changed their type under it."""
    return isinstance(error.__cause__, errors.FeatureNotSupported) and "cached plan" in str(error.__cause__)


def _check_server(connection: Connection, *, allow_superuser: bool) -> None:
    if connection.rows("SHOW server_encoding")[0][0] != "UTF8":
        raise UnavailableError("The PostgreSQL database must have the encoding UTF8. Create it with ENCODING 'UTF8'.")
    if not allow_superuser and connection.rows(_STRONG_ROLES)[0][0]:
        raise UnavailableError(
            "The PostgreSQL role of the site is a superuser or may reach the server's files and programs. "
            "Use a plain role that owns the site's database (CREATE ROLE … LOGIN NOSUPERUSER)."
        )
