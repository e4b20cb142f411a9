"""The databases of a run: a file in each site's folder, or fresh ones on a PostgreSQL server of the run's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from uuid import uuid4

from crm_platform.testing.postgres import shared_server

Fresh = Callable[[], AbstractContextManager[str]]
"""Gives the URL of an empty database for the time of a `with` block; an empty text for SQLite."""

KINDS = ("sqlite", "postgresql")


@contextmanager
def databases(kind: str) -> Iterator[Fresh]:
    """What a run on this kind of database makes its sites with. Everything is deleted at the end."""
    if kind == "sqlite":
        yield lambda: nullcontext("")
        return
    with shared_server(uuid4().hex) as server:
        server.execute("ALTER SYSTEM SET fsync = on")  # the server of tests goes without
        server.execute("SELECT pg_reload_conf()")
        yield server.database
