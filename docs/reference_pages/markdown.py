"""What the pages share: headings with a note on their origin, tables, docstrings as one line."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence


def opening(title: str, prose: str, source: str) -> str:
    """Title, introduction, and where the page comes from."""
    return f"# {title}\n\n{prose}\n\nThis page is made from {source} by `python docs/generate.py`.\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; `|` and line ends inside cells are made harmless."""
    lines = [_row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def code(text: str) -> str:
    """Inline code; nothing for an empty text."""
    return f"`{text}`" if text else ""


def first_sentences(documented: object) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(inspect.cleandoc(getattr(documented, "__doc__", None) or "").split("\n\n")[0].split())
