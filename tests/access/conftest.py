"""Fixtures: an open site with users and rights, on each kind of database, copied from one that is made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from support.access_site import Site, make_site, open_site
from support.postgres import PostgresServer


@pytest.fixture(scope="session")
def sqlite_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database file of a fresh site."""
    path = tmp_path_factory.mktemp("access") / "site.db"
    make_site(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_site(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of the PostgreSQL database of a fresh site."""
    with postgres_server.database() as url:
        make_site(url)
        yield make_url(url).database or ""


@pytest.fixture
def site_on_sqlite(sqlite_site: Path, tmp_path: Path) -> Iterator[Site]:
    shutil.copy(sqlite_site, tmp_path / "site.db")
    opened = open_site(f"sqlite:///{tmp_path / 'site.db'}", tmp_path)
    yield opened
    opened.runtime.database.close()


@pytest.fixture
def site_on_postgresql(postgres_server: PostgresServer, postgres_site: str, tmp_path: Path) -> Iterator[Site]:
    with postgres_server.database(postgres_site) as url:
        opened = open_site(url, tmp_path)
        yield opened
        opened.runtime.database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Site:
    """An open site with Administrator, Guest and some roles, on each database in turn."""
    opened: Site = request.getfixturevalue(f"site_on_{request.param}")
    return opened
