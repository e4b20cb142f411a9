"""Fixtures: an open site with the standard DocTypes on each kind of database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite, make_site
from crm_platform.testing.postgres import PostgresServer
from support.made_once import MadeOnce
from support.soundness import require_sound
from support.spare_databases import SpareDatabases


@dataclass(frozen=True)
class PostgresTemplate:
    """A site on PostgreSQL, closed, whose folder and database are copied for each test."""

    folder: Path
    spares: SpareDatabases


@pytest.fixture(scope="session")
def site_template(made_once: MadeOnce) -> Path:
    """A site made once; every SQLite site of the run is a copy of it."""
    return made_once.folder("template", lambda folder: make_site(folder / "site").site.close()) / "site"


@pytest.fixture(scope="session")
def postgres_template(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[PostgresTemplate]:
    """The same on PostgreSQL."""
    folder = tmp_path_factory.mktemp("postgres-template") / "site"
    with postgres_server.database() as url:
        make_site(folder, url).site.close()
        with closing(SpareDatabases(postgres_server, database_name(url))) as spares:
            yield PostgresTemplate(folder, spares)


def database_name(url: str) -> str:
    """The name in the URL of a test database."""
    return url.partition("@/")[2].partition("?")[0]


def copy_with_database(template: Path, folder: Path, database: str) -> None:
    """Copy a site's folder and let it use another database."""
    shutil.copytree(template, folder)
    settings = folder / "site.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "database": database}))


@contextmanager
def on_postgres(template: PostgresTemplate, folder: Path) -> Iterator[TestSite]:
    """A copy of the template in `folder`, with a database of its own."""
    with template.spares.database() as url:
        copy_with_database(template.folder, folder, url)
        made = TestSite(open_site(folder))
        try:
            yield made
        finally:
            made.site.close()


@pytest.fixture
def postgres_site(tmp_path: Path, postgres_template: PostgresTemplate) -> Iterator[TestSite]:
    """A fresh site on PostgreSQL."""
    with on_postgres(postgres_template, tmp_path / "site") as made:
        yield made


@pytest.fixture
def sqlite_site(tmp_path: Path, site_template: Path) -> Iterator[TestSite]:
    """A fresh site on SQLite, for what has nothing to do with the database."""
    made = make_site(tmp_path / "site", template=site_template)
    yield made
    made.site.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> TestSite:
    """A fresh site on each database in turn."""
    made: TestSite = request.getfixturevalue("sqlite_site" if request.param == "sqlite" else "postgres_site")
    return made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, site_template: Path
) -> Iterator[TestSite]:
    """One site on each database for all tests of a module that only read what the module sets up."""
    folder = tmp_path_factory.mktemp("module") / "site"
    if request.param == "sqlite":
        made = make_site(folder, template=site_template)
        yield made
        require_sound(made.site)
        made.site.close()
        return
    with on_postgres(request.getfixturevalue("postgres_template"), folder) as made:
        yield made
        require_sound(made.site)
