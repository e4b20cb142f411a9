"""Fixture: the site to attack, one per database for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.attack_site import AttackSite, Known, attack_site, fill
from support.copied_sites import Filled, copied, filled


@pytest.fixture(scope="session")
def to_attack_on_sqlite(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled[Known]]:
    with filled(request, "sqlite", tmp_path_factory.mktemp("to-attack") / "site", fill) as made:
        yield made


@pytest.fixture(scope="session")
def to_attack_on_postgresql(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled[Known]]:
    with filled(request, "postgresql", tmp_path_factory.mktemp("to-attack") / "site", fill) as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def attacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AttackSite]:
    template: Filled[Known] = request.getfixturevalue(f"to_attack_on_{request.param}")
    folder = tmp_path_factory.mktemp("attacked") / "site"
    with copied(request, template, folder), attack_site(folder, template.known) as made:
        yield made
