"""A new version of a pack: its changed records come, those that the site changed stay and are reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.sites.create import migrate
from crm_platform.sites.delivery import Delivery
from crm_platform.testing import TestSite, digest
from support.packs import Body, custom_field, make_pack, reopen, thing


def rule(name: str, message: str) -> Body:
    return {
        "doctype": "Validation Rule",
        "name": name,
        "rule_name": name,
        "document_type": "Gadget",
        "enabled": 1,
        "condition": "doc.title != '禁'",
        "message": message,
        "pack": "trial",
    }


def role(name: str, **values: Any) -> Body:
    return {"doctype": "Role", "name": name, "role_name": name, "desk_access": 1, **values}


FIRST = (
    thing("Gadget"),
    custom_field("Customer", "colour"),
    rule("甲", "first"),
    rule("乙", "first"),
    rule("丙", "first"),
)
SECOND = (
    thing("Gadget", *({"fieldname": name, "fieldtype": "Data", "label": name} for name in ("title", "note"))),
    custom_field("Customer", "colour", label="Paint"),
    rule("甲", "second"),
    rule("乙", "second"),
    rule("丁", "second"),
)


@pytest.fixture
def first(site: TestSite, tmp_path: Path) -> TestSite:
    reopen(site, make_pack(tmp_path, "trial", *FIRST))
    site.enable_pack("trial")
    return site


def upgrade(site: TestSite, tmp_path: Path) -> Delivery:
    """Install version 2 and migrate; what was delivered for the pack."""
    reopen(site, make_pack(tmp_path, "trial", *SECOND, version="2.0"))
    return migrate(site.site)[-1]


def message(site: TestSite, name: str) -> str:
    return str(site.get("Validation Rule", name).message)


def test_an_upgrade_brings_what_changed_and_takes_what_went(first: TestSite, tmp_path: Path) -> None:
    upgrade(first, tmp_path)
    assert [message(first, name) for name in ("甲", "乙", "丁")] == ["second"] * 3
    with pytest.raises(DoesNotExistError):
        message(first, "丙")
    assert first.insert("Gadget", title="x", note="新").note == "新"
    assert first.get("Custom Field", "Customer-colour").label == "Paint"
    with pytest.raises(ValidationError, match="second"):
        first.insert("Gadget", title="禁")


def test_an_upgraded_site_is_like_one_that_began_with_the_new_version(first: TestSite, tmp_path: Path) -> None:
    upgrade(first, tmp_path)
    upgraded = digest(first)
    first.disable_pack("trial")
    first.enable_pack("trial")
    assert digest(first) == upgraded


def test_what_the_site_changed_is_kept_and_reported(first: TestSite, tmp_path: Path) -> None:
    first.update("Validation Rule", "乙", message="our own")
    first.update("Validation Rule", "丙", message="our own")
    report = upgrade(first, tmp_path)
    assert set(report.kept) == {"Validation Rule 乙", "Validation Rule 丙"}
    assert [message(first, name) for name in ("甲", "乙", "丙")] == ["second", "our own", "our own"]


def test_what_is_not_changed_is_not_touched(first: TestSite) -> None:
    before = first.get("Validation Rule", "甲").creation
    report = migrate(first.site)[-1]
    assert (report.added, report.kept, report.removed) == ([], [], [])
    assert first.get("Validation Rule", "甲").creation == before


def test_a_record_that_the_site_made_itself_stays_its_own(sqlite_site: TestSite, tmp_path: Path) -> None:
    sqlite_site.insert("Role", role_name="甲", desk_access=0)
    site = reopen(sqlite_site, make_pack(tmp_path, "trial", role("甲")))
    site.enable_pack("trial")
    assert site.get("Role", "甲").desk_access == 0
    site.disable_pack("trial")
    assert site.get("Role", "甲").desk_access == 0


def test_a_changed_record_outlives_its_pack(first: TestSite) -> None:
    first.update("Validation Rule", "乙", message="our own")
    first.disable_pack("trial")
    assert message(first, "乙") == "our own"
    with pytest.raises(DoesNotExistError):
        message(first, "甲")


def test_an_upgrade_with_faulty_definitions_changes_nothing(first: TestSite, tmp_path: Path) -> None:
    first.insert("Gadget", title="原来")
    faulty = thing("Gadget", {"fieldname": "docstatus", "fieldtype": "Data", "label": "X"})
    reopen(first, make_pack(tmp_path, "trial", faulty, rule("甲", "third"), version="3.0"))
    with pytest.raises(ValidationError, match="docstatus"):
        migrate(first.site)
    assert message(first, "甲") == "first"
    reopen(first, make_pack(tmp_path, "trial", *FIRST))
    assert first.read(lambda ctx: ctx.store.count("Gadget")) == 1


def test_what_two_packs_bring_goes_with_the_last_of_them(site: TestSite, tmp_path: Path) -> None:
    shared = {"doctype": "Workflow State", "name": "待审", "workflow_state_name": "待审"}
    reopen(site, *(make_pack(tmp_path, pack_id, shared) for pack_id in ("first", "second")))
    site.enable_pack("first")
    site.enable_pack("second")
    site.disable_pack("first")
    assert site.get("Workflow State", "待审").name == "待审"
    site.disable_pack("second")
    with pytest.raises(DoesNotExistError):
        site.get("Workflow State", "待审")


def test_what_the_core_brings_in_the_place_of_a_pack_stays(site: TestSite, tmp_path: Path) -> None:
    closed = {"doctype": "Workflow State", "name": "Closed", "workflow_state_name": "Closed"}
    reopen(site, make_pack(tmp_path, "trial", closed))
    site.enable_pack("trial")
    site.disable_pack("trial")
    assert site.get("Workflow State", "Closed").name == "Closed"
