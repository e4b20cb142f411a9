"""What both kinds of a site's database do alike on top of their transactions."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from crm_platform.database.brief import NotBriefError
from crm_platform.database.connection import Connection
from crm_platform.database.ddl import ensure_tables
from crm_platform.database.dialect import Dialect, DialectName
from crm_platform.database.dropping import steps_to_drop
from crm_platform.database.dump import Progress, dump, load
from crm_platform.database.executor import Callback
from crm_platform.database.forecast import Forecast, forecast
from crm_platform.database.indexes import Index
from crm_platform.database.inspection import RealTable, real_tables
from crm_platform.database.misfits import unreadable_names
from crm_platform.database.moving import UNRECORDED, move_back, move_unnoted
from crm_platform.database.names import physical_name
from crm_platform.database.portable import digest
from crm_platform.database.preparation import (
    Counted,
    lasts,
    prepare,
    refuse_equals,
    refuse_unprepared,
    uncounted,
    writers_wait,
)
from crm_platform.database.rehearsal import rehearse_inside
from crm_platform.database.schema import Place, Step, plan_steps
from crm_platform.database.statement import shared_statements
from crm_platform.database.steps import apply_steps
from crm_platform.database.system import STATE_MOVE, SystemTable
from crm_platform.database.unfinished import Preparation, clear, made_ahead, sweep, taken_over, unfinished
from crm_platform.metadata.model import Definitions

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Database(ABC):
    """One site's database. Thread-safe. The two kinds differ in how a transaction is begun, ended and repeated."""

    def __init__(self, engine: Dialect) -> None:
        self.dialect: DialectName = engine.name
        self.engine = engine
        self.statements = shared_statements(engine)

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """Open a read transaction: one consistent snapshot."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Connection]:
        """Open a write transaction; commits at the end of the block, rolls back when it raises."""

    @abstractmethod
    def read(self, work: Callable[[Connection], T]) -> T:
        """Run in a read transaction on this thread (one consistent snapshot)."""

    def read_briefly(self, work: Callable[[Connection], T]) -> T:  # noqa: ARG002 for a database that can
        """Run in a read transaction on this thread, which must not be held up: an event loop's.

        Raises NotBriefError when it would take long, or may wait for a network as all reads of PostgreSQL do.
        """
        raise NotBriefError(lasting=True)

    def give_up_brief_read(self) -> None:  # noqa: B027 - no read is brief here
        """For what may take long: raises NotBriefError when the calling thread is in a brief read."""

    @abstractmethod
    def write(self, work: Callable[[Connection], T]) -> T:
        """Run in a write transaction on this thread and commit; any exception rolls back."""

    def listen(self, channel: str, told: Callable[[], None]) -> Callable[[], None]:  # noqa: ARG002 for PostgreSQL
        """Call `told`, in another thread, after transactions of any process that `hint` on the channel.

        Returns what ends it. SQLite knows no such thing: look at the table from time to time, too.
        """
        return lambda: None

    @abstractmethod
    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue a write transaction; the future is done after COMMIT."""

    @abstractmethod
    def close(self) -> None:
        """Finish what is queued and close all connections."""

    def plan(
        self,
        old: Definitions,
        new: Definitions,
        connection: Connection | None = None,
        parked: Collection[Place] = (),
        only: Collection[str] | None = None,
    ) -> list[Step]:
        """Steps that turn the tables of `old` into those of `new`, with risk; looks at the real tables too.

        Give the open transaction when it has changed tables already, and the columns that a plan put aside which is
        now taken back; `only` are the DocTypes to look at (None: all). What preparations have made does not count: it
        is there when the switch takes it over.
        """
        tables = None if only is None else [physical_name(new[name].table) for name in only if name in new]
        if connection is None:
            real = self.read(lambda opened: _without_preparations(opened, tables))
        else:
            real = _without_preparations(connection, tables)
        return plan_steps(old, new, real, parked, only)

    def plan_drop(self, connection: Connection, kept: Definitions, gone: Definitions) -> list[Step]:
        """Steps that drop the tables and columns of `gone` which `kept` do not know."""
        return list(steps_to_drop(kept, gone, real_tables(connection)))

    def apply(self, connection: Connection, steps: Sequence[Step]) -> None:
        """Carry out `steps` in the caller's write transaction. Raises what `steps.apply_steps` raises."""
        clear(connection, steps)
        connection.remove(STATE_MOVE, {"plan": UNRECORDED})
        apply_steps(connection, steps)
        taken_over(connection, steps)

    def switch(self, connection: Connection, steps: Sequence[Step]) -> None:
        """As `apply`, for a change beside running work: raises UnpreparedError when it would take long."""
        refuse_unprepared(connection, steps)
        self.apply(connection, steps)

    def move_back(self, connection: Connection, planned: Step, plan: int, known: Collection[str]) -> None:
        """Move the documents back that `plan` moved to another workflow state; `known` are the states that then are."""
        move_back(connection, planned, plan, known)

    def move_unnoted(self, connection: Connection, planned: Step) -> None:
        """Move documents to another workflow state, for good."""
        move_unnoted(connection, planned)

    def prepare(self, steps: Sequence[Step], counted: Counted = uncounted) -> None:
        """Do beforehand what takes long and nobody sees. May be stopped and repeated at any time; `apply` does what is
        left. Raises what `preparation.prepare` raises."""
        prepare(self, steps, counted)

    def unfinished(self) -> list[Preparation]:
        """What was begun for plans and no switch has taken over."""
        return self.read(unfinished)

    def sweep(self, idle: timedelta, only: Sequence[Step] | None = None) -> list[Preparation]:
        """Take away what nobody has worked on for `idle`, perhaps only what serves some steps; returns what it was."""
        return sweep(self, idle, only)

    def misfits(self, planned: Step, most: int = 1, batches: int | None = None) -> Sequence[str]:
        """Rows whose value is lost when its column is converted as `planned` says, `most` of them at most; `batches`
        bounds how far is looked."""
        found: list[str] = []
        last, looked = self.engine.walk_start, 0
        while len(found) < most and looked != batches:
            names, key = self.read(lambda connection, last=last: unreadable_names(connection, planned, last))  # type: ignore[misc]
            if key is None:
                break
            found += names
            last, looked = key, looked + 1
        return found[:most]

    def forecast(self, steps: Sequence[Step]) -> list[Forecast]:
        """The rows that `steps` touch, and how long they take by experience."""
        return self.read(lambda connection: forecast(connection, steps))

    def writers_wait(self, forecasts: Sequence[Forecast]) -> float:
        """Seconds that those who write wait while the steps of `forecasts` are prepared and switched."""
        return writers_wait(forecasts)

    def lasts(self, forecasts: Sequence[Forecast]) -> float:
        """Seconds from the order to apply `forecasts` until they are live, most of them beside the work."""
        return lasts(self.engine.name, forecasts)

    def rehearse(self, steps: Sequence[Step]) -> list[Forecast]:
        """Carry `steps` out where nobody sees it, and tell how long each takes. Here: on copies of the tables, inside a
        transaction that is taken back. Raises what `apply` raises."""
        refuse_equals(self, steps)
        return rehearse_inside(self, steps)

    @abstractmethod
    def index_ahead(self, planned: Step, index: Index, counted: Counted) -> None:
        """Make the index of a step before the switch, while others read and write."""

    def empty_ahead(self, table: str, column: str) -> None:  # noqa: B027 - PostgreSQL drops what is large at once
        """Make what was prepared for a column small, while others write, before it is taken away."""

    def backup(self, folder: Path, progress: Progress | None = None) -> dict[str, str]:
        """Write a consistent copy to a new folder while others write (see `dump`); returns the tables' digests."""
        return self.read(lambda connection: dump(connection, folder, progress))

    def restore(self, folder: Path, progress: Progress | None = None) -> dict[str, str]:
        """Read such a folder into this database, which must have no rows; returns the tables' digests."""
        digests = self.write(lambda connection: load(connection, folder, progress))
        self.analyze()
        return digests

    def analyze(self) -> None:
        """Tell the planner how the values are spread; worth it after an import and once a day.

        SQLite reads every index for it, about a second per million rows and five indexes, and lets no one write then.
        """
        self.write(lambda connection: connection.run("ANALYZE"))

    def clear_log(self) -> None:  # noqa: B027 - PostgreSQL recycles its own
        """Rub out what the database's log of changes still has of values that are gone, unless somebody reads them."""

    def faults(self) -> list[str]:
        """What is damaged in the database's own files, as far as a client can see; empty when nothing is."""
        return []

    def digest(self) -> dict[str, str]:
        """SHA-256 of the rows of each table: equal content has equal digests, on either kind of database."""
        return self.read(digest)

    def ensure_tables(self, tables: Sequence[SystemTable]) -> None:
        """Make the system tables that are missing, and columns of them that an older version did not have."""
        self.write(lambda connection: ensure_tables(connection, tables))


def _without_preparations(connection: Connection, only: Collection[str] | None) -> dict[str, RealTable]:
    """The real tables without the columns that preparations have made."""
    real = real_tables(connection, only)
    for table, column in made_ahead(connection):
        if table in real:
            real[table].columns.pop(column, None)
    return real


def run_callbacks(callbacks: Sequence[Callback]) -> None:
    """Run what waited for the commit. The data are durable: a callback that fails is logged, no one's write fails."""
    for callback in callbacks:
        try:
            callback()
        except Exception:  # noqa: BLE001 - see above
            _log.exception("A callback after the commit failed")
