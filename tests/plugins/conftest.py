"""Fixtures: one site per database with every pack of the product enabled, behind its API, for all scenario tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_platform.testing import make_site
from crm_platform.testing.postgres import PostgresServer
from support.crm import Crm, crm_behind
from support.plugins import PACKS, all_enabled
from support.site_fixtures import PostgresTemplate, on_postgres


@pytest.fixture(scope="session")
def packs_on_sqlite(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Crm]:
    made = all_enabled(make_site(tmp_path_factory.mktemp("packs") / "site", template=site_template), PACKS)
    with crm_behind(made) as crm:
        yield crm
    made.site.close()


@pytest.fixture(scope="session")
def packs_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, postgres_template: PostgresTemplate
) -> Iterator[Crm]:
    folder = tmp_path_factory.mktemp("packs") / "site"
    with (
        on_postgres(postgres_server, postgres_template, folder) as made,
        crm_behind(all_enabled(made, PACKS)) as crm,
    ):
        yield crm


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def packs(request: pytest.FixtureRequest) -> Crm:
    """The CRM with all packs on each kind of database; tests make what they need in it."""
    made: Crm = request.getfixturevalue(f"packs_on_{request.param}")
    return made
