"""Writing and asking the index, on either database: the statements that differ, and what is the same."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import orjson

from crm_platform.database.connection import Connection
from crm_platform.database.dialect import DialectName
from crm_platform.search.content import Entry
from crm_platform.search.tokens import GAP, Term

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
    def add(self, doctype: str, entries: Sequence[tuple[str, Entry]]) -> None:
        """Write new entries, each with the name of its document."""

    @abstractmethod
    def change(self, number: int, entry: Entry) -> None:
        """Write the text of an entry anew, which keeps its place among the others."""

    @abstractmethod
    def remove(self, numbers: Sequence[int]) -> None:
        """Take entries away."""

    @abstractmethod
    def find(
        self, where: Where, asked: Sequence[Term], parts: Sequence[int], limit: int, before: int | None
    ) -> list[Found]:
        """The newest entries of `parts` in which all terms are found, older than the entry `before`."""

    def of_document(self, doctype: str, name: str) -> dict[int, tuple[int, int]]:
        """The entries of a document: part → (number, digest)."""
        sql = "SELECT part, id, digest FROM search_entry WHERE doctype = ? AND name = ?"
        return {part: (number, digest) for part, number, digest in self._rows(sql, (doctype, name))}

    @abstractmethod
    def of_documents(self, doctype: str, names: Sequence[str]) -> list[int]:
        """The numbers of all entries of some documents."""

    def of_doctype(self, doctype: str) -> list[tuple[Any, ...]]:
        """All entries of a DocType: (number, name, part, digest)."""
        return self._rows("SELECT id, name, part, digest FROM search_entry WHERE doctype = ?", (doctype,))

    def forget(self, doctype: str) -> None:
        """Take away everything about a DocType that is gone for good."""
        self.remove([row[0] for row in self.of_doctype(doctype)])
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

    def _run(self, sql: str, values: Sequence[Any] = ()) -> None:
        self.connection.run(sql.replace("?", self.MARK), values)

    def _run_many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        if values:
            self.connection.run_many(sql.replace("?", self.MARK), values)


SQLITE_COMES = "INSERT INTO search_text (rowid, title, body) VALUES (?, ?, ?)"
SQLITE_GOES = (
    "INSERT INTO search_text (search_text, rowid, title, body) "
    "SELECT 'delete', id, title, body FROM search_entry WHERE id = ?"
)


class SqliteIndex(Index):
    """FTS5 over the tokens of `search_entry`: it is told of each text that comes, and of each that goes as it was."""

    MARK = "?"

    def add(self, doctype: str, entries: Sequence[tuple[str, Entry]]) -> None:
        """The numbers are those that SQLite would give: there is one writer, and executemany tells none."""
        first = self._rows("SELECT coalesce(max(id), 0) + 1 FROM search_entry")[0][0]
        texts = [(" ".join(entry.title), " ".join(entry.body)) for _, entry in entries]
        rows = [(doctype, name, entry.part, entry.digest) for name, entry in entries]
        self._run_many(
            "INSERT INTO search_entry (id, doctype, name, part, digest, title, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(number, *row, *text) for number, (row, text) in enumerate(zip(rows, texts, strict=True), first)],
        )
        self._run_many(SQLITE_COMES, [(number, *text) for number, text in enumerate(texts, first)])

    def change(self, number: int, entry: Entry) -> None:
        self._run(SQLITE_GOES, (number,))
        text = (" ".join(entry.title), " ".join(entry.body))
        sql = "UPDATE search_entry SET digest = ?, title = ?, body = ? WHERE id = ?"
        self._run(sql, (entry.digest, *text, number))
        self._run(SQLITE_COMES, (number, *text))

    def remove(self, numbers: Sequence[int]) -> None:
        gone = [(number,) for number in sorted(numbers)]
        self._run_many(SQLITE_GOES, gone)
        self._run_many("DELETE FROM search_entry WHERE id = ?", gone)

    def of_documents(self, doctype: str, names: Sequence[str]) -> list[int]:
        sql = "SELECT id FROM search_entry WHERE doctype = ? AND name IN (SELECT value FROM json_each(?))"
        return [number for (number,) in self._rows(sql, (doctype, orjson.dumps(names).decode()))]

    def find(
        self, where: Where, asked: Sequence[Term], parts: Sequence[int], limit: int, before: int | None
    ) -> list[Found]:
        sql = (
            "SELECT e.id, e.doctype, e.name FROM search_text AS t JOIN search_entry AS e ON e.id = t.rowid "
            "WHERE search_text MATCH ? AND t.rowid < ? AND e.part IN (SELECT value FROM json_each(?)) "
            "ORDER BY t.rowid DESC LIMIT ?"
        )
        question = " AND ".join(_sqlite_phrase(term) for term in asked)
        if where != "anywhere":
            question = f"title : ({question})"
        last = before if before is not None else 2**62
        rows = self._rows(sql, (question, last, orjson.dumps(parts).decode(), limit))
        return [Found(*row) for row in rows]


class PostgresIndex(Index):
    """A tsvector made of our tokens and their places: no parser of the server's takes part."""

    MARK = "%s"

    def add(self, doctype: str, entries: Sequence[tuple[str, Entry]]) -> None:
        sql = "INSERT INTO search_entry (doctype, name, part, digest, tokens) VALUES (?, ?, ?, ?, ?::tsvector)"
        self._run_many(sql, [(doctype, name, e.part, e.digest, _vector(e)) for name, e in entries])

    def change(self, number: int, entry: Entry) -> None:
        sql = "UPDATE search_entry SET digest = ?, tokens = ?::tsvector WHERE id = ?"
        self._run(sql, (entry.digest, _vector(entry), number))

    def remove(self, numbers: Sequence[int]) -> None:
        if numbers:
            self._run("DELETE FROM search_entry WHERE id = ANY(?)", (sorted(numbers),))

    def of_documents(self, doctype: str, names: Sequence[str]) -> list[int]:
        sql = "SELECT id FROM search_entry WHERE doctype = ? AND name = ANY(?)"
        return [number for (number,) in self._rows(sql, (doctype, list(names)))]

    def find(
        self, where: Where, asked: Sequence[Term], parts: Sequence[int], limit: int, before: int | None
    ) -> list[Found]:
        # Found first, then limited: the planner would otherwise go through the newest entries and look into each.
        sql = (
            "WITH found AS MATERIALIZED (SELECT id, doctype, name, part FROM search_entry WHERE tokens @@ ?::tsquery) "
            "SELECT id, doctype, name FROM found WHERE id < ? AND part = ANY(?) ORDER BY id DESC LIMIT ?"
        )
        mark = "" if where == "anywhere" else "A"
        question = " & ".join(_postgres_phrase(term, mark) for term in asked)
        last = before if before is not None else 2**62
        return [Found(*row) for row in self._rows(sql, (question, last, list(parts), limit))]


_INDEXES: Mapping[DialectName, type[Index]] = {"sqlite": SqliteIndex, "postgresql": PostgresIndex}


def index_of(connection: Connection) -> Index:
    return _INDEXES[connection.dialect](connection)


def _sqlite_phrase(term: Term) -> str:
    """Tokens hold neither quotes nor spaces: nothing in them is a sign of the query language."""
    return f'"{" ".join(term.tokens)}"{" *" if term.prefix else ""}'


def _postgres_phrase(term: Term, mark: str) -> str:
    *first, last = (f"'{token}'" for token in term.tokens)
    plain = f":{mark}" if mark else ""
    ending = f":*{mark}" if term.prefix else plain
    return f"({' <-> '.join([*(token + plain for token in first), last + ending])})"


def _vector(entry: Entry) -> str:
    """The text of a tsvector: each token with its places; those of the title are marked A."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for place, token in enumerate(entry.title, 1):
        places[token].append(f"{place}A")
    for place, token in enumerate(entry.body, len(entry.title) + 2):
        places[token].append(str(place))
    places.pop(GAP, None)
    return " ".join(f"'{token}':{','.join(found)}" for token, found in places.items())
