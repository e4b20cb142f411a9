"""The files that a pack consists of, each with its place below the pack's folder."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable


def files_below(folder: Traversable, *endings: str, place: str = "") -> Iterator[tuple[str, Traversable]]:
    """Every file whose name ends with one of `endings`, in the order of the names."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from files_below(entry, *endings, place=f"{place}{entry.name}/")
        elif entry.name.endswith(endings):
            yield f"{place}{entry.name}", entry
