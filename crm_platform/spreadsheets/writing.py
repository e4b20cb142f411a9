"""Writes rows as csv or xlsx in constant memory; a text never becomes a formula, a number never a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from typing import IO, Any

from crm_platform.errors import EntityTooLargeError, FileTypeNotAllowedError
from crm_platform.spreadsheets.formulas import harmless
from crm_platform.spreadsheets.limits import ROWS, XLSX_TEXT

Rows = Iterable[Sequence[Any]]

XLSXWRITER = "xlsxwriter"
"""Loaded with the first xlsx file: a server starts without it."""

FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts a day that never was."""

FORMATS: Mapping[type, str] = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd", time: "hh:mm:ss"}


def write_table(file: IO[bytes], kind: str, columns: Sequence[str], rows: Rows) -> None:
    """Write a header and rows of Python values to `file`; `kind` is csv or xlsx.

    Raises FileTypeNotAllowedError for another kind, EntityTooLargeError for what an xlsx file cannot hold.
    """
    writer = WRITERS.get(kind)
    if writer is None:
        raise FileTypeNotAllowedError("{kind} is neither csv nor xlsx. Choose one of these.", kind=kind)
    writer(file, columns, rows)


def table_bytes(kind: str, columns: Sequence[str], rows: Rows) -> bytes:
    """The same as bytes, for answers that are small enough."""
    file = io.BytesIO()
    write_table(file, kind, columns, rows)
    return file.getvalue()


def _write_csv(file: IO[bytes], columns: Sequence[str], rows: Rows) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([_csv_cell(column) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    text.detach()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    return _text(value) if isinstance(value, date | time | Decimal) else value


def _text(value: date | time | Decimal) -> str:
    """A value as ISO 8601 or plain decimal text, exactly."""
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()


def _write_xlsx(file: IO[bytes], columns: Sequence[str], rows: Rows) -> None:
    with import_module(XLSXWRITER).Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        bold = book.add_format({"bold": True})
        for place, name in enumerate(columns):
            sheet.write_string(0, place, name, bold)
        sheet.freeze_panes(1, 0)
        for index, row in enumerate(rows, start=1):
            if index >= ROWS:
                raise EntityTooLargeError("An xlsx file holds {limit} rows only. Export csv.", limit=ROWS)
            for column, value in enumerate(row):
                _write_cell(sheet, index, column, value, formats)


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: Mapping[type, Any]) -> None:
    """One cell: what Excel cannot hold exactly is written as text."""
    if value is None or value == "":
        return
    if isinstance(value, date | time) and _is_exact_time(value):
        sheet.write_datetime(row, column, value, formats[type(value)])
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, float) or (isinstance(value, int | Decimal) and Decimal(repr(float(value))) == value):
        sheet.write_number(row, column, value)
    else:
        text = value if isinstance(value, str) else _text(value) if isinstance(value, date | time) else str(value)
        if len(text) > XLSX_TEXT:
            raise EntityTooLargeError(
                "A text of {size} characters does not fit into an xlsx file ({limit}). Export csv.",
                size=len(text),
                limit=XLSX_TEXT,
            )
        sheet.write_string(row, column, text)


def _is_exact_time(value: date | time) -> bool:
    if isinstance(value, time):
        return not value.microsecond and value.tzinfo is None
    if isinstance(value, datetime):
        return not value.microsecond and value.tzinfo is None and value.date() >= FIRST_DAY
    return value >= FIRST_DAY


Writer = Callable[[IO[bytes], Sequence[str], Rows], None]

WRITERS: Mapping[str, Writer] = {"csv": _write_csv, "xlsx": _write_xlsx}
