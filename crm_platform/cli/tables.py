"""Tables on the terminal: cells are taken as they are, without markup, and a long word is folded, never cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

Cell = str | Text


def styled(text: str, style: str) -> Text:
    """A cell in a style of rich."""
    return Text(text, style)


def show_table(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "", lines: bool = False) -> None:
    """Print the rows below their headers, with `lines` between them where cells are long; nothing without rows."""
    columns = (Column(header, overflow="fold") for header in headers)
    table = Table(*columns, title=Text(title) if title else None, show_lines=lines)
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    if table.row_count:
        Console().print(table)
