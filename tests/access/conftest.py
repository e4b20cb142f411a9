"""Fixtures: an open site on each kind of database. Its tables are made once, since that is what takes time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crm_platform.database.connect import open_database
from crm_platform.database.interface import Database
from crm_platform.testing.postgres import PostgresServer
from support.access_site import Site, fill_site, make_site, open_site


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a fresh site, to be copied."""
    path = tmp_path_factory.mktemp("access") / "site.db"
    database = open_database(f"sqlite:///{path}")
    make_site(database)
    database.close()
    return path


@pytest.fixture
def site_on_sqlite(sqlite_tables: Path, tmp_path: Path) -> Iterator[Site]:
    shutil.copy(sqlite_tables, tmp_path / "site.db")
    database = open_database(f"sqlite:///{tmp_path / 'site.db'}")
    yield open_site(database, tmp_path)
    database.close()


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: PostgresServer) -> Iterator[tuple[Database, psycopg.Connection]]:
    """An open database with the tables of a site, and a connection of its own that empties them."""
    with postgres_server.database() as url:
        database = open_database(url)
        make_site(database)
        with psycopg.connect(url, autocommit=True) as connection:
            yield database, connection
        database.close()


@pytest.fixture
def site_on_postgresql(postgres_tables: tuple[Database, psycopg.Connection], tmp_path: Path) -> Iterator[Site]:
    database, connection = postgres_tables
    tables = connection.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'").fetchall()
    connection.execute("; ".join(f"DELETE FROM {table}" for (table,) in tables))
    fill_site(database)
    site = open_site(database, tmp_path)
    yield site
    site.settle()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Site:
    """An open site with Administrator, Guest and some roles, on each database in turn."""
    opened: Site = request.getfixturevalue(f"site_on_{request.param}")
    return opened
