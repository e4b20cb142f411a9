"""Opening a site's database by its URL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import make_url

from crm_platform.database.engine import Database
from crm_platform.database.sqlite import SqliteDatabase
from crm_platform.database.system import SYSTEM_TABLES, SystemTable


def open_database(
    url: str, *, system_tables: Sequence[SystemTable] = SYSTEM_TABLES, lock_timeout: float = 10.0
) -> Database:
    """Open the database under `url` (sqlite:///path or postgresql://…) and make the system tables it lacks."""
    database = SqliteDatabase(Path(make_url(url).database or ""), lock_timeout=lock_timeout)
    database.ensure_tables(system_tables)
    return database
