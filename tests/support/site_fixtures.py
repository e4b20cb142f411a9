"""Fixtures: an open site with the standard DocTypes on each kind of database, and its REST client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_platform.testing import TestSite, make_site


@pytest.fixture(scope="session")
def site_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site made once; every SQLite site of the run is a copy of it."""
    folder = tmp_path_factory.mktemp("template") / "site"
    make_site(folder).site.close()
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path, site_template: Path) -> Iterator[TestSite]:
    """A fresh site on each database in turn."""
    database = "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    made = make_site(tmp_path / "site", database, template=site_template)
    yield made
    made.site.close()


@pytest.fixture
def sqlite_site(tmp_path: Path, site_template: Path) -> Iterator[TestSite]:
    """A fresh site on SQLite, for what has nothing to do with the database."""
    made = make_site(tmp_path / "site", template=site_template)
    yield made
    made.site.close()
