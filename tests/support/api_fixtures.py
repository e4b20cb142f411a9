"""Fixture: the site of the REST contract, one per database for a whole run: making it takes longer than the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.api_site import Api, bench
from support.database_fixtures import on_its_database


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The contract's site on each kind of database."""
    with on_its_database(request, tmp_path_factory.mktemp("site") / "bench", bench) as made:
        yield made


@pytest.fixture(scope="session")
def sqlite_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The contract's site on SQLite, for what has nothing to do with the database."""
    with bench(tmp_path_factory.mktemp("site") / "bench", "") as made:
        yield made
