"""The packs of the product, a site with all of them enabled, and what roles may there."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from crm_platform.documents.context import Context
from crm_platform.packs.manifest import Pack
from crm_platform.sites.packs import enable_all
from crm_platform.testing import TestSite
from crm_platform.testing.contract import enable, needs_of
from support.crm import Crm, Person
from support.packs import reopen

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PACKS: list[Pack] = [
    import_module(f"crm_platform.plugins.{path.parent.name}.pack").pack for path in sorted(PLUGINS.glob("*/pack.py"))
]


def all_enabled(site: TestSite) -> TestSite:
    """The site opened again with all packs, enabled in one step."""
    reopen(site, *PACKS)
    ids = [one.manifest.id for pack in PACKS for one in (*needs_of(site, pack), pack)]
    site.system(lambda ctx: enable_all(site.site, ctx, list(dict.fromkeys(ids))))
    return site


def enabled_in_order(site: TestSite, packs: list[Pack]) -> TestSite:
    """The same, `packs` enabled one after another with their needs."""
    reopen(site, *PACKS)
    for pack in packs:
        enable(site, [*needs_of(site, pack), pack])
    return site


def rights(crm: Crm, person: Person, doctype: str) -> str:
    """What roles give a person on a DocType, as letters: read, write, create, delete, submit, cancel."""
    asked = {"r": "read", "w": "write", "c": "create", "d": "delete", "S": "submit", "C": "cancel"}

    def granted(ctx: Context) -> str:
        caller = crm.site.access.as_user(ctx, person.email)
        return "".join(one for one, right in asked.items() if caller.policy.allows(ctx.definitions[doctype], right))

    return crm.site.runtime.read(granted)
