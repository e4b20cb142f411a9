"""The files of a zip archive as a tree of folders, made once: `zipfile.Path` looks at every name for each folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources.abc import Traversable
from io import TextIOWrapper
from typing import Any
from zipfile import ZipFile


class Entry(Traversable):
    """A file or folder of an archive, as `importlib.resources` walks through them."""

    def __init__(self, archive: ZipFile, name: str, path: str = "") -> None:
        self._archive = archive
        self._name = name
        self._path = path
        self._entries: dict[str, Entry] = {}

    @property
    def name(self) -> str:
        return self._name

    def iterdir(self) -> Iterator[Traversable]:
        return iter(self._entries.values())

    def is_dir(self) -> bool:
        return bool(self._entries) or not self._path or self._path.endswith("/")

    def is_file(self) -> bool:
        return not self.is_dir()

    def joinpath(self, *descendants: Any) -> Traversable:
        """Raises KeyError for what is not there."""
        found = self
        for part in (part for one in descendants for part in str(one).split("/")):
            found = found._entries[part]
        return found

    def open(self, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        content = self._archive.open(self._path)
        return content if "b" in mode else TextIOWrapper(content, *args, **kwargs)

    def read_bytes(self) -> bytes:
        return self._archive.read(self._path)

    def read_text(self, encoding: str | None = None) -> str:
        return self.read_bytes().decode(encoding or "utf-8")

    def add(self, parts: Iterable[str], path: str) -> None:
        """Put the member `path` of the archive into its place, below folders that may have no member of their own."""
        place, way = self, ""
        for part in parts:
            way = f"{way}{part}/"
            place = place._entries.setdefault(part, Entry(self._archive, part, way))
        place._path = path


def tree_of(archive: ZipFile, label: str) -> Entry:
    """All members of an archive; `label` is the name of the root."""
    root = Entry(archive, label)
    for member in archive.infolist():
        root.add(member.filename.rstrip("/").split("/"), member.filename)
    return root
