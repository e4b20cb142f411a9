"""The contract of packs: our packs and the dummy pack meet it, and each check finds a pack that does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm_platform.pack import Context, Pack
from crm_platform.plugins.warranty.pack import pack as warranty
from crm_platform.testing import TestSite
from crm_platform.testing.contract import CHECKS, Check, queries_have_limits
from crm_platform.testing.imports import foreign_imports
from support.packs import answering, custom_field, make_pack, reopen, thing
from support.plugins import PACKS


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_warranty_pack_meets(sqlite_site: TestSite, check: Check) -> None:
    assert check(reopen(sqlite_site, warranty), warranty) == []


def test_records_of_the_packs_own_doctypes_come_and_go(sqlite_site: TestSite, tmp_path: Path) -> None:
    part = thing("Gadget Part", istable=1, permissions=[])
    rows = {"fieldname": "parts", "fieldtype": "Table", "label": "Parts", "options": "Gadget Part"}
    gadget = thing(
        "Gadget", {"fieldname": "title", "fieldtype": "Data", "label": "Title"}, rows, autoname="field:title"
    )
    lamp = {"doctype": "Gadget", "name": "灯", "title": "灯", "parts": [{"title": "泡"}]}
    pack = make_pack(tmp_path, "trial", part, gadget, lamp)
    (check,) = [one for one in CHECKS if one.__name__ == "comes_and_goes_cleanly"]
    assert check(reopen(sqlite_site, pack), pack) == []


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
DANGLING = {"fieldname": "of", "fieldtype": "Link", "label": "Of", "options": "Nowhere"}
LOST = {**BROKEN_FORMAT, "doc_type": "Nowhere"}
WRONG_REPORT = {
    "doctype": "Report",
    "name": "Bad",
    "report_name": "Bad",
    "ref_doctype": "Gadget",
    "report_type": "Report Builder",
    "is_standard": "Yes",
    "json": '{"fields": [["nothing", "Gadget"]]}',
}
FAULTY: dict[str, tuple[Any, str]] = {
    "links_point_somewhere": (thing("Gadget", DANGLING), "points to the DocType Nowhere"),
    "views_render": (WRONG_REPORT, "The report Bad does not come"),
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


def test_a_row_filter_that_fails_for_somebody_is_found(sqlite_site: TestSite, tmp_path: Path) -> None:
    """Nothing narrows the Administrator, who makes the pages; so each role asks for the list."""
    pack = make_pack(
        tmp_path, "trial", thing("Gadget"), **answering("row_filters", {"Gadget": lambda ctx, action: None})
    )
    (check,) = [one for one in CHECKS if one.__name__ == "views_render"]
    (fault,) = check(reopen(sqlite_site, pack), pack)
    assert fault.startswith("Gadget: the list does not come for the role System Manager: The row filter Gadget")
    assert "must return a condition or EVERYTHING, not NoneType" in fault


def test_records_about_nothing_are_found(sqlite_site: TestSite, tmp_path: Path) -> None:
    pack = make_pack(tmp_path, "trial", thing("Gadget"), LOST, custom_field("Nowhere", "colour"))
    (check,) = [one for one in CHECKS if one.__name__ == "links_point_somewhere"]
    assert sorted(check(reopen(sqlite_site, pack), pack)) == [
        "Custom Field Nowhere-colour is about Nowhere, a DocType that is not there.",
        "Print Format Bad is about Nowhere, a DocType that is not there.",
    ]


def test_a_hook_of_another_shape_is_found(sqlite_site: TestSite, tmp_path: Path) -> None:
    pack = make_pack(tmp_path, "trial", **answering("document_events", {"Customer": {"validate": "soon"}}))
    (check,) = [one for one in CHECKS if one.__name__ == "hooks_fit"]
    assert "must give a mapping of events to functions for Customer" in " ".join(check(sqlite_site, pack))


@pytest.mark.parametrize(
    ("source", "foreign"),
    [
        ("import crm_platform.documents.saving", "crm_platform.documents.saving"),
        ("def f():\n    from crm_platform.sites import opening", "crm_platform.sites"),
        ("from crm_platform import app", "crm_platform.app"),
        ("from crm_platform.pack import Pack\nimport json\nfrom . import rules\nimport made.for_a_test", ""),
    ],
)
def test_imports_of_the_engine_are_found(tmp_path: Path, source: str, foreign: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "code.py").write_text(source)
    found = foreign_imports(tmp_path, "made")
    assert [sentence.split()[2].rstrip(".") for sentence in found] == ([foreign] if foreign else [])


def test_texts_without_translation_are_found(sqlite_site: TestSite, tmp_path: Path) -> None:
    buttons = answering("form_actions", {"Gadget": [{"label": "Grow", "method": "trial.grow"}]})
    field = {"fieldname": "x", "fieldtype": "Data", "label": "Zork"}
    about = {"report_name": "Gadget", "ref_doctype": "Gadget", "report_type": "Report Builder"}
    counted = {"aggregates": [{"function": "count", "label": "How Many"}]}
    report = {"doctype": "Report", "name": "Gadget", **about, "json": json.dumps(counted)}
    rule = {"doctype": "Automation Rule", "name": "Wake Up", "rule_name": "Wake Up"}
    pack = make_pack(tmp_path, "trial", thing("Gadget", field), report, rule, **buttons)
    catalogue = tmp_path / "trial-1.0" / "locale" / "zh_CN" / "LC_MESSAGES" / "trial.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Gadget"\nmsgstr "器具"\n'
    )
    (check,) = [one for one in CHECKS if one.__name__ == "texts_are_translated"]
    (catalogue.parents[3] / "rules.py").write_text('raise ValidationError("Too many gadgets.")', encoding="utf-8")
    found = check(reopen(sqlite_site, pack), pack)
    assert [sentence.partition(" (")[0] for sentence in found] == [
        "zh_CN: no translation of “Grow”",
        "zh_CN: no translation of “How Many”",
        "zh_CN: no translation of “Too many gadgets.”",
        "zh_CN: no translation of “Wake Up”",
        "zh_CN: no translation of “Zork”",
    ]
    assert "(rules.py). Add it to a .po file in locale/zh_CN/LC_MESSAGES." in found[2]


def test_what_a_pack_leaves_behind_is_found(sqlite_site: TestSite, tmp_path: Path) -> None:
    """It writes a definition of the site's own when it is enabled, which disabling cannot know of."""

    def after_enable(self: Pack, ctx: Context) -> None:
        values = {"dt": "Customer", "fieldname": "x", "fieldtype": "Data", "label": "X"}
        if not ctx.store.exists("Custom Field", "Customer-x"):
            ctx.store.insert(ctx.store.new("Custom Field", values))

    pack = make_pack(tmp_path, "trial", after_enable=after_enable)
    (check,) = [one for one in CHECKS if one.__name__ == "comes_and_goes_cleanly"]
    first, *others = check(reopen(sqlite_site, pack), pack)
    assert first == "Disabling leaves something of the pack on the site."
    assert {sentence.split()[-1].rstrip(".") for sentence in others} >= {"_definition", "tabCustomer"}


