"""Fixtures: the standard CRM behind its API, one site per database for a whole run; tests make what they need in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_platform.testing import make_site
from crm_platform.testing.postgres import PostgresServer
from support.crm import Crm, crm_behind
from support.site_fixtures import PostgresTemplate, on_postgres


@pytest.fixture(scope="session")
def crm_on_sqlite(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Crm]:
    site = make_site(tmp_path_factory.mktemp("crm") / "site", template=site_template)
    with crm_behind(site) as made:
        yield made
    site.site.close()


@pytest.fixture(scope="session")
def crm_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, postgres_template: PostgresTemplate
) -> Iterator[Crm]:
    folder = tmp_path_factory.mktemp("crm") / "site"
    with on_postgres(postgres_server, postgres_template, folder) as site, crm_behind(site) as made:
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def crm(request: pytest.FixtureRequest) -> Crm:
    """The standard CRM on each kind of database. It is made elsewhere, as `api` is."""
    made: Crm = request.getfixturevalue(f"crm_on_{request.param}")
    return made
