"""What was deleted comes back: by itself from its copy, and with the plan that took it away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crm_platform.documents import drafts, plans, rollback
from crm_platform.documents.context import Context
from crm_platform.documents.drafts import Draft
from crm_platform.documents.secrets import reveal
from crm_platform.documents.undeleting import UNDONE_WITHIN, newest_copy, undelete, undo_own
from crm_platform.errors import CRMError, DoesNotExistError, DuplicateEntryError, ValidationError
from crm_platform.metadata.records import Definition
from crm_platform.testing import TestSite

LAYOUT = ("DocType Layout", "库管员的产品")
ROW_TIMES = {"creation", "modified", "modified_by", "owner"}


def kept(site: TestSite, doctype: str, name: str) -> dict[str, Any]:
    """All that is stored of a document; its rows without their own times."""
    values = site.get(doctype, name).as_dict()
    tables = {key: value for key, value in values.items() if isinstance(value, list)}
    rows = {
        key: [{k: v for k, v in row.items() if k not in ROW_TIMES} for row in value] for key, value in tables.items()
    }
    return {**values, **rows}


def belonging(site: TestSite, name: str) -> dict[str, list[Any]]:
    def read(ctx: Any) -> dict[str, list[Any]]:
        places = {
            "Comment": "reference_name",
            "Version": "docname",
            "File": "attached_to_name",
            "Tag Link": "document_name",
        }
        return {
            kind: ctx.store.list(kind, filters={place: name}, order_by="name asc") for kind, place in places.items()
        }

    return site.system(read)


@pytest.fixture
def stocked(site: TestSite) -> TestSite:
    """A site with a layout of the role 库管员 that was changed once and has a comment and a file."""
    site.role("库管员")
    fields = [{"fieldname": "product_name"}, {"fieldname": "product_code"}]
    site.insert(LAYOUT[0], name=LAYOUT[1], document_type="Product", role="库管员", fields=fields)
    site.update(*LAYOUT, priority=3)
    about = {"reference_doctype": LAYOUT[0], "reference_name": LAYOUT[1]}
    site.insert("Comment", comment_type="Comment", content="先看名称", **about)
    attached = {"attached_to_doctype": LAYOUT[0], "attached_to_name": LAYOUT[1]}
    site.system(
        lambda ctx: ctx.store.insert(
            ctx.store.new("File", {"file_name": "图.txt", "file_url": "https://例子.cn/t", **attached})
        )
    )
    return site


def taken_away(site: TestSite, *keys: tuple[str, str]) -> None:
    site.system(lambda ctx: drafts.apply(ctx, Draft((), keys), "api"))


def test_a_record_comes_back_whole_with_the_plan_that_took_it_away(stocked: TestSite) -> None:
    before, others = kept(stocked, *LAYOUT), belonging(stocked, LAYOUT[1])
    assert all(others[kind] for kind in ("Comment", "File"))
    shown = stocked.system(lambda ctx: drafts.preview(ctx, Draft((), [LAYOUT])))
    assert (shown.records, shown.steps) == ([(*LAYOUT, "removed")], [])
    assert kept(stocked, *LAYOUT) == before, "a preview changes nothing"

    taken_away(stocked, LAYOUT)
    with pytest.raises(DoesNotExistError):
        stocked.get(*LAYOUT)
    assert not any(belonging(stocked, LAYOUT[1]).values())
    assert stocked.read(plans.standing)[0].after == {LAYOUT: None}

    assert stocked.system(rollback.rollback).kept == []
    assert kept(stocked, *LAYOUT) == before
    assert belonging(stocked, LAYOUT[1]) == others


def test_a_record_that_was_made_again_in_between_comes_back_as_it_was_at_first(stocked: TestSite) -> None:
    before = stocked.get(*LAYOUT)
    taken_away(stocked, LAYOUT)
    again = {"document_type": "Product", "role": "库管员", "fields": [{"fieldname": "description"}]}
    stocked.system(lambda ctx: drafts.apply(ctx, Draft([Definition(*LAYOUT, again)]), "api"))
    assert stocked.get(*LAYOUT).priority == 0
    for _ in range(2):
        assert stocked.system(rollback.rollback).kept == []
    back = stocked.get(*LAYOUT)
    assert (back.priority, [row.fieldname for row in back.fields]) == (3, [row.fieldname for row in before.fields])


def test_records_that_need_each_other_go_and_come_back_together(stocked: TestSite) -> None:
    role = ("Role", "库管员")
    with pytest.raises(CRMError, match="linked"):
        raise stocked.system(lambda ctx: drafts.refusals(ctx, Draft((), [role])))[0]
    taken_away(stocked, role, LAYOUT)
    assert not stocked.read(lambda ctx: ctx.store.exists(*role))
    assert stocked.system(rollback.rollback).kept == []
    assert stocked.get(*LAYOUT).role == "库管员"


def test_a_secret_waits_sealed_with_the_copy(sqlite_site: TestSite) -> None:
    hook = sqlite_site.insert(
        "Webhook",
        webhook_doctype="Product",
        webhook_docevent="on_update",
        request_url="https://例子.cn/h",
        webhook_secret="密语",
    )
    key = ("Webhook", str(hook["name"]))
    taken_away(sqlite_site, key)
    copy = sqlite_site.system(lambda ctx: newest_copy(ctx, *key))
    assert copy
    assert "密语" not in str(sqlite_site.get("Deleted Document", copy).as_dict())
    sqlite_site.system(rollback.rollback)
    assert sqlite_site.system(lambda ctx: reveal(ctx, ctx.store.get(*key), "webhook_secret")) == "密语"


def test_what_somebody_has_made_anew_is_not_replaced(stocked: TestSite) -> None:
    taken_away(stocked, LAYOUT)
    stocked.insert(
        LAYOUT[0], name=LAYOUT[1], document_type="Product", role="库管员", fields=[{"fieldname": "product_code"}]
    )
    told = stocked.system(rollback.rollback).kept
    assert "somebody has changed it since" in told[0].message()
    assert len(stocked.get(*LAYOUT).fields) == 1


@pytest.mark.parametrize("key", [("Customer", "C1"), ("User", "Guest"), ("Report", "没有"), ("没有", "没有")])
def test_a_plan_takes_away_only_what_administrators_make(sqlite_site: TestSite, key: tuple[str, str]) -> None:
    with pytest.raises(DoesNotExistError):
        taken_away(sqlite_site, key)


def test_who_deleted_takes_it_back_without_reading_copies(site: TestSite) -> None:
    rights = {"role": site.role("仓管"), "read": 1, "write": 1, "create": 1, "delete": 1}
    site.doctype("Crate", {"fieldname": "title", "fieldtype": "Data"}, autoname="field:title", permissions=[rights])
    clerk, other = site.user("cang@example.com", "仓管"), site.user("yi@example.com", "仓管")
    site.insert("Crate", title="箱")
    site.write(lambda ctx: ctx.store.delete("Crate", "箱"), clerk)
    with pytest.raises(CRMError):
        site.get("Deleted Document", str(site.system(lambda ctx: newest_copy(ctx, "Crate", "箱"))), clerk)
    with pytest.raises(DoesNotExistError, match="You have not deleted Crate 箱"):
        site.write(lambda ctx: undo_own(ctx, "Crate", "箱"), other)
    with pytest.raises(DoesNotExistError, match="You have not deleted Crate 箱"):
        site.write(lambda ctx: undo_own(later(ctx, UNDONE_WITHIN), "Crate", "箱"), clerk)
    assert site.write(lambda ctx: undo_own(ctx, "Crate", "箱")["title"], clerk) == "箱"
    assert site.get("Crate", "箱", clerk).title == "箱"


def later(ctx: Context, passed: timedelta) -> Context:
    return replace(ctx, clock=lambda: ctx.now() + passed + timedelta(seconds=1))


def test_a_document_of_the_business_comes_back_from_its_copy(site: TestSite) -> None:
    product = site.insert("Product", product_code="茶", product_name="绿茶")
    before = kept(site, "Product", str(product["name"]))
    key = ("Product", str(product["name"]))
    site.write(lambda ctx: ctx.store.delete(*key))
    copy = site.read(lambda ctx: newest_copy(ctx, *key)) or ""
    site.write(lambda ctx: undelete(ctx, copy))
    assert kept(site, *key) == before
    with pytest.raises(ValidationError, match="already"):
        site.write(lambda ctx: undelete(ctx, copy))


def test_a_name_that_is_taken_is_not_taken_back(sqlite_site: TestSite) -> None:
    sqlite_site.insert("Product", product_code="茶", product_name="绿茶")
    sqlite_site.write(lambda ctx: ctx.store.delete("Product", "茶"))
    copy = sqlite_site.read(lambda ctx: newest_copy(ctx, "Product", "茶")) or ""
    sqlite_site.insert("Product", product_code="茶", product_name="红茶")
    with pytest.raises(DuplicateEntryError):
        sqlite_site.write(lambda ctx: undelete(ctx, copy))
    assert sqlite_site.get("Product", "茶").product_name == "红茶"


def test_only_who_reads_the_copies_brings_back(sqlite_site: TestSite) -> None:
    sqlite_site.insert("Product", product_code="茶", product_name="绿茶")
    sqlite_site.write(lambda ctx: ctx.store.delete("Product", "茶"))
    copy = sqlite_site.read(lambda ctx: newest_copy(ctx, "Product", "茶")) or ""
    clerk = sqlite_site.user("clerk@example.com", "Sales User")
    with pytest.raises(CRMError):
        sqlite_site.write(lambda ctx: undelete(ctx, copy), clerk)
    assert not sqlite_site.read(lambda ctx: ctx.store.exists("Product", "茶"))
