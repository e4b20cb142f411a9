"""Records of a Frappe app come in whatever order their files have, with the modules that they name, and go again."""

from __future__ import annotations

from dataclasses import replace

from crm_platform.documents import drafts, rollback
from crm_platform.documents.drafts import Draft
from crm_platform.metadata.records import Definition
from crm_platform.testing import TestSite


def workspace(name: str, parent: str = "") -> Definition:
    body = {"doctype": "Workspace", "label": name, "title": name, "module": "Payroll", "public": 1}
    return Definition("Workspace", name, {**body, "parent_page": parent} if parent else body)


def test_records_come_in_with_their_module_and_those_they_need_and_go_again(site: TestSite) -> None:
    draft = Draft([workspace("Bonuses", parent="Wages"), workspace("Wages")])
    shown = site.system(lambda ctx: drafts.preview(ctx, draft)).records
    assert {kind for kind, _, _ in shown} == {"Workspace", "Module Def"}
    done = site.system(lambda ctx: drafts.apply(ctx, draft, "file"))
    assert done.records.left_out == []
    assert site.get("Workspace", "Bonuses").parent_page == "Wages"
    assert site.get("Module Def", "Payroll").custom == 1
    assert site.system(rollback.rollback).kept == []
    assert not site.read(lambda ctx: ctx.store.exists("Module Def", "Payroll"))
    assert not site.read(lambda ctx: ctx.store.exists("Workspace", "Bonuses"))


def test_a_record_that_needs_what_is_nowhere_is_left_out_and_told(site: TestSite) -> None:
    draft = Draft([workspace("Bonuses", parent="Nowhere"), workspace("Wages")])
    done = site.system(lambda ctx: drafts.apply(ctx, draft, "file"))
    (told,) = done.records.left_out
    assert not site.read(lambda ctx: ctx.store.exists("Workspace", "Bonuses"))
    assert told.message().startswith("Workspace Bonuses: Could not find Parent Page")
    assert site.get("Workspace", "Wages").module == "Payroll"


def test_keys_without_a_field_are_told_once_and_only_where_they_say_something(site: TestSite) -> None:
    extra = {"custom_blocks": [{"label": "x"}], "is_archived": 1, "charts_label": ""}
    records = [replace(one, body={**one.body, **extra}) for one in (workspace("Bonuses"), workspace("Wages"))]
    done = site.system(lambda ctx: drafts.apply(ctx, Draft(records), "file"))
    assert done.records.unknown == {"Workspace": ["custom_blocks", "is_archived"]}
    assert site.system(lambda ctx: drafts.apply(ctx, Draft([workspace("Bonuses")]), "file")).records.unknown == {}
