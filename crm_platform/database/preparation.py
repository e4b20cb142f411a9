"""What a change needs beforehand, beside the running work: copied values, filled states, indexes. It may be stopped at
any point and repeated, and the switch takes over what is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from crm_platform.database import copying, filling, unique_beside
from crm_platform.database.connection import Connection
from crm_platform.database.ddl import add_column, lock
from crm_platform.database.dialect import DialectName, Key
from crm_platform.database.forecast import Forecast
from crm_platform.database.indexes import Index
from crm_platform.database.inspection import column_names
from crm_platform.database.misfits import equal_names
from crm_platform.database.names import parked_name, physical_name
from crm_platform.database.schema import Action, Step
from crm_platform.database.standing import INDEXING, is_written, stands_in
from crm_platform.database.steps import copy_beside, make_shadow, not_unique
from crm_platform.database.tables import identifier
from crm_platform.database.unfinished import ABANDONED, begin, clear, sweep, work_on
from crm_platform.database.watching import BATCH, is_complete, is_watched, note_complete, watch
from crm_platform.errors import UnavailableError

if TYPE_CHECKING:
    from crm_platform.database.engine import Database

Counted = Callable[[int], None]
"""Hears how many rows were looked at since it was told last."""

FEW = 200
"""Changed rows that may be left for the switch."""

MANY = 5_000
"""Rows of a table from which on a switch does nothing over all of them that can be prepared."""

PATIENCE = 0.2
"""Seconds that others wait for a batch at most, as a rule."""

_ROUNDS = 1000

IN_BATCHES = 2.0
SLOWER_BESIDE: Mapping[DialectName, Mapping[Action, float]] = {
    "sqlite": {"add index": 20.0, "add unique": 20.0},
    "postgresql": {"add index": 3.0, "add unique": 5.0},
}
"""How many times as long a step takes beside the work as at once, with a million rows; any other `IN_BATCHES`."""


class ModelChangedError(UnavailableError):
    """Another transaction has changed the definitions since this one began: the work is done again with the new."""


class UnpreparedError(UnavailableError):
    """The switch would take long: these steps are to be prepared first, then it is tried again."""

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__("The change must be prepared first and could not be. Nothing was changed: try again.")
        self.steps = steps


def uncounted(_rows: int) -> None:
    """Nobody wants to know."""


def prepare(database: Database, steps: Sequence[Step], counted: Counted = uncounted) -> None:
    """Do what takes long of `steps`, in transactions of its own; what was broken off before is swept away.

    Raises UniqueValidationError when a field that is to be unique has equal values.
    """
    sweep(database, ABANDONED, keep=steps)
    again = [planned for planned in steps if planned.action == "convert column"]  # others write while indexes are made
    for planned in (*steps, *again):
        work = _PREPARATIONS.get(planned.action)
        if work is not None and _may_precede(planned, steps):
            database.write(lambda connection: clear(connection, steps))
            work(database, planned, steps, counted)


def refuse_unprepared(connection: Connection, steps: Sequence[Step]) -> None:
    """Raises UnpreparedError when the switch would work through many rows for what can be done beforehand."""
    missing = [
        planned
        for planned in steps
        if planned.action in _IS_READY
        and _may_precede(planned, steps)
        and has_many(connection, planned.table)
        and not _IS_READY[planned.action](connection, planned, steps)
    ]
    if missing:
        raise UnpreparedError(steps)


def has_many(connection: Connection, table: str) -> bool:
    """Whether a table is so large that others would notice work on all its rows."""
    found = connection.rows(f"SELECT 1 FROM {identifier(connection.engine, table)} LIMIT 1 OFFSET {MANY}")  # noqa: S608 - quoted
    return bool(found)


def _may_precede(planned: Step, steps: Sequence[Step]) -> bool:
    """What is converted or put aside is filled in the switch: before, its name has other values."""
    if planned.action != "fill column":
        return bool(stands_in(planned, steps))
    late = ("convert column", "park column", "restore column")
    return not any(one.action in late for one in steps if _place(one) == _place(planned))


def writers_wait(forecasts: Sequence[Forecast]) -> float:
    """Seconds that writers wait for the indexes of a plan: for those that are made in the switch, not beforehand."""
    steps = [one.step for one in forecasts]
    held = (one.seconds for one in forecasts if one.step.action in INDEXING and not _may_precede(one.step, steps))
    return round(sum(held), 3)


def lasts(engine: DialectName, forecasts: Sequence[Forecast]) -> float:
    """Seconds until a plan is live: what is prepared beside the work takes longer than at once, in small batches."""
    steps = [one.step for one in forecasts]
    return round(sum(one.seconds * _slower(engine, one, steps) for one in forecasts), 3)


def _slower(engine: DialectName, one: Forecast, steps: Sequence[Step]) -> float:
    is_ahead = one.step.action in _IS_READY and one.rows > MANY and _may_precede(one.step, steps)
    return SLOWER_BESIDE[engine].get(one.step.action, IN_BATCHES) if is_ahead else 1


def _copy_ahead(database: Database, planned: Step, _steps: Sequence[Step], counted: Counted) -> None:
    shadow = parked_name(planned.column, planned.storage)
    if not database.read(lambda connection: is_complete(connection, planned)):
        database.write(lambda connection: _begin_copy(connection, planned))

        def batch(connection: Connection, last: Key, limit: int) -> Key | None:
            return copying.copy_batch(connection, planned, shadow, last, limit)

        batches(database, planned, batch, counted)
        database.write(lambda connection: note_complete(connection, planned))

    def catch_up(connection: Connection) -> int:
        return copy_beside(connection, planned, lambda: copying.catch_up(connection, planned, shadow))

    _catch_up(database, catch_up)


def _begin_copy(connection: Connection, planned: Step) -> None:
    lock(connection, {"ACCESS EXCLUSIVE": [planned.table]})
    shadow = parked_name(planned.column, planned.storage)
    begin(connection, planned, "" if shadow in column_names(connection, planned.table) else shadow)
    make_shadow(connection, planned)
    if not is_watched(connection, planned):
        watch(connection, planned)


def _fill_ahead(database: Database, planned: Step, steps: Sequence[Step], counted: Counted) -> None:
    if not database.read(lambda connection: is_complete(connection, planned)):
        database.write(lambda connection: _begin_fill(connection, planned, steps))

        def batch(connection: Connection, last: Key, limit: int) -> Key | None:
            return filling.fill_batch(connection, planned, last, limit)

        batches(database, planned, batch, counted)
        database.write(lambda connection: note_complete(connection, planned))
    _catch_up(database, lambda connection: filling.catch_up(connection, planned))


def _begin_fill(connection: Connection, planned: Step, steps: Sequence[Step]) -> None:
    _add_ahead(connection, planned, steps)
    if not is_watched(connection, planned):
        lock(connection, {"ACCESS EXCLUSIVE": [planned.table]})
        watch(connection, planned)


Batch = Callable[[Connection, Key, int], Key | None]
"""Works on so many rows after a key; gives the last key, None at the end."""


def batches(database: Database, planned: Step, batch: Batch, counted: Counted, share: int = 1) -> None:
    """Work through all rows once, each batch in a transaction of its own, as large as others may wait for it.

    `share` says what part of a usual batch is the most at once, for work that costs more per row.
    """
    last: Key | None = database.engine.walk_start
    limit = most = max(BATCH // share, 1)
    while last is not None:
        started = time.perf_counter()
        last = database.write(partial(_one, planned=planned, batch=batch, last=last, limit=limit))
        counted(limit)
        limit = min(_next_limit(limit, time.perf_counter() - started), most)


def _one(connection: Connection, planned: Step, batch: Batch, last: Key, limit: int) -> Key | None:
    work_on(connection, planned)
    return batch(connection, last, limit)


def _next_limit(limit: int, seconds: float) -> int:
    """Fewer rows when a batch took long, its commit included: a slow disk is slow for all."""
    if seconds > PATIENCE:
        return max(limit // 2, 1)
    return min(limit * 2, BATCH) if seconds < PATIENCE / 4 else limit


def _catch_up(database: Database, batch: Callable[[Connection], int]) -> None:
    """Do what others have changed meanwhile, until little is left for the switch."""
    for _ in range(_ROUNDS):
        if database.write(batch) < FEW:
            return


def _index_ahead(database: Database, planned: Step, steps: Sequence[Step], counted: Counted) -> None:
    ahead = replace(planned, column=stands_in(planned, steps))
    database.write(lambda connection: _add_ahead(connection, ahead, steps))
    _make(database, ahead, Index(ahead.table, ahead.column), counted)


def _make(database: Database, planned: Step, index: Index, counted: Counted) -> None:
    if not database.read(index.is_there):
        database.index_ahead(planned, index, counted)


def _unique_ahead(database: Database, planned: Step, steps: Sequence[Step], counted: Counted) -> None:
    """Refuse equal values before anybody has to wait; of a large table make the index, too."""
    ahead = replace(planned, column=stands_in(planned, steps))
    if not database.read(lambda connection: has_many(connection, planned.table)):
        equal = database.read(lambda connection: equal_names(connection, ahead))
    elif is_written(planned, steps):
        database.write(lambda connection: begin(connection, planned))
        equal = unique_beside.grow(database, planned, lambda index: _make(database, planned, index, counted))
    else:
        database.write(lambda connection: _add_ahead(connection, ahead, steps))
        equal = database.read(lambda connection: equal_names(connection, ahead))
        if not equal:
            _make(database, ahead, Index(ahead.table, ahead.column, unique=True), counted)
    if equal:
        sweep(database, timedelta(), only=[ahead])
        raise not_unique(planned, equal)


def _add_ahead(connection: Connection, planned: Step, steps: Sequence[Step]) -> None:
    """Make the column that `planned` is about, if it is a new one, and write down that the preparation began."""
    added = next((one for one in steps if one.action == "add column" and _place(one) == _place(planned)), None)
    missing = added is not None and physical_name(planned.column) not in column_names(connection, planned.table)
    if added is None or not missing:
        begin(connection, planned)
        return
    lock(connection, {"ACCESS EXCLUSIVE": [planned.table]})
    begin(connection, planned, added.column, added.default)
    add_column(connection, added.table, added.column, added.storage, added.default)


def _place(planned: Step) -> tuple[str, str]:
    return planned.table, planned.column


def refuse_equals(database: Database, steps: Sequence[Step]) -> None:
    """Raises UniqueValidationError when a field that is to be unique has equal values."""
    for planned in (one for one in steps if one.action == "add unique"):
        equal = database.read(lambda connection, planned=planned: equal_names(connection, planned))  # type: ignore[misc]
        if equal:
            raise not_unique(planned, equal)


def _is_indexed(connection: Connection, planned: Step, steps: Sequence[Step]) -> bool:
    unique = planned.action == "add unique"
    if unique and is_written(planned, steps):
        return unique_beside.is_ready(connection, planned)
    return Index(planned.table, stands_in(planned, steps), unique).is_there(connection)


def _is_copied(connection: Connection, planned: Step, _steps: Sequence[Step]) -> bool:
    return is_complete(connection, planned)


_PREPARATIONS: Mapping[Action, Callable[[Database, Step, Sequence[Step], Counted], None]] = {
    "convert column": _copy_ahead,
    "fill column": _fill_ahead,
    "add index": _index_ahead,
    "add unique": _unique_ahead,
}

_IS_READY: Mapping[Action, Callable[[Connection, Step, Sequence[Step]], bool]] = {
    "convert column": _is_copied,
    "fill column": _is_copied,
    "add index": _is_indexed,
    "add unique": _is_indexed,
}
