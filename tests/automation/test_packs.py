"""Rules that a pack brings: they work while it is enabled, and go with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_platform.errors import DoesNotExistError
from crm_platform.testing import TestSite
from support.packs import Body, make_pack, reopen

RULE: Body = {
    "doctype": "Automation Rule",
    "name": "Trial rule",
    "rule_name": "Trial rule",
    "document_type": "Customer",
    "enabled": 1,
    "trigger": "Created",
    "condition": "doc.annual_revenue > 1000",
    "pack": "trial",
    "actions": [{"action": "Set Fields", "field_values": json.dumps({"website": "https://example.com"})}],
}
BROKEN: Body = {**RULE, "name": "Broken", "rule_name": "Broken", "condition": "doc.annual_revenue >"}


def website(site: TestSite) -> str:
    return str(site.insert("Customer", customer_name="华星", annual_revenue=5000).website or "")


def test_a_packs_rule_comes_and_goes_with_it(site: TestSite, tmp_path: Path) -> None:
    reopen(site, make_pack(tmp_path, "trial", RULE))
    assert website(site) == ""
    site.enable_pack("trial")
    assert website(site) == "https://example.com"
    rows = site.system(
        lambda ctx: ctx.store.list("Automation Log", fields=["rule", "pack", "revision", "result"], limit=None)
    )
    assert rows == [{"rule": "Trial rule", "pack": "trial", "revision": 1, "result": "Done"}]
    site.disable_pack("trial")
    assert website(site) == ""
    with pytest.raises(DoesNotExistError):
        site.get("Automation Rule", "Trial rule")


def test_a_broken_rule_of_a_pack_stops_nothing(sqlite_site: TestSite, tmp_path: Path) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "trial", RULE, BROKEN))
    site.enable_pack("trial")
    assert website(site) == "https://example.com"
