"""The index on SQLite: entries as rows, and a full-text table over their tokens that is told of them in batches.

A statement of FTS5 costs more than all else of an entry, and most of it once a transaction. So a new entry waits as a
row, and one that is replaced or removed stays as a row with a negative part, until a number comes up that EVERY
divides: then the full-text table hears of all of them, in the same transaction. A question looks through the few rows
that wait by itself, and finds the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import orjson

from crm_platform.search.base import Found, Index, Named, Where
from crm_platform.search.content import Entry
from crm_platform.search.tokens import Term

EVERY: Final = 64
"""So many entries wait at most."""

LONG: Final = 20_000
"""Characters of tokens with which an entry waits for no others: nobody's save shall pay for many such ones."""

PAGES: Final = 500
"""Pages of the full-text table that a step of a purge merges; FTS5 begins with it when the number is negative."""

WORKED: Final = 2
"""Changes that FTS5 counts for a merge that found something to do."""

ADD = (
    "INSERT INTO search_entry (doctype, name, part, digest, title, body) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
SETTLED = "(SELECT id FROM search_settled)"
COMES = "INSERT INTO search_text (rowid, title, body) SELECT id, title, body FROM search_entry "
GOES = "INSERT INTO search_text (search_text, rowid, title, body) SELECT 'delete', id, title, body FROM search_entry "
SETTLE = (
    f"{GOES} WHERE part < 0 AND id <= {SETTLED} ORDER BY id",
    "DELETE FROM search_entry WHERE part < 0",
    f"{COMES} WHERE id > {SETTLED} ORDER BY id",
    "UPDATE search_settled SET id = (SELECT coalesce(max(id), 0) FROM search_entry)",
)
"""In the order of the numbers, as the full-text table takes them best. The numbers of new rows go on after the greatest
one that is left, which is why rows are deleted here only."""

FIND_SETTLED = (
    "SELECT e.id, e.doctype, e.name FROM search_text AS t JOIN search_entry AS e ON e.id = t.rowid "
    "WHERE search_text MATCH ? AND t.rowid < ? AND e.part IN (SELECT value FROM json_each(?)) "
    "ORDER BY t.rowid DESC LIMIT ?"
)


class SqliteIndex(Index):
    """FTS5 over the tokens of `search_entry`, for the entries up to the number in `search_settled`."""

    MARK = "?"

    def add(self, doctype: str, entries: Sequence[Named]) -> int:
        rows = [(doctype, name, e.part, e.digest, " ".join(e.title), " ".join(e.body)) for name, e in entries]
        written = self._run_many(ADD, rows)
        last = self._rows("SELECT max(id) FROM search_entry")[0][0] or 0
        if last // EVERY > (last - written) // EVERY or any(len(row[-1]) > LONG for row in rows):
            self.settle()
        return written

    def change(self, number: int, entry: Entry) -> None:
        self._run(f"{GOES} WHERE id = ? AND id <= {SETTLED}", (number,))
        sql = "UPDATE search_entry SET digest = ?, title = ?, body = ? WHERE id = ?"
        self._run(sql, (entry.digest, " ".join(entry.title), " ".join(entry.body), number))
        self._run(f"{COMES} WHERE id = ? AND id <= {SETTLED}", (number,))

    def drop(self, doctype: str, names: Sequence[str]) -> None:
        sql = "UPDATE search_entry SET part = -id WHERE doctype = ? AND name = ? AND part >= 0"
        self._run_many(sql, [(doctype, name) for name in names])

    def remove(self, numbers: Sequence[int]) -> None:
        self._run_many("UPDATE search_entry SET part = -id WHERE id = ?", [(number,) for number in numbers])

    def settle(self) -> None:
        for statement in SETTLE:
            self._run(statement)

    def purge(self, *, begun: bool) -> bool:
        """Tokens stay in the segments of the full-text table until those are merged into one."""
        before = self._changes()
        sql = "INSERT INTO search_text (search_text, rank) VALUES ('merge', ?)"
        self._run(sql, (PAGES if begun else -PAGES,))
        return self._changes() - before >= WORKED

    def _changes(self) -> int:
        changes: int = self._rows("SELECT total_changes()")[0][0]
        return changes

    def find(
        self, where: Where, asked: Sequence[Term], parts: Sequence[int], limit: int, before: int | None
    ) -> list[Found]:
        last = before if before is not None else 2**62
        open_parts = orjson.dumps(parts).decode()
        found = self._waiting(where, asked, (last, open_parts, limit))
        question = " AND ".join(_phrase(term) for term in asked)
        if where != "anywhere":
            question = f"title : ({question})"
        rows = self._rows(FIND_SETTLED, (question, last, open_parts, limit - len(found)))
        return found + [Found(*row) for row in rows]

    def _waiting(self, where: Where, asked: Sequence[Term], bounds: tuple[int, str, int]) -> list[Found]:
        """As FTS5 would find them: one token after another, in one column; the last may go on."""
        columns = ("title", "body") if where == "anywhere" else ("title",)
        places = " OR ".join(f"instr(' ' || {column} || ' ', ?)" for column in columns)
        texts = [f" {' '.join(term.tokens)}{'' if term.prefix else ' '}" for term in asked for _ in columns]
        sql = (
            f"SELECT id, doctype, name FROM search_entry WHERE id > {SETTLED} {f'AND ({places}) ' * len(asked)}"  # noqa: S608
            "AND id < ? AND part IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?"
        )
        return [Found(*row) for row in self._rows(sql, (*texts, *bounds))]


def _phrase(term: Term) -> str:
    """Tokens hold neither quotes nor spaces: nothing in them is a sign of the query language."""
    return f'"{" ".join(term.tokens)}"{" *" if term.prefix else ""}'
