"""Fixtures: the site of the REST contract, one per database for a whole run: making it takes longer than the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_platform.testing.postgres import PostgresServer
from support.api_site import Api, bench


@pytest.fixture(scope="session")
def sqlite_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The contract's site on SQLite once more, for random requests and for what is done to another site."""
    with bench(tmp_path_factory.mktemp("site") / "bench", "") as made:
        yield made


@pytest.fixture(scope="session")
def api_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with bench(tmp_path_factory.mktemp("site") / "bench", "") as made:
        yield made


@pytest.fixture(scope="session")
def api_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[Api]:
    with postgres_server.database() as url, bench(tmp_path_factory.mktemp("site") / "bench", url) as made:
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def api(request: pytest.FixtureRequest) -> Api:
    """The contract's site on each kind of database.

    It is not made here: pytest ends a fixture when its parameter changes, that is twice in every module.
    """
    made: Api = request.getfixturevalue(f"api_on_{request.param}")
    return made
