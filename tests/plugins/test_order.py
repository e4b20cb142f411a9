"""Packs side by side: what they make of the definitions does not depend on the order in which they are enabled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_platform.packs.manifest import Pack
from crm_platform.testing import make_site
from crm_platform.testing.digests import digest
from support.plugins import PACKS, enabled_in_order

ORDERS = st.permutations(PACKS)
FEW = settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, packs_template: Path) -> str:
    """What the packs make of a site in the order of their names."""
    site = make_site(tmp_path_factory.mktemp("order") / "there", template=packs_template)
    found = digest(site)
    site.site.close()
    return found


def test_off_and_on_again_in_another_order_is_the_same(tmp_path: Path, packs_template: Path) -> None:
    site = make_site(tmp_path / "site", template=packs_template)
    one_way = digest(site)
    for pack in reversed(site.site.hooks.packs):
        site.disable_pack(pack.manifest.id)
    assert digest(enabled_in_order(site, PACKS[::-1])) == one_way
    site.site.close()


@FEW
@given(ORDERS)
def test_the_order_of_enabling_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, site_template: Path, expected: str, order: list[Pack]
) -> None:
    assert made_in(order, tmp_path_factory, site_template) == expected


@pytest.mark.soak
@pytest.mark.parametrize("first", PACKS, ids=lambda pack: pack.manifest.id)
def test_no_order_of_enabling_makes_a_difference(
    tmp_path_factory: pytest.TempPathFactory, site_template: Path, expected: str, first: Pack
) -> None:
    """Every order there is: 120 of five packs."""
    for rest in permutations([pack for pack in PACKS if pack is not first]):
        assert made_in([first, *rest], tmp_path_factory, site_template) == expected


def made_in(order: Sequence[Pack], tmp_path_factory: pytest.TempPathFactory, bare: Path) -> str:
    """What the packs make of a bare site in this order; one comes after those that it needs."""
    site = enabled_in_order(make_site(tmp_path_factory.mktemp("order") / "here", template=bare), list(order))
    found = digest(site)
    site.site.close()
    return found
