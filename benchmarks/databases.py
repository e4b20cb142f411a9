"""The databases of a run: a file in each site's folder, or fresh ones on a PostgreSQL server of the run's own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

from crm_platform.testing.postgres import HASTE, shared_server

Fresh = Callable[[], AbstractContextManager[str]]
"""Gives the URL of an empty database for the time of a `with` block; an empty text for SQLite."""

KINDS = ("sqlite", "postgresql")


@contextmanager
def databases(kind: str) -> Iterator[Fresh]:
    """What a run on this kind of database makes its sites with. Everything is deleted at the end."""
    if kind == "sqlite":
        yield lambda: nullcontext("")
        return
    with shared_server(uuid4().hex, Path(tempfile.gettempdir())) as server:
        for setting in HASTE:  # the server of tests goes without
            server.execute("ALTER SYSTEM SET {} = on", setting)
        server.execute("SELECT pg_reload_conf()")
        yield server.database
