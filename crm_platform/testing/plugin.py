"""The pytest plugin of the test kit: sites to test a pack on. Installed with crm_platform; nothing to import.

The ini option `crm_pack` names the pack under test:

    [tool.pytest.ini_options]
    crm_pack = "loyalty"
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_platform.errors import ValidationError
from crm_platform.packs.manifest import Pack
from crm_platform.testing.contract import with_needs
from crm_platform.testing.loading import find_pack, is_installed, make_importable, with_installed
from crm_platform.testing.sites import TestSite, make_site


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option."""
    parser.addini("crm_pack", "Id of the pack under test, for the fixtures pack and site_with_pack.")


def pytest_configure(config: pytest.Config) -> None:
    """Make the pack in the folder of the tests importable, where it is not installed."""
    if config.getini("crm_pack"):
        make_importable(config.rootpath)


@pytest.fixture(scope="session")
def site_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed site; every SQLite site of the run is a copy of it."""
    folder = tmp_path_factory.mktemp("template") / "site"
    make_site(folder).site.close()
    return folder


@pytest.fixture(scope="session")
def pack(pytestconfig: pytest.Config) -> Pack:
    """The pack under test: an installed one, or that of the distribution whose tests run."""
    pack_id = str(pytestconfig.getini("crm_pack"))
    try:
        tested = find_pack(pack_id if is_installed(pack_id) else str(pytestconfig.rootpath))
    except ValidationError as error:
        pytest.fail(f"There is no pack “{pack_id}” (ini option crm_pack): {error}", pytrace=False)
    return tested.pack


@pytest.fixture
def site(
    tmp_path: Path, site_template: Path, pytestconfig: pytest.Config, request: pytest.FixtureRequest
) -> Iterator[TestSite]:
    """A fresh site on SQLite with the installed packs and the one under test to choose from, none enabled."""
    tested = [request.getfixturevalue("pack")] if pytestconfig.getini("crm_pack") else []
    made = make_site(tmp_path / "site", packs=with_installed(tested), template=site_template)
    yield made
    made.site.close()


@pytest.fixture
def site_with_pack(site: TestSite, pack: Pack) -> TestSite:
    """A fresh site with the pack under test enabled, and what it needs."""
    with_needs(site, pack)
    return site
