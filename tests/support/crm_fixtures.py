"""Fixtures: the standard CRM behind its API, alone and with all packs of the product.

One site per database for a whole run; tests make what they need in it, and it is sound in the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crm_platform.testing import make_site
from support.crm import Crm, crm_behind
from support.made_once import MadeOnce
from support.plugins import all_enabled
from support.site_fixtures import PostgresTemplate, on_postgres
from support.soundness import require_sound


@contextmanager
def crm_on_copy(folder: Path, template: Path) -> Iterator[Crm]:
    """A copy of a site on SQLite, behind its API."""
    site = make_site(folder, template=template)
    with crm_behind(site) as made:
        yield made
    require_sound(site.site)
    site.site.close()


def in_cny(made: Crm) -> Crm:
    """The company of the site counts in CNY, whichever test comes first."""
    made.administrator.change("System Settings", "System Settings", currency="CNY")
    return made


@pytest.fixture(scope="session")
def crm_on_sqlite(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Crm]:
    with crm_on_copy(tmp_path_factory.mktemp("crm") / "site", site_template) as made:
        yield in_cny(made)


@pytest.fixture(scope="session")
def crm_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres_template: PostgresTemplate) -> Iterator[Crm]:
    folder = tmp_path_factory.mktemp("crm") / "site"
    with on_postgres(postgres_template, folder) as site:
        with crm_behind(site) as made:
            yield in_cny(made)
        require_sound(site.site)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def crm(request: pytest.FixtureRequest) -> Crm:
    """The standard CRM on each kind of database. It is made elsewhere, as `api` is."""
    made: Crm = request.getfixturevalue(f"crm_on_{request.param}")
    return made


@pytest.fixture(scope="session")
def packs_template(made_once: MadeOnce, site_template: Path) -> Path:
    """A closed site on SQLite with every pack of the product enabled, to be copied."""

    def make(folder: Path) -> None:
        all_enabled(make_site(folder / "site", template=site_template)).site.close()

    return made_once.folder("packs-template", make) / "site"


@pytest.fixture(scope="session")
def packs_on_sqlite(tmp_path_factory: pytest.TempPathFactory, packs_template: Path) -> Iterator[Crm]:
    with crm_on_copy(tmp_path_factory.mktemp("packs") / "site", packs_template) as made:
        yield made


@pytest.fixture(scope="session")
def packs_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres_template: PostgresTemplate) -> Iterator[Crm]:
    folder = tmp_path_factory.mktemp("packs") / "site"
    with on_postgres(postgres_template, folder) as site:
        with crm_behind(all_enabled(site)) as made:
            yield made
        require_sound(site.site)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def packs(request: pytest.FixtureRequest) -> Crm:
    """The CRM with all packs on each kind of database."""
    made: Crm = request.getfixturevalue(f"packs_on_{request.param}")
    return made
