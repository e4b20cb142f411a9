"""The fixtures of this room: a site in Berlin whose clock stands still, with two DocTypes to make rules about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_platform.testing import TestSite, make_site
from support.automation import Desk, Ticking, records
from support.offices import in_berlin


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Path:
    """A closed site with the DocTypes of `records`."""
    folder = tmp_path_factory.mktemp("desk") / "site"
    made = make_site(folder, template=site_template)
    records(made)
    made.site.close()
    return folder


@pytest.fixture
def desk(tmp_path: Path, desk_template: Path) -> Iterator[Desk]:
    """A desk on SQLite: for what has nothing to do with the database."""
    clock = Ticking()
    made = Desk(in_berlin(make_site(tmp_path / "site", template=desk_template), clock), clock)
    yield made
    made.site.site.close()


@pytest.fixture
def each_desk(request: pytest.FixtureRequest, site: TestSite) -> Iterator[Desk]:
    """A desk on each database."""
    clock = Ticking()
    made = Desk(in_berlin(site, clock), clock)
    records(made.site)
    yield made
    made.site.site.close()
