"""The pytest plugin of the test kit: sites to test a pack on. Installed with crm_platform; nothing to import.

The ini option `crm_pack` names the pack under test:

    [tool.pytest.ini_options]
    crm_pack = "loyalty"
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_platform.packs.discovery import discover
from crm_platform.packs.manifest import Pack
from crm_platform.testing.contract import with_needs
from crm_platform.testing.sites import TestSite, make_site


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option."""
    parser.addini("crm_pack", "Id of the pack under test, for the fixtures pack and site_with_pack.")


@pytest.fixture(scope="session")
def site_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed site; every SQLite site of the run is a copy of it."""
    folder = tmp_path_factory.mktemp("template") / "site"
    make_site(folder).site.close()
    return folder


@pytest.fixture(scope="session")
def pack(pytestconfig: pytest.Config) -> Pack:
    """The pack under test, found by its entry point."""
    pack_id = str(pytestconfig.getini("crm_pack"))
    found = {one.id: one for one in discover()}
    chosen = found.get(pack_id)
    if chosen is None or chosen.pack is None:
        reason = chosen.problem if chosen else f"installed are: {', '.join(sorted(found))}"
        pytest.fail(f"There is no pack “{pack_id}” (ini option crm_pack): {reason}", pytrace=False)
    return chosen.pack


@pytest.fixture
def site(tmp_path: Path, site_template: Path) -> Iterator[TestSite]:
    """A fresh site on SQLite with the installed packs to choose from, none enabled."""
    made = make_site(tmp_path / "site", template=site_template)
    yield made
    made.site.close()


@pytest.fixture
def site_with_pack(site: TestSite, pack: Pack) -> TestSite:
    """A fresh site with the pack under test enabled, and what it needs."""
    with_needs(site, pack)
    return site
