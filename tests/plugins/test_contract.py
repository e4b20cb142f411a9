"""Every pack of the product meets the contract of packs, all questions on one site."""

from __future__ import annotations

import pytest

from crm_platform.pack import Pack
from crm_platform.testing import TestSite
from crm_platform.testing.contract import CHECKS
from support.packs import reopen
from support.plugins import PACKS


@pytest.mark.parametrize(
    "pack", [pack for pack in PACKS if pack.manifest.id != "warranty"], ids=lambda pack: pack.manifest.id
)
def test_a_pack_meets(sqlite_site: TestSite, pack: Pack) -> None:
    """The warranty pack answers each question on a site of its own, in tests/testing/test_contract.py."""
    site = reopen(sqlite_site, *PACKS)
    assert [fault for check in CHECKS for fault in check(site, pack)] == []
