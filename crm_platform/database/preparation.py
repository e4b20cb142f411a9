"""What a change needs beforehand, beside the running work: copied values, indexes. Nobody sees it; it may be stopped at
any point and repeated, and the switch takes over what is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from crm_platform.database.copying import (
    BATCH,
    catch_up,
    copy_batch,
    identifier,
    is_complete,
    is_watched,
    note_complete,
    watch,
)
from crm_platform.database.ddl import add_column, lock
from crm_platform.database.executor import Executor
from crm_platform.database.inspection import column_names, real_tables
from crm_platform.database.names import index_name, parked_name, physical_name
from crm_platform.database.schema import Action, Step
from crm_platform.database.steps import make_shadow, not_unique

if TYPE_CHECKING:
    from crm_platform.database.engine import Database

Counted = Callable[[int], None]
"""Hears how many rows were looked at since it was told last."""

FEW = 200
"""Changed rows that may be left for the switch."""

_ROUNDS = 1000


def uncounted(_rows: int) -> None:
    """Nobody wants to know."""


def prepare(database: Database, steps: Sequence[Step], counted: Counted = uncounted) -> None:
    """Do what takes long of `steps`, in transactions of its own.

    Raises UniqueValidationError when a field that is to be unique has equal values.
    """
    for planned in steps:
        work = _PREPARATIONS.get(planned.action)
        if work is not None:
            work(database, planned, [other for other in steps if _place(other) == _place(planned)], counted)


def _place(planned: Step) -> tuple[str, str]:
    return planned.table, planned.column


def _copy_ahead(database: Database, planned: Step, _beside: Sequence[Step], counted: Counted) -> None:
    if database.read(lambda connection: is_complete(connection, planned)):
        _catch_up(database, planned, parked_name(planned.column, planned.storage))
        return
    shadow = database.write(lambda connection: _begin_copy(connection, planned))
    last = ""
    while last := database.write(lambda connection, last=last: copy_batch(connection, planned, shadow, last)):  # type: ignore[misc]
        counted(BATCH)
    database.write(lambda connection: note_complete(connection, planned))
    _catch_up(database, planned, shadow)


def _catch_up(database: Database, planned: Step, shadow: str) -> None:
    """Copy what others have changed meanwhile, until little is left for the switch."""
    for _ in range(_ROUNDS):
        if database.write(lambda connection: catch_up(connection, planned, shadow)) < FEW:
            return


def _begin_copy(connection: Executor, planned: Step) -> str:
    lock(connection, {"ACCESS EXCLUSIVE": [planned.table]})
    shadow = make_shadow(connection, planned)
    if not is_watched(connection, planned):
        watch(connection, planned)
    return shadow


def _index_ahead(database: Database, planned: Step, beside: Sequence[Step], counted: Counted) -> None:
    """A column that is converted or put aside gets its index in the switch: before, its name has other values."""
    others = [other for other in beside if other is not planned]
    if any(other.action not in ("add column", "show column") for other in others):
        return
    for added in (other for other in others if other.action == "add column"):
        database.write(lambda connection, added=added: _add_ahead(connection, added))  # type: ignore[misc]
    table = database.read(real_tables)[physical_name(planned.table)]
    if index_name(planned.table, planned.column) not in table.indexes:
        database.index_ahead(planned.table, planned.column)
        counted(0)


def _add_ahead(connection: Executor, planned: Step) -> None:
    if physical_name(planned.column) not in column_names(connection, planned.table):
        lock(connection, {"ACCESS EXCLUSIVE": [planned.table]})
        add_column(connection, planned.table, planned.column, planned.storage, planned.default)


def refuse_equals(database: Database, steps: Sequence[Step]) -> None:
    """Raises UniqueValidationError when a field that is to be unique has equal values."""
    for planned in steps:
        if planned.action == "add unique":
            _look_for_equals(database, planned, (), uncounted)


def _look_for_equals(database: Database, planned: Step, _beside: Sequence[Step], _counted: Counted) -> None:
    """Refuse before anybody has to wait. The index itself is made in the switch: before, it would refuse writers."""

    def twice(connection: Executor) -> bool:
        if physical_name(planned.column) not in column_names(connection, planned.table):
            return False
        column, table = identifier(connection, planned.column), identifier(connection, planned.table)
        filled = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 - quoted names
        return bool(connection.rows(f"{filled} GROUP BY {column} HAVING count(*) > 1 LIMIT 1"))

    if database.read(twice):
        raise not_unique(planned)


_PREPARATIONS: Mapping[Action, Callable[[Database, Step, Sequence[Step], Counted], None]] = {
    "convert column": _copy_ahead,
    "add index": _index_ahead,
    "add unique": _look_for_equals,
}
