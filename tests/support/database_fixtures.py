"""Fixtures: a fresh database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_platform.testing.postgres import PostgresServer, shared_server


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[PostgresServer]:
    """The run's PostgreSQL server: its `database()` makes databases, its `url(..., SUPERUSER)` has full rights."""
    with shared_server(testrun_uid) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database, owned by a plain role."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'site.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
