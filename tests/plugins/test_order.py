"""Packs side by side: what they make of the definitions does not depend on the order in which they are enabled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_platform.packs.manifest import Pack
from crm_platform.testing import TestSite, make_site
from crm_platform.testing.digests import digest
from support.plugins import PACKS, all_enabled

ORDERS = st.permutations(PACKS)
FEW = settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def test_off_and_on_again_in_another_order_is_the_same(tmp_path: Path, packs_template: Path) -> None:
    site = make_site(tmp_path / "site", template=packs_template)
    one_way = digest(site)
    for pack in reversed(site.site.hooks.packs):
        site.disable_pack(pack.manifest.id)
    assert digest(all_enabled(site, PACKS[::-1])) == one_way
    site.site.close()


@FEW
@given(ORDERS)
def test_the_order_of_enabling_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, site_template: Path, packs_template: Path, order: list[Pack]
) -> None:
    compare(tmp_path_factory, site_template, packs_template, order)


@pytest.mark.soak
@settings(FEW, max_examples=300)
@given(ORDERS)
def test_no_order_of_enabling_makes_a_difference(
    tmp_path_factory: pytest.TempPathFactory, site_template: Path, packs_template: Path, order: list[Pack]
) -> None:
    compare(tmp_path_factory, site_template, packs_template, order)


def compare(tmp_path_factory: pytest.TempPathFactory, bare: Path, enabled: Path, order: list[Pack]) -> None:
    """Enabled in this order on a bare site, the packs make of it what they make in the order of their names."""
    folder = tmp_path_factory.mktemp("order")
    there = make_site(folder / "there", template=enabled)
    here: TestSite = all_enabled(make_site(folder / "here", template=bare), order)
    assert digest(here) == digest(there)
    here.site.close()
    there.site.close()
