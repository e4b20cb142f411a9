"""Packs side by side: what they make of the definitions does not depend on the order in which they are enabled."""

from __future__ import annotations

from crm_platform.testing import TestSite
from crm_platform.testing.digests import digest
from support.plugins import PACKS, all_enabled


def test_the_order_of_enabling_makes_no_difference(sqlite_site: TestSite) -> None:
    one_way = digest(all_enabled(sqlite_site, PACKS))
    for pack in reversed(sqlite_site.site.hooks.packs):
        sqlite_site.disable_pack(pack.manifest.id)
    assert digest(all_enabled(sqlite_site, PACKS[::-1])) == one_way
