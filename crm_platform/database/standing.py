"""Which columns stand for those of an index until the switch: so it can be made before they have their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crm_platform.database.names import TOGETHER, parked_name
from crm_platform.database.schema import Action, Step

INDEXING: frozenset[Action] = frozenset({"add index", "add unique"})


def beforehand(steps: Sequence[Step]) -> list[Step]:
    """The steps with each index over the columns that it can be made over before the switch."""
    found = [(planned, stands_in(planned, steps)) for planned in steps]
    return [replace(planned, column=over) if over else planned for planned, over in found]


def stands_in(planned: Step, steps: Sequence[Step]) -> str:
    """The columns, as they are called until the switch, with the values that those of an index are to have; "" when
    there are none."""
    if planned.action not in INDEXING:
        return planned.column
    columns = planned.column.split(TOGETHER)
    found = [_stands_in(planned.table, column, steps, alone=len(columns) == 1) for column in columns]
    return TOGETHER.join(found) if all(found) else ""


def _stands_in(table: str, column: str, steps: Sequence[Step], *, alone: bool) -> str:
    """A column that takes another kind is filled beside itself, one that comes back waits; instead of one that is put
    aside the switch makes a new one, and one that is indexed together with others."""
    there = {one.action: one for one in steps if (one.table, one.column) == (table, column)}
    moved = there.get("convert column") or there.get("restore column")
    if moved is not None:
        return parked_name(column, moved.storage)
    is_made_late = "park column" in there or ("add column" in there and not alone)
    return "" if is_made_late else column


def is_written(planned: Step, steps: Sequence[Step]) -> bool:
    """Whether others write the values of a field that becomes unique, so that these may be equal until the switch."""
    is_new = any(
        one.action == "add column" and one.column == planned.column for one in steps if one.table == planned.table
    )
    return not is_new and stands_in(planned, steps) == planned.column
