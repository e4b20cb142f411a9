"""The pack meets what every pack must meet."""

from __future__ import annotations

import pytest

from crm_platform.pack import Pack
from crm_platform.testing import TestSite
from crm_platform.testing.contract import CHECKS, Check


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_contract(site: TestSite, pack: Pack, check: Check) -> None:
    faults = check(site, pack)
    assert not faults, "\n".join(faults)
