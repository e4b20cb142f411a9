"""Fixture: the site to attack, one per database for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.attack_site import AttackSite, attack_site
from support.database_fixtures import on_its_database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def attacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AttackSite]:
    with on_its_database(request, tmp_path_factory.mktemp("attacked") / "site", attack_site) as made:
        yield made