def every_gadget(ctx: Context, *_: Any) -> int:
    return len(ctx.store.list("Gadget", limit=None))


def some_gadgets(ctx: Context, *_: Any) -> int:
    return len(ctx.store.list("Gadget", limit=100)) + ctx.store.count("Gadget")


UNLIMITED = {
    "event": (answering("document_events", {"Gadget": {"validate": every_gadget}}), "Saving a Gadget reads 2101 rows"),
    "clock": (answering("schedules", {"0 6 * * *": every_gadget}), "The work at 0 6 * * * reads 2101 rows"),
    "method": (answering("api_methods", {"all": every_gadget}), "The method trial.all reads 2101 rows"),
}


@pytest.mark.parametrize("name", UNLIMITED)
def test_a_read_without_a_limit_is_found(sqlite_site: TestSite, tmp_path: Path, name: str) -> None:
    hook, sentence = UNLIMITED[name]
    pack = make_pack(tmp_path, "trial", thing("Gadget"), **hook)
    (fault,) = queries_have_limits(reopen(sqlite_site, pack), pack)
    assert sentence in fault


def test_a_read_with_a_limit_is_none(sqlite_site: TestSite, tmp_path: Path) -> None:
    hooks = {
        **answering("document_events", {"Gadget": {"validate": some_gadgets}}),
        **answering("schedules", {"0 6 * * *": some_gadgets}),
    }
    pack = make_pack(tmp_path, "trial", thing("Gadget"), **hooks)
    assert queries_have_limits(reopen(sqlite_site, pack), pack) == []


@pytest.mark.soak
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.manifest.id)
def test_packs_read_with_limits_of_a_hundred_thousand_rows(sqlite_site: TestSite, pack: Pack) -> None:
    assert queries_have_limits(reopen(sqlite_site, *PACKS), pack, 100_000) == []


def test_data_that_a_pack_leaves_when_it_is_uninstalled_are_found(sqlite_site: TestSite, tmp_path: Path) -> None:
    """It writes a record of another's DocType by itself, where a fixture would be known."""

    def after_enable(self: Pack, ctx: Context) -> None:
        if not ctx.store.exists("Territory", "火星"):
            ctx.store.insert(ctx.store.new("Territory", {"territory_name": "火星"}))

    pack = make_pack(tmp_path, "trial", after_enable=after_enable)
    (check,) = [one for one in CHECKS if one.__name__ == "comes_and_goes_cleanly"]
    faults = " ".join(check(reopen(sqlite_site, pack), pack))
    assert "Uninstalled with its data, the pack leaves something in the table tabTerritory" in faults


def test_a_definition_at_fault_is_found_before_the_pack_is_on(sqlite_site: TestSite, tmp_path: Path) -> None:
    pack = make_pack(tmp_path, "trial", thing("Gadget", {"fieldname": "docstatus", "fieldtype": "Data"}))
    (check,) = [one for one in CHECKS if one.__name__ == "definitions_are_sound"]
    assert "docstatus" in " ".join(check(reopen(sqlite_site, pack), pack))
