"""Fixture: the site with confidential values, one per database for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.api_site import Api
from crm_platform.testing.postgres import PostgresServer
from support.privacy_site import privacy_site


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def private(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder: Path = tmp_path_factory.mktemp("private") / "site"
    if request.param == "sqlite":
        with privacy_site(folder, "") as made:
            yield made
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url, privacy_site(folder, url) as made:
        yield made
