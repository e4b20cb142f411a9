"""Carrying out schema steps inside one transaction: the switch. What was prepared beforehand is taken over."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from crm_platform.database.copying import copy_column
from crm_platform.database.ddl import (
    add_column,
    create_index,
    create_table,
    drop_index,
    has_index,
    lock,
    rename_column,
)
from crm_platform.database.dropping import drop_columns, drop_table
from crm_platform.database.executor import Executor, TakenError
from crm_platform.database.filling import fill_column
from crm_platform.database.indexes import Index
from crm_platform.database.inspection import column_names
from crm_platform.database.misfits import equal_names
from crm_platform.database.moving import move_states
from crm_platform.database.names import parked_name, physical_name
from crm_platform.database.schema import Action, Step
from crm_platform.database.standing import INDEXING, stands_in
from crm_platform.database.unique_beside import adopt, drop_growing, drop_guard, is_ready
from crm_platform.database.watching import unwatch
from crm_platform.errors import FieldError, UniqueValidationError

T = TypeVar("T")

Told = Callable[[Step, float], None]
"""Hears each step when it is done, with the seconds it took."""


def quiet(_step: Step, _seconds: float) -> None:
    """Nobody wants to know."""


def apply_steps(connection: Executor, steps: Sequence[Step], told: Told = quiet) -> None:
    """Carry out `steps` in their order.

    Raises UniqueValidationError when a field that is to be unique has equal values, UnavailableError when the tables
    stay in use; the transaction must be rolled back then.
    """
    _lock(connection, steps)
    for planned in steps:
        started = time.perf_counter()
        if planned.action in INDEXING:
            _adopt_index(connection, planned, stands_in(planned, steps))
        _ACTIONS[planned.action](connection, planned)
        told(planned, time.perf_counter() - started)


def _lock(connection: Executor, steps: Sequence[Step]) -> None:
    """Nobody reads a table while its columns change; while it gets an index or its rows
    move to other states, nobody writes."""
    changed = {planned.table for planned in steps if planned.action in _EXCLUSIVE}
    indexed = {planned.table for planned in steps if planned.action in _SHARED} - changed
    made = {planned.table for planned in steps if planned.action == "create table"}
    lock(connection, {"ACCESS EXCLUSIVE": sorted(changed - made), "SHARE": sorted(indexed - made)})


def _nothing(_connection: Executor, _planned: Step) -> None:
    """Hiding and showing change nothing in the database: the definitions say what is visible."""


def _create_table(connection: Executor, planned: Step) -> None:
    create_table(
        connection,
        planned.table,
        dict(planned.columns),
        ("name",),
        unique=planned.unique,
        indexes=planned.indexes,
    )


def _add_column(connection: Executor, planned: Step) -> None:
    if physical_name(planned.column) not in column_names(connection, planned.table):
        add_column(connection, planned.table, planned.column, planned.storage, planned.default)


def _park_column(connection: Executor, planned: Step) -> None:
    """Move a column out of the way; an older one that is parked already under its name moves on."""
    unwatch(connection, planned.table, planned.column)
    name = parked_name(planned.column, planned.was)
    if name in column_names(connection, planned.table):
        older = parked_name(planned.column, f"{planned.was}_{_moved_on(connection, planned, planned.was) + 2}")
        rename_column(connection, planned.table, name, older)
    for unique in (True, False):
        drop_index(connection, planned.table, planned.column, unique=unique)
    drop_guard(connection, planned.table, planned.column)
    rename_column(connection, planned.table, planned.column, name)


def _moved_on(connection: Executor, planned: Step, storage: str) -> int:
    """How many older columns of the field are parked under numbers, from 2 on."""
    columns = column_names(connection, planned.table)
    number = 2
    while parked_name(planned.column, f"{storage}_{number}") in columns:
        number += 1
    return number - 2


def _restore_column(connection: Executor, planned: Step) -> None:
    """Give a parked column its name back; the one that had moved on for it returns to its place."""
    name = parked_name(planned.column, planned.storage)
    rename_column(connection, planned.table, name, planned.column)
    moved = _moved_on(connection, planned, planned.storage)
    if moved:
        older = parked_name(planned.column, f"{planned.storage}_{moved + 1}")
        rename_column(connection, planned.table, older, name)


def make_shadow(connection: Executor, planned: Step) -> str:
    """Make sure of the column that the values of a changed kind are copied to; returns its name."""
    shadow = parked_name(planned.column, planned.storage)
    if shadow not in column_names(connection, planned.table):
        add_column(connection, planned.table, shadow, planned.storage)
    return shadow


def copy_beside(connection: Executor, planned: Step, copy: Callable[[], T]) -> T:
    """Copy changed values to the column of the new kind, which may have a unique index already.

    Two of them may be equal as long as not all are copied: then that index is dropped, and made again after it.
    """
    try:
        with connection.savepoint():
            return copy()
    except TakenError:
        drop_index(connection, planned.table, parked_name(planned.column, planned.storage), unique=True)
        return copy()


def _convert_column(connection: Executor, planned: Step) -> None:
    """Fill the column that waits under the new kind's parked name, then swap the two."""
    shadow = make_shadow(connection, planned)
    copy_beside(connection, planned, lambda: copy_column(connection, planned, shadow))
    _park_column(connection, planned)
    _restore_column(connection, planned)


