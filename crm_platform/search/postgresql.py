"""The index on PostgreSQL: a tsvector made of our tokens and their places. No parser of the server's takes part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from crm_platform.search.base import Found, Index, Named, Where
from crm_platform.search.content import Entry
from crm_platform.search.tokens import GAP, Term

ADD = (
    "INSERT INTO search_entry (doctype, name, part, digest, tokens) VALUES (?, ?, ?, ?, ?::tsvector) "
    "ON CONFLICT DO NOTHING"
)
# Found first, then limited: the planner would otherwise go through the newest entries and look into each.
FIND = (
    "WITH found AS MATERIALIZED (SELECT id, doctype, name, part FROM search_entry WHERE tokens @@ ?::tsquery) "
    "SELECT id, doctype, name FROM found WHERE id < ? AND part = ANY(?) ORDER BY id DESC LIMIT ?"
)


class PostgresIndex(Index):
    """Each statement does at once what it says; the server itself lets new tokens wait in its index."""

    MARK = "%s"

    def add(self, doctype: str, entries: Sequence[Named]) -> int:
        return self._run_many(ADD, [(doctype, name, e.part, e.digest, _vector(e)) for name, e in entries])

    def change(self, number: int, entry: Entry) -> None:
        sql = "UPDATE search_entry SET digest = ?, tokens = ?::tsvector WHERE id = ?"
        self._run(sql, (entry.digest, _vector(entry), number))

    def drop(self, doctype: str, names: Sequence[str]) -> None:
        self._run("DELETE FROM search_entry WHERE doctype = ? AND name = ANY(?)", (doctype, list(names)))

    def remove(self, numbers: Sequence[int]) -> None:
        self._run("DELETE FROM search_entry WHERE id = ANY(?)", (sorted(numbers),))

    def settle(self) -> None:
        """Nothing is put off."""

    def purge(self, *, begun: bool) -> bool:  # noqa: ARG002 one signature
        """The server's vacuum does it."""
        return False

    def find(
        self, where: Where, asked: Sequence[Term], parts: Sequence[int], limit: int, before: int | None
    ) -> list[Found]:
        mark = "" if where == "anywhere" else "A"
        question = " & ".join(_phrase(term, mark) for term in asked)
        last = before if before is not None else 2**62
        return [Found(*row) for row in self._rows(FIND, (question, last, list(parts), limit))]


def _phrase(term: Term, mark: str) -> str:
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
