"""Pages of a real browser on a served site with the warranty pack and a few customers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crm_platform.testing import make_site
from support.browser import CALM, PATIENCE, Complaints, chromium, opened
from support.made_once import MadeOnce
from support.served import serving
from support.shop import Shop, make_shop
from support.soundness import require_sound_folder

DESK = {"viewport": {"width": 1440, "height": 900}, **CALM}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with its module: while it runs, its thread has an event loop that other tests could not use."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def shop_template(made_once: MadeOnce, site_template: Path) -> Path:
    """A closed site with the warranty pack, to be copied."""

    def make(folder: Path) -> None:
        site = make_site(folder / "site", template=site_template)
        site.enable_pack("warranty")
        site.site.close()

    return made_once.folder("shop-template", make) / "site"


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, shop_template: Path) -> Iterator[Shop]:
    """One site for all tests in the browser that leave its five customers alone."""
    with opened_shop(tmp_path_factory.mktemp("e2e") / "site", shop_template) as made:
        yield made


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory: pytest.TempPathFactory, shop_template: Path) -> Iterator[Shop]:
    """A site for a module that brings many records: others would count them."""
    with opened_shop(tmp_path_factory.mktemp("e2e") / "site", shop_template) as made:
        yield made


@contextmanager
def opened_shop(folder: Path, template: Path) -> Iterator[Shop]:
    """A served copy of the template with a few customers."""
    expect.set_options(timeout=PATIENCE)
    shutil.copytree(template, folder)
    with serving(folder) as served:
        yield make_shop(served)
    require_sound_folder(folder)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the browser complained of; a test fails for what it did not expect."""
    heard = Complaints()
    yield heard
    assert heard.unexpected() == []


@pytest.fixture
def stranger(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    with opened(browser, shop.served.url, **DESK) as context:
        yield listened(context, complaints)


@pytest.fixture
def desk(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """A page of the Administrator on a large screen."""
    with opened(browser, shop.served.url, **DESK, storage_state=shop.storage) as context:
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
