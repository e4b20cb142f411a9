"""Fixture: one site per database with every pack of the product enabled, behind its API, for all scenario tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from crm_platform.app import create_application
from crm_platform.testing import make_site
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.crm import Crm
from support.plugins import PACKS, all_enabled
from support.site_fixtures import on_postgres


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def packs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    """The CRM with all packs on each kind of database; tests make what they need in it."""
    folder = tmp_path_factory.mktemp("packs") / "site"
    with ExitStack() as stack:
        if request.param == "sqlite":
            made = make_site(folder, template=request.getfixturevalue("site_template"))
        else:
            server = request.getfixturevalue("postgres_server")
            made = stack.enter_context(on_postgres(server, request.getfixturevalue("postgres_template"), folder))
        with_packs = all_enabled(made, PACKS)
        stack.callback(with_packs.site.close)
        crm = Crm(with_packs.site, create_application(with_packs.site), password=ADMIN_PASSWORD)
        stack.callback(crm.runner.close)
        crm.make_keys("Administrator")
        yield crm
