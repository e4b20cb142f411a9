"""Fixture: a company with three years of history behind its API, small and on SQLite, for tests of its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crm_platform.app import create_application, create_worker
from crm_platform.demo.history import history
from crm_platform.sites.demo import fill
from crm_platform.testing import make_site
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.crm import Crm
from support.offices import work_off
from support.soundness import require_sound

UNTIL = date(2026, 3, 31)
CUSTOMERS = 60


@pytest.fixture(scope="session")
def company(site_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    """The demo with a history of sixty customers, its jobs done; tests read it, and leave it as it is."""
    site = make_site(tmp_path_factory.mktemp("company") / "site", template=site_template)
    fill(site.site, "zeig-mal-her", lambda _: None, history(UNTIL, CUSTOMERS))
    work_off(create_worker(site.site))
    made = Crm(site.site, create_application(site.site), password=ADMIN_PASSWORD)
    made.make_keys("Administrator")
    yield made
    made.runner.close()
    require_sound(site.site)
    site.site.close()
