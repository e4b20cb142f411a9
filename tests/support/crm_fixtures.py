"""Fixture: the standard CRM behind its API, one site per database for a whole run; tests make what they need in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from crm_platform.app import create_application
from crm_platform.testing import make_site
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.crm import Crm
from support.site_fixtures import on_postgres


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def crm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    """The standard CRM on each kind of database."""
    folder = tmp_path_factory.mktemp("crm") / "site"
    with ExitStack() as stack:
        if request.param == "sqlite":
            template: Path = request.getfixturevalue("site_template")
            site = make_site(folder, template=template)
            stack.callback(site.site.close)
        else:
            server = request.getfixturevalue("postgres_server")
            site = stack.enter_context(on_postgres(server, request.getfixturevalue("postgres_template"), folder))
        made = Crm(site.site, create_application(site.site), password=ADMIN_PASSWORD)
        stack.callback(made.runner.close)
        made.make_keys("Administrator")
        yield made
