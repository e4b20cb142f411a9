"""Fixtures: a fresh database of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from crm_platform.testing.postgres import PostgresServer, shared_server

T = TypeVar("T")


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


@contextmanager
def on_its_database(
    request: pytest.FixtureRequest, folder: Path, make: Callable[[Path, str], AbstractContextManager[T]]
) -> Iterator[T]:
    """What `make` makes of a folder and a database's URL, on the kind that is the parameter of a fixture."""
    if request.param == "sqlite":
        with make(folder, "") as made:
            yield made
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url, make(folder, url) as made:
        yield made
