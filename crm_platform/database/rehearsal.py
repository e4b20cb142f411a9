"""Trying steps out where nobody is: on a copy of the tables that they change, with the time that each step takes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from crm_platform.database.executor import Executor
from crm_platform.database.forecast import RATES, Forecast, rows_of, rows_touched
from crm_platform.database.schema import Step
from crm_platform.database.steps import apply_steps
from crm_platform.database.tables import identifier

if TYPE_CHECKING:
    from crm_platform.database.engine import Database

SAMPLE = 200_000
"""Rows of a table that a rehearsal on PostgreSQL copies at most."""

SUFFIX = " (rehearsal)"


class _Over(Exception):
    """Takes the transaction with the copies back."""


def rehearse_on(copy: Database, steps: Sequence[Step]) -> list[Forecast]:
    """Carry the steps out on a database that is a copy of the whole site."""
    found: list[Forecast] = []

    def work(connection: Executor) -> None:
        made = {planned.table for planned in steps if planned.action == "create table"}
        counted = {planned.table: rows_of(connection, planned.table) for planned in steps if planned.table not in made}
        touched = {planned: rows_touched(connection, planned, counted.get(planned.table, 0)) for planned in steps}

        def told(planned: Step, seconds: float) -> None:
            found.append(Forecast(planned, touched[planned], round(seconds, 3), "copy"))

        apply_steps(connection, steps, told)

    copy.write(work)
    return found


def rehearse_inside(database: Database, steps: Sequence[Step]) -> list[Forecast]:
    """Carry the steps out on copies of the tables in a transaction that is taken back; nobody waits for it.

    Of a table of more than SAMPLE rows a part is copied, and the seconds of steps over its rows are multiplied.
    """
    found: list[Forecast] = []

    def work(connection: Executor) -> None:
        made = {planned.table for planned in steps if planned.action == "create table"}
        counted = {
            table: _copy(connection, table)
            for table in dict.fromkeys(planned.table for planned in steps)
            if table not in made
        }

        touched = {planned: rows_touched(connection, planned, counted.get(planned.table, 0)) for planned in steps}

        def told(planned: Step, seconds: float) -> None:
            original = replace(planned, table=planned.table.removesuffix(SUFFIX))
            found.append(_scaled(original, touched[original], seconds))

        apply_steps(connection, [replace(planned, table=planned.table + SUFFIX) for planned in steps], told)
        raise _Over

    with suppress(_Over):
        database.write(work)
    return found


def _copy(connection: Executor, table: str) -> int:
    """Copy up to SAMPLE rows of a table with its indexes; returns how many rows it has."""
    original, copy = identifier(connection.engine, table), identifier(connection.engine, table + SUFFIX)
    connection.run("SET LOCAL statement_timeout = 0")
    connection.run(f"CREATE TABLE {copy} (LIKE {original} INCLUDING ALL)")
    connection.run(f"INSERT INTO {copy} SELECT * FROM {original} LIMIT {SAMPLE}")  # noqa: S608 - quoted names
    return rows_of(connection, table)


def _scaled(planned: Step, rows: int, seconds: float) -> Forecast:
    if rows <= SAMPLE:
        return Forecast(planned, rows, round(seconds, 3), "copy")
    factor = rows / SAMPLE if planned.action in RATES else 1
    return Forecast(planned, rows, round(seconds * factor, 3), "sample")
