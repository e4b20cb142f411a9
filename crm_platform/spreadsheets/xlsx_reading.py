"""Reads xlsx in a process of its own with limited memory and time: a hostile file harms nothing but that process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

from crm_platform.errors import ValidationError
from crm_platform.spreadsheets.source import Cell, Source

MEMORY = 1 << 30
"""Bytes of address space that the child may use; a sheet with 100,000 rows of 50 columns takes a third."""

SECONDS = 120
"""Processor time of the child."""

CHILD = "crm_platform.spreadsheets.xlsx_child"


def read_xlsx(source: Source) -> Iterator[list[Cell]]:
    """The rows of one sheet. Raises ValidationError for a file that is damaged, too big or has several sheets."""
    command = [sys.executable, "-P", "-m", CHILD, str(source.path), source.sheet, str(MEMORY), str(SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        try:
            assert child.stdout is not None  # noqa: S101 asked for above; tells mypy
            ended = False
            for line in child.stdout:
                told = orjson.loads(line)
                if isinstance(told, dict):
                    _refuse(source, told)
                    ended = True
                else:
                    yield [_cell(value) for value in told]
            if not ended:
                raise ValidationError(
                    "{file} is too big or damaged: it could not be read within {memory} MB. Save it as csv.",
                    file=source.path.name,
                    memory=MEMORY >> 20,
                )
        finally:
            with suppress(ProcessLookupError):
                child.kill()


def _refuse(source: Source, told: Mapping[str, Any]) -> None:
    """Raise what the child found wrong with the file."""
    if "sheets" in told:
        raise ValidationError(
            "{file} has the sheets {sheets}. Say which one, for example --sheet {first}.",
            file=source.path.name,
            sheets=", ".join(told["sheets"]),
            first=told["sheets"][0] if told["sheets"] else "",
        )
    if "fault" in told:
        raise ValidationError(
            "Cell {cell} of {file} holds the error of a formula. Correct or empty it.",
            cell=told["fault"],
            file=source.path.name,
        )
    if "damaged" in told:
        raise ValidationError("{file} cannot be read as an Excel file.", file=source.path.name)


def _cell(value: Any) -> Cell:
    """A cell from its JSON; what JSON does not know comes as {"kind": text}."""
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]
    ((kind, text),) = value.items()
    return KINDS[kind](text)


KINDS: Mapping[str, Callable[[Any], Cell]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}
