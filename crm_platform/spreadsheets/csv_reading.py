"""Reads csv: UTF-8, or what a byte order mark or the caller says; no encoding and no delimiter is ever guessed."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_platform.errors import ValidationError
from crm_platform.spreadsheets.formulas import original
from crm_platform.spreadsheets.source import Cell, Source

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order mark → encoding; the mark of UTF-32 begins like that of UTF-16, so it comes first."""

ZIP_MARK = b"PK\x03\x04"


def read_csv(source: Source) -> Iterator[list[Cell]]:
    """The rows of a csv file. Raises ValidationError naming the row where it cannot be read."""
    if len(source.delimiter) != 1 or source.delimiter in '"\r\n\0':
        raise ValidationError("The delimiter of a csv file is one character, for example ; and no quotation mark.")
    encoding = _encoding(source)
    number = 0
    with source.path.open(encoding=encoding, newline="") as file:
        try:
            for cells in csv.reader(file, strict=True, delimiter=source.delimiter):
                number += 1
                yield [original(cell) if cell[:1] == "'" else cell for cell in cells]
        except UnicodeError as error:  # UTF-16 without its mark and a few codecs raise no UnicodeDecodeError
            raise ValidationError(
                "Row {row} is not written in {encoding}. Say how the file is encoded, for example --encoding gb18030.",
                row=number + 1,
                encoding=encoding,
            ) from error
        except csv.Error as error:
            raise ValidationError(
                "Row {row} cannot be read: {reason}. Check its quotation marks.", row=number + 1, reason=str(error)
            ) from error


def _encoding(source: Source) -> str:
    start = _start(source.path)
    if start.startswith(ZIP_MARK):
        raise ValidationError("{file} is an Excel file. Let its name end in .xlsx.", file=source.path.name)
    marked = next((encoding for mark, encoding in MARKS if start.startswith(mark)), "")
    if marked:
        return marked
    try:
        return _text_encoding(source.encoding or "utf-8")
    except (LookupError, ValueError) as error:
        raise ValidationError(
            "There is no encoding {encoding}. Use utf-8 or gb18030, for example.", encoding=source.encoding
        ) from error


def _text_encoding(name: str) -> str:
    """The encoding's own name; LookupError or ValueError also for codecs that are none of text (hex, undefined)."""
    found: Any = codecs.lookup(name)
    "".encode(name)
    return str(found.name)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)
