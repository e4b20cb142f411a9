"""A served site with the warranty pack and a few customers, and pages of a browser on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.browser import PATIENCE, Complaints, chromium, opened
from support.served import ServedSite, create, serving
from support.site_fixtures import copy_with_database

DESK = {"width": 1440, "height": 900}
CUSTOMERS = ("上海钢铁集团", "北京科技有限公司", "Acme Tools", "Betatech", "广州汽车")


@dataclass(frozen=True, slots=True)
class Shop:
    """The served site, and names of documents on it."""

    served: ServedSite
    customer: str
    claim: str
    storage: dict[str, Any]
    """Cookies of the Administrator's session."""



def fill(served: ServedSite) -> tuple[str, str]:
    """Customers, a product and a claim; gives the names of the first customer and the claim."""
    with served.client() as client:
        names = [
            create(client, "Customer", customer_name=name, customer_type="Company", website=f"https://{n}.example.cn")
            for n, name in enumerate(CUSTOMERS)
        ]
        create(client, "Product", product_code="VFD-7", product_name="变频器 7.5 kW")
        customer = str(names[0]["name"])
        rows = [{"item_type": "Labour", "description": "检测", "qty": 2, "rate": 150}]
        claim = create(client, "Warranty Claim", customer=customer, complaint="无法启动", items=rows)
        return customer, str(claim["name"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Shop]:
    """One site for all tests in the browser."""
    expect.set_options(timeout=PATIENCE)
    folder = tmp_path_factory.mktemp("e2e") / "site"
    copy_with_database(site_template, folder, "")
    with serving(folder) as served:
        served.run("pack", "enable", "warranty")
        customer, claim = fill(served)
        with served.client() as client:
            cookie = {"name": "sid", "value": client.cookies["sid"], "domain": "127.0.0.1", "path": "/"}
            yield Shop(served, customer, claim, {"cookies": [cookie], "origins": []})


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
