"""The tables of the index. They are outside of backups and digests: they can be made again from the documents.

`search_entry` has a row per document and part, `search_part` says what is in a part, `search_walk` how far the
rebuilding of a DocType is. On SQLite a full-text table indexes its tokens, up to the entry whose number is in
`search_settled`; on PostgreSQL an index of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm_platform.database.connection import Connection
from crm_platform.database.dialect import DialectName
from crm_platform.database.engine import Database

_COMMON = (
    "CREATE TABLE IF NOT EXISTS search_part (id BIGINT PRIMARY KEY, doctype TEXT NOT NULL, fields TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS search_walk (doctype TEXT PRIMARY KEY, plan BIGINT NOT NULL, "
    "modified TEXT NOT NULL, name TEXT NOT NULL, done BIGINT NOT NULL)",
)

_TABLES: Mapping[DialectName, Sequence[str]] = {
    "sqlite": (
        "CREATE TABLE IF NOT EXISTS search_entry ("
        "id INTEGER PRIMARY KEY, doctype TEXT NOT NULL, name TEXT NOT NULL, part BIGINT NOT NULL, "
        "digest BIGINT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (doctype, name, part))",
        # The tokens are made already: the tokenizer only cuts at the spaces. They stand in search_entry alone, which is
        # a fifth cheaper than a copy in the full-text table. Nothing is ranked by length.
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5("
        "title, body, content = 'search_entry', content_rowid = 'id', tokenize = 'ascii', columnsize = 0)",
        "CREATE INDEX IF NOT EXISTS search_gone ON search_entry (id) WHERE part < 0",
        *_COMMON,
        "CREATE TABLE IF NOT EXISTS search_settled (id INTEGER NOT NULL)",
        "INSERT INTO search_settled SELECT (SELECT coalesce(max(id), 0) FROM search_entry) "
        "WHERE NOT EXISTS (SELECT 1 FROM search_settled)",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS search_entry ("
        "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
        'doctype TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, part BIGINT NOT NULL, '
        "digest BIGINT NOT NULL, tokens TSVECTOR NOT NULL, UNIQUE (doctype, name, part))",
        "CREATE INDEX IF NOT EXISTS search_entry_tokens ON search_entry USING gin (tokens)",
        *_COMMON,
    ),
}

_NAMES = ("search_text", "search_entry", "search_part", "search_walk", "search_settled")
_LAST: Mapping[DialectName, str] = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'search_settled'",
    "postgresql": "SELECT 1 FROM pg_class "
    "WHERE relname = 'search_walk' AND relnamespace = current_schema()::regnamespace",
}


def ensure(database: Database) -> None:
    """Make the tables of the index where they are missing; without them it only looks."""
    if not database.read(lambda connection: connection.rows(_LAST[connection.dialect])):
        database.write(create)


def create(connection: Connection) -> None:
    for statement in _TABLES[connection.dialect]:
        connection.run(statement)


def recreate(connection: Connection) -> None:
    """Empty the index, also one that is damaged."""
    for name in _NAMES:
        connection.run(f"DROP TABLE IF EXISTS {name}")
    create(connection)
