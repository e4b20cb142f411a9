"""The span of time that a row belongs to, as an expression that both databases know and that needs no time zone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm_platform.database.dialect import Expression
from crm_platform.database.operators import Operand
from crm_platform.database.statement import Spread


def period_of(operand: Operand, starts: int) -> tuple[Expression, Spread, list[str]]:
    """How many of as many ascending `starts` the column has passed; their parameters' spread and names.

    Comparisons stand as a balanced tree: a row of a year of days is compared nine times.
    """
    binds: list[sa.BindParameter[Any]] = [sa.bindparam(f"period{index}") for index in range(starts)]

    def among(low: int, high: int) -> Expression:
        if low == high:
            return sa.literal_column(str(low))
        middle = (low + high) // 2
        return sa.case((operand.column < binds[middle], among(low, middle)), else_=among(middle + 1, high))

    return among(0, starts), lambda values: [operand.encode(value) for value in values], [b.key for b in binds]
