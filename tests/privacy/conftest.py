"""Fixture: the site with confidential values, one per database for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.api_site import Api
from support.database_fixtures import on_its_database
from support.privacy_site import privacy_site


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def private(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with on_its_database(request, tmp_path_factory.mktemp("private") / "site", privacy_site) as made:
        yield made
