"""Fixtures: the standard CRM behind its API, alone and with all packs of the product.

One site per database for a whole run; tests make what they need in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crm_platform.testing import make_site
from crm_platform.testing.postgres import PostgresServer
from support.crm import Crm, crm_behind
from support.plugins import PACKS, all_enabled
from support.site_fixtures import PostgresTemplate, on_postgres


@contextmanager
def crm_on_copy(folder: Path, template: Path) -> Iterator[Crm]:
    """A copy of a site on SQLite, behind its API."""
    site = make_site(folder, template=template)
    with crm_behind(site) as made:
        yield made
    site.site.close()


@pytest.fixture(scope="session")
def crm_on_sqlite(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Crm]:
    with crm_on_copy(tmp_path_factory.mktemp("crm") / "site", site_template) as made:
        yield made


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


@pytest.fixture(scope="session")
def packs_template(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Path:
    """A closed site on SQLite with every pack of the product enabled, to be copied."""
    folder = tmp_path_factory.mktemp("packs-template") / "site"
    all_enabled(make_site(folder, template=site_template), PACKS).site.close()
    return folder


@pytest.fixture(scope="session")
def packs_on_sqlite(tmp_path_factory: pytest.TempPathFactory, packs_template: Path) -> Iterator[Crm]:
    with crm_on_copy(tmp_path_factory.mktemp("packs") / "site", packs_template) as made:
        yield made


@pytest.fixture(scope="session")
def packs_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, postgres_template: PostgresTemplate
) -> Iterator[Crm]:
    folder = tmp_path_factory.mktemp("packs") / "site"
    with on_postgres(postgres_server, postgres_template, folder) as site, crm_behind(all_enabled(site, PACKS)) as made:
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def packs(request: pytest.FixtureRequest) -> Crm:
    """The CRM with all packs on each kind of database."""
    made: Crm = request.getfixturevalue(f"packs_on_{request.param}")
    return made