def _adopt_index(connection: Executor, planned: Step, over: str) -> None:
    """Give an index that was made over the columns `over`, which have the names of the step's by now, its own name."""
    if not over or over == planned.column:
        return
    unique = planned.action == "add unique"
    made, wanted = (Index(planned.table, column, unique) for column in (over, planned.column))
    if made.is_there(connection) and not wanted.is_there(connection):
        wanted.drop(connection)  # one that could not be finished
        made.become(connection, wanted)
    if not wanted.is_there(connection):
        made.drop(connection)


def _add_index(connection: Executor, planned: Step) -> None:
    """Make the index of a step, unless it is there."""
    if not has_index(connection, planned.table, planned.column, unique=False):
        drop_index(connection, planned.table, planned.column, unique=False)  # one that could not be finished
        create_index(connection, planned.table, planned.column, unique=False)


def _add_unique(connection: Executor, planned: Step) -> None:
    """Take over what was prepared, or make the index with the writers waiting."""
    wanted = Index(planned.table, planned.column, unique=True)
    if wanted.is_there(connection):
        return
    equal = adopt(connection, planned) if is_ready(connection, planned) else ()
    if equal:
        raise not_unique(planned, equal)
    if wanted.is_there(connection):
        return
    drop_growing(connection, planned.table, planned.column)
    wanted.drop(connection)  # one that could not be finished
    try:
        with connection.savepoint():
            connection.run(wanted.statement(connection.engine))
    except TakenError as taken:
        raise not_unique(planned, equal_names(connection, planned)) from taken


def not_unique(planned: Step, names: Sequence[str]) -> UniqueValidationError:
    """The refusal of a field that is to be unique: two of the documents that have the same value."""
    sentence = "{column} of {doctype} cannot become unique: {first} and {second} have the same value. Change one."
    doctype = planned.table.removeprefix("tab")
    fault = FieldError(planned.column, sentence, "UniqueValidationError", params=_params(planned, names))
    return UniqueValidationError(
        sentence, errors=(fault,), column=planned.column, doctype=doctype, first=names[0], second=names[-1]
    )


def _params(planned: Step, names: Sequence[str]) -> dict[str, object]:
    return {**planned.params, "first": names[0], "second": names[-1]}


def _drop_plain(connection: Executor, planned: Step) -> None:
    drop_index(connection, planned.table, planned.column, unique=False)


def _drop_unique(connection: Executor, planned: Step) -> None:
    drop_index(connection, planned.table, planned.column, unique=True)
    drop_guard(connection, planned.table, planned.column)


_ACTIONS: Mapping[Action, Callable[[Executor, Step], None]] = {
    "create table": _create_table,
    "hide table": _nothing,
    "show table": _nothing,
    "add column": _add_column,
    "hide column": _nothing,
    "show column": _nothing,
    "park column": _park_column,
    "restore column": _restore_column,
    "convert column": _convert_column,
    "add index": _add_index,
    "drop index": _drop_plain,
    "add unique": _add_unique,
    "drop unique": _drop_unique,
    "fill column": fill_column,
    "move states": move_states,
    "drop table": drop_table,
    "drop column": drop_columns,
}
_SHARED: frozenset[Action] = frozenset({"add index", "move states"})
_EXCLUSIVE: frozenset[Action] = frozenset(
    {
        "add column",
        "park column",
        "restore column",
        "convert column",
        "drop index",
        "add unique",
        "drop unique",
        "drop table",
        "drop column",
    }
)
