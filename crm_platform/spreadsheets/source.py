"""A file with rows, how it is to be read, and what its cells hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a cell holds; an empty one holds ""."""


@dataclass(frozen=True)
class Source:
    """A csv or xlsx file. `encoding` (without a byte order mark UTF-8) and `delimiter` count for csv, `sheet` for
    xlsx with more than one."""

    path: Path
    encoding: str = ""
    delimiter: str = ","
    sheet: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a file with its number there."""

    number: int
    cells: list[Cell]
