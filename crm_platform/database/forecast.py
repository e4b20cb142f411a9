"""What the steps of a plan will cost: the rows they touch, and how long they take by experience or by a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crm_platform.database.executor import Executor
from crm_platform.database.moving import moving_rows
from crm_platform.database.schema import Action, Step
from crm_platform.database.tables import identifier

Basis = Literal["estimate", "copy", "sample"]
"""Where the seconds come from: experience, a rehearsal on a copy of all rows, one on a part of them and multiplied."""

RATES: Mapping[Action, float] = {
    "convert column": 40_000,
    "add index": 700_000,
    "add unique": 700_000,
    "fill column": 200_000,
    "move states": 100_000,
}
"""Rows per second of the steps that take longer the more rows there are, on a machine of 2024; all others take no time
worth naming."""

MOMENT = 0.01
"""Seconds of a step that does not depend on the number of rows."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One step: the rows of its table, and the seconds it takes."""

    step: Step
    rows: int
    seconds: float
    basis: Basis


def forecast(connection: Executor, steps: Sequence[Step]) -> list[Forecast]:
    """Count the rows and estimate."""
    counted: dict[str, int] = {}
    for planned in steps:
        if planned.table not in counted:
            counted[planned.table] = 0 if planned.action == "create table" else rows_of(connection, planned.table)
    touched = [(planned, rows_touched(connection, planned, counted[planned.table])) for planned in steps]
    return [Forecast(planned, rows, _seconds(planned, rows), "estimate") for planned, rows in touched]


def rows_touched(connection: Executor, planned: Step, rows: int) -> int:
    """A step touches all `rows` of its table, or the documents that it moves."""
    return moving_rows(connection, planned) if planned.action == "move states" else rows


def _seconds(planned: Step, rows: int) -> float:
    rate = RATES.get(planned.action)
    return round(MOMENT + (rows / rate if rate else 0), 3)


def rows_of(connection: Executor, table: str) -> int:
    """The number of rows of a table."""
    counted: int = connection.rows(f"SELECT count(*) FROM {identifier(connection.engine, table)}")[0][0]  # noqa: S608 - quoted
    return counted
