"""Writing and asking the index: what is the same on either database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import orjson

from crm_platform.database.connection import Connection
from crm_platform.search.content import Entry
from crm_platform.search.tokens import Term

Named = tuple[str, Entry]
"""An entry with the name of its document."""

Where = Literal["whole", "title", "anywhere"]
"""What must be found: the token of a whole name or title, all terms in name and title, or all terms anywhere."""


@dataclass(frozen=True, slots=True)
class Found:
    """One entry that a question found; `id` grows with the time at which its text was written."""

    id: int
    doctype: str
    name: str


@dataclass(frozen=True, slots=True)
class WalkRow:
    """How far the walk over a DocType is that writes it by `plan`: up to and with `name`, changed at `modified`."""

    doctype: str
    plan: int
    modified: str
    name: str
    done: int


class Index(ABC):
    """The index in one transaction. Statements mark their values by "?", which becomes the driver's own mark."""

    MARK: ClassVar[str]

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @abstractmethod
    def add(self, doctype: str, entries: Sequence[Named]) -> int:
        """Write new entries except those that are there; returns how many."""

    @abstractmethod
    def change(self, number: int, entry: Entry) -> None:
        """Write the text of an entry anew, which keeps its place among the others."""

    @abstractmethod
    def drop(self, doctype: str, names: Sequence[str]) -> None:
        """Take the entries of some documents away, which may be about to be written anew."""

    @abstractmethod
    def remove(self, numbers: Sequence[int]) -> None:
        """Take entries away."""

    @abstractmethod
    def settle(self) -> None:
        """Do what was put off for the next changes, so that nothing is left of what was taken away."""

    @abstractmethod
    def purge(self, *, begun: bool) -> bool:
        """Rub out a part of what is left on the disk of texts that were taken away; tells whether there is more."""

    @abstractmethod
    def find(
        self, where: Where, asked: Sequence[Term], parts: Sequence[int], limit: int, before: int | None
    ) -> list[Found]:
        """The newest entries of `parts` in which all terms are found, older than the entry `before`."""

    def of_document(self, doctype: str, name: str) -> dict[int, tuple[int, int]]:
        """The entries of a document: part → (number, digest)."""
        sql = "SELECT part, id, digest FROM search_entry WHERE doctype = ? AND name = ? AND part >= 0"
        return {part: (number, digest) for part, number, digest in self._rows(sql, (doctype, name))}

    def of_doctype(self, doctype: str) -> list[tuple[Any, ...]]:
        """All entries of a DocType: (number, name, part, digest)."""
        sql = "SELECT id, name, part, digest FROM search_entry WHERE doctype = ? AND part >= 0"
        return self._rows(sql, (doctype,))

    def forget(self, doctype: str) -> None:
        """Take away everything about a DocType that is gone for good."""
        self.remove([row[0] for row in self.of_doctype(doctype)])
        self.settle()
        for table in ("search_part", "search_walk"):
            self._run(f"DELETE FROM {table} WHERE doctype = ?", (doctype,))  # noqa: S608 - names of this room's own

    def add_part(self, number: int, doctype: str, fields: Sequence[str]) -> None:
        """Write down what is in a part, unless it is known."""
        sql = "INSERT INTO search_part (id, doctype, fields) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        self._run(sql, (number, doctype, orjson.dumps(fields).decode()))

    def parts(self) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """All parts: number, DocType, fields."""
        for number, doctype, fields in self._rows("SELECT id, doctype, fields FROM search_part"):
            yield number, doctype, tuple(orjson.loads(fields))

    def walks(self) -> list[WalkRow]:
        """How far the walks over DocTypes are."""
        rows = self._rows("SELECT doctype, plan, modified, name, done FROM search_walk")
        return [WalkRow(*row) for row in rows]

    def note_walk(self, walk: WalkRow) -> None:
        """Write down how far a walk is."""
        sql = (
            "INSERT INTO search_walk (doctype, plan, modified, name, done) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (doctype) DO UPDATE SET plan = excluded.plan, modified = excluded.modified, "
            "name = excluded.name, done = excluded.done"
        )
        self._run(sql, (walk.doctype, walk.plan, walk.modified, walk.name, walk.done))

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.rows(sql.replace("?", self.MARK), values)

    def _run(self, sql: str, values: Sequence[Any] = ()) -> int:
        return self.connection.run(sql.replace("?", self.MARK), values)

    def _run_many(self, sql: str, values: Sequence[Sequence[Any]]) -> int:
        return self.connection.run_many(sql.replace("?", self.MARK), values) if values else 0
