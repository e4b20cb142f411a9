"""Opening a site's database by its URL."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from crm_platform.database.brief import SECONDS
from crm_platform.database.engine import Database
from crm_platform.database.sqlite import SqliteDatabase
from crm_platform.database.system import SYSTEM_TABLES, SystemTable
from crm_platform.errors import ValidationError

POSTGRESQL = "crm_platform.database.postgresql"
"""Loaded for a site that uses it: its driver would take a sixth of the time in which a server starts."""


def open_database(
    url: str,
    *,
    system_tables: Sequence[SystemTable] = SYSTEM_TABLES,
    lock_timeout: float = 10.0,
    statement_timeout: float = 30.0,
    brief_limit: float = SECONDS,
    allow_superuser: bool = False,
) -> Database:
    """Open the database under `url` (sqlite:///path or postgresql://…) and make the system tables it lacks.

    Who waits longer than `lock_timeout` seconds for another writer is refused; `statement_timeout` ends a statement on
    PostgreSQL, where a superuser's role is refused unless `allow_superuser`; `brief_limit` is how many seconds a brief
    read may take on SQLite. Raises ValidationError for a URL of another kind, UnavailableError when the database cannot
    be opened.
    """
    database: Database
    if url.partition(":")[0] == "postgresql":
        postgresql = import_module(POSTGRESQL)
        limits = postgresql.Limits(lock_timeout=lock_timeout, statement_timeout=statement_timeout)
        database = postgresql.PostgresDatabase(url, limits=limits, allow_superuser=allow_superuser)
    else:
        database = SqliteDatabase(_sqlite_path(url), lock_timeout=lock_timeout, brief_limit=brief_limit)
    try:
        database.ensure_tables(system_tables)
    except BaseException:
        database.close()
        raise
    return database


def _sqlite_path(url: str) -> Path:
    """The file of a sqlite:/// URL; three slashes before a relative path, four before an absolute one."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValidationError("The database URL must be sqlite:///path/to/file or postgresql://user@host/database.")
    return Path(parsed.database)
