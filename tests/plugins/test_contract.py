"""Every pack of the product meets the contract of packs, all questions on one site, and its page is complete."""

from __future__ import annotations

import json
import re

import pytest

from crm_platform.pack import Pack
from crm_platform.testing import TestSite
from crm_platform.testing.contract import CHECKS
from crm_platform.testing.sources import files_below
from support.checkout import ROOT
from support.packs import reopen
from support.plugins import PACKS


@pytest.mark.parametrize(
    "pack", [pack for pack in PACKS if pack.manifest.id != "warranty"], ids=lambda pack: pack.manifest.id
)
def test_a_pack_meets(sqlite_site: TestSite, pack: Pack) -> None:
    """The warranty pack answers each question on a site of its own, in tests/testing/test_contract.py."""
    site = reopen(sqlite_site, *PACKS)
    assert [fault for check in CHECKS for fault in check(site, pack)] == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.manifest.id)
def test_its_page_names_every_doctype_and_setting(pack: Pack) -> None:
    """What the sheet asks of a README: see the exemption in quality.toml."""
    page = (ROOT / "docs" / "how-to" / "packs" / f"{pack.manifest.id.replace('_', '-')}.md").read_text(encoding="utf-8")
    bodies = [json.loads(file.read_text(encoding="utf-8")) for _, file in files_below(pack.data / "doctypes", ".json")]
    wanted = [*(body["name"] for body in bodies if not body.get("istable")), *pack.manifest.settings]
    assert [name for name in wanted if not re.search(rf"\b{re.escape(name)}\b", page)] == []
