"""Preparations that no switch has taken over yet. Each is written down when it begins: one that was broken off goes on
with the next try, or is swept away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crm_platform.database.connection import Connection
from crm_platform.database.ddl import drop_column, drop_index, lock
from crm_platform.database.inspection import column_names
from crm_platform.database.names import TOGETHER, physical_name
from crm_platform.database.schema import Step
from crm_platform.database.standing import beforehand
from crm_platform.database.system import PREPARATION
from crm_platform.database.unique_beside import drop_growing
from crm_platform.database.watching import unwatch

if TYPE_CHECKING:
    from crm_platform.database.engine import Database

ABANDONED = timedelta(hours=1)
"""A preparation that nobody has worked on for so long was broken off: the next one sweeps it away."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """One that was begun. `made` is the column that it added ("": none); `worked` when somebody worked on it last."""

    table: str
    column: str
    action: str
    storage: str
    default: str
    made: str
    begun: datetime
    worked: datetime

    @property
    def doctype(self) -> str:
        return self.table.removeprefix("tab")

    @property
    def text(self) -> str:
        return f"{self.action} {self.column} of {self.doctype}"

    def serves(self, planned: Step) -> bool:
        """Whether it goes on with this step."""
        same = (self.table, self.column, self.action) == (planned.table, planned.column, planned.action)
        return same and (self.action != "convert column" or self.storage == planned.storage)


def begin(connection: Connection, planned: Step, made: str = "", default: str = "") -> None:
    """Write down that the preparation of `planned` is at work; one that goes on keeps what it was begun with."""
    now = datetime.now(UTC)
    row = {**_key(planned), "default_value": default, "made": made, "begun": now, "worked": now}
    if not connection.add(PREPARATION, row):
        work_on(connection, planned)


def work_on(connection: Connection, planned: Step) -> None:
    """Write down that somebody is at work on it now."""
    connection.change(PREPARATION, {"worked": datetime.now(UTC)}, _key(planned))


def _key(planned: Step) -> dict[str, str]:
    return {
        "table_name": planned.table,
        "column_name": planned.column,
        "action": planned.action,
        "storage": planned.storage,
    }


def unfinished(connection: Connection) -> list[Preparation]:
    """All that were begun, the oldest first."""
    return [
        Preparation(
            row["table_name"],
            row["column_name"],
            row["action"],
            row["storage"],
            row["default_value"] or "",
            row["made"] or "",
            row["begun"],
            row["worked"],
        )
        for row in connection.fetch(PREPARATION, order_by="begun")
    ]


def made_ahead(connection: Connection) -> set[tuple[str, str]]:
    """The columns that preparations have added, by physical names: no model knows them yet."""
    return {(physical_name(one.table), physical_name(one.made)) for one in unfinished(connection) if one.made}


def taken_over(connection: Connection, steps: Sequence[Step]) -> None:
    """The switch has carried out `steps`: what was prepared for them is part of the model now."""
    done = {(planned.table, planned.column) for planned in (*steps, *beforehand(steps))}
    for one in unfinished(connection):
        if (one.table, one.column) in done:
            unwatch(connection, one.table, one.column)
            _forget(connection, one)


def clear(connection: Connection, steps: Sequence[Step]) -> None:
    """Take away, before `steps` are prepared or carried out, what was prepared for the same columns otherwise."""
    for one in unfinished(connection):
        if any(_contradicts(one, planned) for planned in steps):
            take_away(connection, one)


def _contradicts(one: Preparation, planned: Step) -> bool:
    """It copies values into another kind than `planned` wants, indexes together what `planned` puts aside, or has made
    a column with another kind or default."""
    if one.table != planned.table:
        return False
    moves = planned.action in ("convert column", "park column", "restore column")
    if one.action == "convert column":
        return one.column == planned.column and moves and not one.serves(planned)
    if TOGETHER in one.column:
        return moves and planned.column in one.column.split(TOGETHER)
    mine = planned.action == "add column" and one.made == planned.column
    return mine and (one.default, one.storage) != (planned.default, planned.storage)


def sweep(
    database: Database, idle: timedelta, only: Sequence[Step] | None = None, keep: Sequence[Step] = ()
) -> list[Preparation]:
    """Take away the preparations that nobody has worked on for `idle`: those that serve `only` (None: all) and do not
    serve `keep`. Returns them."""
    late = datetime.now(UTC) - idle
    chosen, kept = None if only is None else beforehand(only), beforehand(keep)
    swept: list[Preparation] = []
    for one in reversed(database.read(unfinished)):  # an index before the column that was made for it
        is_chosen = chosen is None or any(map(one.serves, chosen))
        if is_chosen and one.worked <= late and not any(map(one.serves, kept)):
            database.empty_ahead(one.table, one.column)
            database.write(lambda connection, one=one: take_away(connection, one))  # type: ignore[misc]
            swept.insert(0, one)
    return swept


def take_away(connection: Connection, one: Preparation) -> None:
    """Undo one preparation: its notes, its index, the column that it made. Values of documents stay as they are."""
    lock(connection, {"ACCESS EXCLUSIVE": [one.table]})
    for over in unfinished(connection):
        if over.table == one.table and one.made in over.column.split(TOGETHER) and over != one:
            take_away(connection, over)
    unwatch(connection, one.table, one.column)
    if one.action == "add unique":
        drop_growing(connection, one.table, one.column)
        drop_index(connection, one.table, one.column, unique=True)
    if one.action == "add index" or one.made == one.column:
        drop_index(connection, one.table, one.column, unique=False)
    if one.made and physical_name(one.made) in column_names(connection, one.table):
        drop_column(connection, one.table, one.made)
    _forget(connection, one)


def _forget(connection: Connection, one: Preparation) -> None:
    key = {"table_name": one.table, "column_name": one.column, "action": one.action, "storage": one.storage}
    connection.remove(PREPARATION, key)
