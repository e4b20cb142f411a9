"""The packs of the product, and a site with all of them enabled."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from crm_platform.packs.manifest import Pack
from crm_platform.testing import TestSite
from crm_platform.testing.contract import enable, needs_of
from support.packs import reopen

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PACKS: list[Pack] = [
    import_module(f"crm_platform.plugins.{path.parent.name}.pack").pack for path in sorted(PLUGINS.glob("*/pack.py"))
]


def all_enabled(site: TestSite, packs: list[Pack]) -> TestSite:
    """The site opened again with all packs to choose from, and `packs` enabled one after another with their needs."""
    reopen(site, *PACKS)
    for pack in packs:
        enable(site, [*needs_of(site, pack), pack])
    return site
