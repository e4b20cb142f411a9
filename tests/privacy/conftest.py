"""Fixture: the site with confidential values, one per database for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.api_site import Api
from support.copied_sites import Filled, behind_application, copied, filled
from support.privacy_site import fill


@pytest.fixture(scope="session")
def confidential_on_sqlite(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled[dict[str, str]]]:
    with filled(request, "sqlite", tmp_path_factory.mktemp("confidential") / "site", fill) as made:
        yield made


@pytest.fixture(scope="session")
def confidential_on_postgresql(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled[dict[str, str]]]:
    with filled(request, "postgresql", tmp_path_factory.mktemp("confidential") / "site", fill) as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def private(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    template: Filled[dict[str, str]] = request.getfixturevalue(f"confidential_on_{request.param}")
    folder = tmp_path_factory.mktemp("private") / "site"
    with copied(request, template, folder), behind_application(folder, template.known) as made:
        yield made
