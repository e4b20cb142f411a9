"""The contract of packs: our packs and the dummy pack meet it, and each check finds a pack that does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_platform.pack import Context, Pack
from crm_platform.plugins.warranty.pack import pack as warranty
from crm_platform.testing import TestSite
from crm_platform.testing.contract import CHECKS, Check
from support.packs import make_pack, reopen, thing


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_warranty_pack_meets(sqlite_site: TestSite, check: Check) -> None:
    assert check(reopen(sqlite_site, warranty), warranty) == []


BROKEN_FORMAT = {
    "doctype": "Print Format",
    "name": "Bad",
    "doc_type": "Gadget",
    "html": "{{ doc.title.no.such.thing }}",
}
STUCK = {
    "doctype": "Workflow",
    "name": "Gadget",
    "workflow_name": "Gadget",
    "document_type": "Gadget",
    "is_active": 1,
    "workflow_state_field": "workflow_state",
    "states": [
        {"state": state, "doc_status": "0", "allow_edit": "System Manager"} for state in ("甲", "乙", "丙", "丁")
    ],
    "transitions": [
        {"state": "甲", "action": "a", "next_state": "乙", "allowed": "System Manager"},
        {"state": "甲", "action": "b", "next_state": "丁", "allowed": "System Manager"},
        {"state": "乙", "action": "c", "next_state": "乙", "allowed": "System Manager"},
    ],
}
FAULTY: dict[str, tuple[Any, str]] = {
    "doctypes_have_permissions": (thing("Gadget", permissions=[]), "Gadget has no permission row"),
    "workflows_have_no_dead_ends": (STUCK, "no transition leads to 丙"),
    "print_formats_render": (BROKEN_FORMAT, "Bad, of a document with all values"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_check_finds_the_fault(sqlite_site: TestSite, tmp_path: Path, name: str) -> None:
    record, sentence = FAULTY[name]
    records = [record] if record["doctype"] == "DocType" else [thing("Gadget"), record]
    pack = make_pack(tmp_path, "trial", *records)
    (check,) = [one for one in CHECKS if one.__name__ == name]
    assert sentence in " ".join(check(reopen(sqlite_site, pack), pack))


def test_texts_without_translation_are_found(sqlite_site: TestSite, tmp_path: Path) -> None:
    pack = make_pack(tmp_path, "trial", thing("Gadget", {"fieldname": "x", "fieldtype": "Data", "label": "Zork"}))
    catalogue = tmp_path / "trial-1.0" / "locale" / "zh_CN" / "LC_MESSAGES" / "trial.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Gadget"\nmsgstr "器具"\n'
    )
    (check,) = [one for one in CHECKS if one.__name__ == "texts_are_translated"]
    assert check(reopen(sqlite_site, pack), pack) == ["zh_CN: no translation of “Zork”."]


def test_what_a_pack_leaves_behind_is_found(sqlite_site: TestSite, tmp_path: Path) -> None:
    """It writes a definition of the site's own when it is enabled, which disabling cannot know of."""

    def after_enable(self: Pack, ctx: Context) -> None:
        values = {"dt": "Customer", "fieldname": "x", "fieldtype": "Data", "label": "X"}
        if not ctx.store.exists("Custom Field", "Customer-x"):
            ctx.store.insert(ctx.store.new("Custom Field", values))

    pack = make_pack(tmp_path, "trial", after_enable=after_enable)
    (check,) = [one for one in CHECKS if one.__name__ == "comes_and_goes_cleanly"]
    assert check(reopen(sqlite_site, pack), pack) == ["Disabling leaves something of the pack on the site."]


def test_a_definition_at_fault_is_found_before_the_pack_is_on(sqlite_site: TestSite, tmp_path: Path) -> None:
    pack = make_pack(tmp_path, "trial", thing("Gadget", {"fieldname": "docstatus", "fieldtype": "Data"}))
    (check,) = [one for one in CHECKS if one.__name__ == "definitions_are_sound"]
    assert "docstatus" in " ".join(check(reopen(sqlite_site, pack), pack))
