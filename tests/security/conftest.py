"""Fixture: the site to attack, one per database for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.attack_site import AttackSite, attack_site
from crm_platform.testing.postgres import PostgresServer


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def attacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AttackSite]:
    folder: Path = tmp_path_factory.mktemp("attacked") / "site"
    if request.param == "sqlite":
        with attack_site(folder, "") as made:
            yield made
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url, attack_site(folder, url) as made:
        yield made
