"""Fixtures: a fresh database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crm_platform.testing.postgres import PostgresServer, shared_server
from support.spare_databases import SpareDatabases


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[PostgresServer]:
    """The run's PostgreSQL server: its `database()` makes databases, its `url(..., SUPERUSER)` has full rights."""
    with shared_server(testrun_uid) as server:
        yield server


@pytest.fixture(scope="session")
def empty_databases(postgres_server: PostgresServer) -> Iterator[SpareDatabases]:
    """Fresh databases without a wait."""
    with closing(SpareDatabases(postgres_server)) as spares:
        yield spares


@pytest.fixture
def postgres_url(empty_databases: SpareDatabases) -> Iterator[str]:
    """A fresh PostgreSQL database, owned by a plain role."""
    with empty_databases.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'site.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
