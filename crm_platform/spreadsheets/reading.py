"""Reads a csv or xlsx file row by row: numbered as a spreadsheet numbers them, the first row is 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from crm_platform.errors import FileTypeNotAllowedError
from crm_platform.spreadsheets.csv_reading import read_csv
from crm_platform.spreadsheets.limits import check_row
from crm_platform.spreadsheets.source import Cell, Row, Source
from crm_platform.spreadsheets.xlsx_reading import read_xlsx

Reader = Callable[[Source], Iterator[list[Cell]]]

READERS: Mapping[str, Reader] = {".csv": read_csv, ".tsv": read_csv, ".txt": read_csv, ".xlsx": read_xlsx}
"""Ending of a file's name → what gives its rows, empty ones too."""


def read_rows(source: Source) -> Iterator[Row]:
    """All rows of a file that hold anything.

    Raises FileTypeNotAllowedError for another kind of file, ValidationError for one that cannot be read and
    EntityTooLargeError for one beyond the limits.
    """
    reader = READERS.get(source.path.suffix.lower())
    if reader is None:
        raise FileTypeNotAllowedError(
            "{file} is neither a csv nor an xlsx file. Save it as one of these.", file=source.path.name
        )
    for number, cells in enumerate(reader(source), start=1):
        check_row(number, cells)
        if any(cell != "" for cell in cells):
            yield Row(number, cells)
