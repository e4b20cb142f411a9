"""The process that opens an xlsx file: limits itself, then writes the rows of one sheet as lines of JSON."""

from __future__ import annotations

import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
import python_calamine

BLOCK = 1 << 20
ERROR_CELL = re.compile(rb"""<c\b[^>]*?\bt\s*=\s*["']e["'][^>]*>""")
REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]+[0-9]+)["']""")


def main(path: str, sheet: str, memory: int, seconds: int) -> None:
    """Write one line per row and a last one, a JSON object, that says how it ended."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        for answer in _answers(path, sheet):
            _tell(answer)
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError):
        _tell({"damaged": True})


def _answers(path: str, sheet: str) -> Iterator[Any]:
    fault = _error_cell(path)
    if fault:
        yield {"fault": fault}
        return
    book = python_calamine.CalamineWorkbook.from_path(path)
    names = book.sheet_names
    if sheet not in names and (sheet or len(names) != 1):
        yield {"sheets": names}
        return
    found = book.get_sheet_by_name(sheet or names[0])
    left = [""] * (found.start[1] if found.start else 0)
    for row in found.iter_rows():
        yield [*left, *(_value(cell) for cell in row)]
    yield {}


def _error_cell(path: str) -> str:
    """The first cell with #N/A or its like; calamine gives such cells as empty ones."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                found = _search(archive, name)
                if found:
                    return found
    return ""


def _search(archive: zipfile.ZipFile, name: str) -> str:
    rest = b""
    with archive.open(name) as file:
        while block := file.read(BLOCK):
            text = rest + block
            match = ERROR_CELL.search(text)
            if match:
                reference = REFERENCE.search(match[0])
                return reference[1].decode() if reference else "?"
            rest = text[max(text.rfind(b"<"), len(text) - BLOCK) :]
    return ""


def _value(cell: Any) -> Any:
    if isinstance(cell, timedelta):
        return {"timedelta": cell.total_seconds()}
    if isinstance(cell, date | datetime | time):
        return {type(cell).__name__: cell.isoformat()}
    return cell


def _tell(answer: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_PASSTHROUGH_DATETIME) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
