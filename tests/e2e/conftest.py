"""Pages of a real browser on a served site with the warranty pack and a few customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crm_platform.testing import make_site
from support.browser import PATIENCE, Complaints, chromium, opened
from support.served import serving
from support.shop import Shop, make_shop

DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with its module: while it runs, its thread has an event loop that other tests could not use."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Shop]:
    """One site for all tests in the browser that leave its five customers alone."""
    with opened_shop(tmp_path_factory.mktemp("e2e") / "site", site_template) as made:
        yield made


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Shop]:
    """A site for a module that brings many records: others would count them."""
    with opened_shop(tmp_path_factory.mktemp("e2e") / "site", site_template) as made:
        yield made


@contextmanager
def opened_shop(folder: Path, template: Path) -> Iterator[Shop]:
    """A served site with the warranty pack and a few customers."""
    expect.set_options(timeout=PATIENCE)
    site = make_site(folder, template=template)
    site.enable_pack("warranty")
    site.site.close()
    with serving(folder) as served:
        yield make_shop(served)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the browser complained of; a test fails for what it did not expect."""
    heard = Complaints()
    yield heard
    assert heard.unexpected() == []


@pytest.fixture
def stranger(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    with opened(browser, shop.served.url, viewport=DESK) as context:
        yield listened(context, complaints)


@pytest.fixture
def desk(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """A page of the Administrator on a large screen."""
    with opened(browser, shop.served.url, viewport=DESK, storage_state=shop.storage) as context:
        yield listened(context, complaints)


@pytest.fixture
def phone(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """A page of the Administrator on a phone."""
    size = {"width": 390, "height": 844}
    options = {"viewport": size, "has_touch": True, "is_mobile": True, "storage_state": shop.storage}
    with opened(browser, shop.served.url, **options) as context:
        yield listened(context, complaints)


def listened(context: BrowserContext, complaints: Complaints) -> Page:
    page = context.new_page()
    complaints.listen(page)
    return page
