"""Snapshots: the caller's rights decide what is in them; everything is plain data."""

from __future__ import annotations

import pickle

import pytest

from crm_platform.errors import DoesNotExistError, PermissionError, PrintFormatError
from crm_platform.printing.limits import Limits
from crm_platform.printing.taking import Wish, take
from crm_platform.printing.wire import dumps
from crm_platform.testing import TestSite
from support.printing import own_format, snapshot, sources_of
from support.sabotage import always, defended_by, nothing

from .conftest import CLERK, VALUES, VIEWER


def test_a_snapshot_is_plain_data(shops: TestSite) -> None:
    taken = snapshot(shops, "Trial Order", "TO-1", language="zh")
    assert pickle.loads(pickle.dumps(taken)) == taken
    assert "传感器采购".encode() in dumps(taken)
    assert taken.messages["Open"] == "待处理"


@defended_by("crm_platform.access.policy:Policy.levels", replace_with=always(frozenset({0, 1})))
def test_B11_what_the_caller_may_not_read_is_not_in_the_snapshot(shops: TestSite) -> None:
    everything, filtered = (dumps(snapshot(shops, "Trial Order", "TO-1", user)) for user in ("Administrator", CLERK))
    for canary in (b"41.75", b"777.25"):
        assert canary in everything
        assert canary not in filtered
    assert b"hunter2" not in everything


def test_hidden_fields_are_empty_and_known_so_that_templates_print(shops: TestSite) -> None:
    doc = snapshot(shops, "Trial Order", "TO-1", CLERK).doc
    assert doc["margin"] is None
    assert doc["items"][0]["cost"] is None
    assert doc["items"][0]["product"] == "变频器 <VS>"


def test_printing_needs_its_right(shops: TestSite) -> None:
    with pytest.raises(PermissionError, match="print"):
        snapshot(shops, "Trial Order", "TO-1", VIEWER)


@pytest.mark.parametrize("name", ["TO-2", "", "../TO-1"])
def test_a_missing_document_is_missing(shops: TestSite, name: str) -> None:
    with pytest.raises(DoesNotExistError):
        snapshot(shops, "Trial Order", name, CLERK)


@defended_by("crm_platform.printing.taking:choose_format", replace_with=nothing)
@pytest.mark.parametrize("wanted", ["No such format", "../../etc/passwd", "customer_profile.html", "Customer Profile"])
def test_D08_a_format_is_found_by_its_name_and_doctype_only(shop: TestSite, wanted: str) -> None:
    with pytest.raises(PrintFormatError, match="There is no print format"):
        snapshot(shop, "Trial Order", "TO-1", print_format=wanted)


def test_a_disabled_format_is_none(shop: TestSite) -> None:
    own_format(shop, "Trial Order", "{{ doc.name }}")
    assert snapshot(shop, "Trial Order", "TO-1", print_format="Test Format").template is not None
    shop.update("Print Format", "Test Format", disabled=1)
    with pytest.raises(PrintFormatError):
        snapshot(shop, "Trial Order", "TO-1", print_format="Test Format")


def test_the_standard_format_leaves_out_what_is_hidden_or_empty(shop: TestSite) -> None:
    def fields(user: str) -> set[str]:
        taken = snapshot(shop, "Trial Order", "TO-1", user)
        short = {name for part in taken.sections for column in part.columns for name in column}
        return short | {name for part in taken.sections for name in part.texts}

    assert fields("Administrator") == {"title", "status", "day", "currency", "margin", "note"}
    assert fields(CLERK) == fields("Administrator") - {"margin"}


def test_columns_of_rows_follow_levels_too(shop: TestSite) -> None:
    def columns(user: str) -> list[str]:
        (grid,) = snapshot(shop, "Trial Order", "TO-1", user).sections[-1].grids
        return [column.fieldname for column in grid.columns]

    assert columns("Administrator") == ["product", "qty", "amount", "cost"]
    assert columns(CLERK) == ["product", "qty", "amount"]


def test_drafts_are_marked_and_cancelled_documents_need_leave(shop: TestSite) -> None:
    assert snapshot(shop, "Trial Order", "TO-1").mark == "Draft"
    shop.write(lambda ctx: ctx.store.submit("Trial Order", "TO-1"))
    assert snapshot(shop, "Trial Order", "TO-1").mark == ""
    shop.write(lambda ctx: ctx.store.cancel("Trial Order", "TO-1"))
    with pytest.raises(PermissionError, match="Print Settings"):
        snapshot(shop, "Trial Order", "TO-1")
    shop.update("Print Settings", "Print Settings", allow_print_for_cancelled=1)
    assert snapshot(shop, "Trial Order", "TO-1").mark == "Cancelled"


def test_page_and_language_are_chosen(shop: TestSite) -> None:
    letter = snapshot(shop, "Trial Order", "TO-1", page_size="Letter", language="zh")
    assert (letter.page.width, letter.page.height, letter.language) == (215.9, 279.4, "zh")
    assert snapshot(shop, "Trial Order", "TO-1").page.width == 210
    with pytest.raises(PrintFormatError, match="no page size"):
        snapshot(shop, "Trial Order", "TO-1", page_size="B52")


def test_a_person_gets_the_paper_in_the_own_language(shop: TestSite) -> None:
    assert snapshot(shop, "Trial Order", "TO-1", CLERK).language == "en"
    shop.update("User", CLERK, language="zh")
    assert snapshot(shop, "Trial Order", "TO-1", CLERK).language == "zh"
    assert snapshot(shop, "Trial Order", "TO-1", CLERK, language="en").language == "en"


def test_a_format_brings_sheet_and_language(shop: TestSite) -> None:
    own_format(shop, "Trial Order", "x")
    changes = {"orientation": "Landscape", "page_size": "A5", "default_print_language": "zh", "margin_left": 3}
    shop.update("Print Format", "Test Format", page_number="Top Center", **changes)
    taken = snapshot(shop, "Trial Order", "TO-1", print_format="Test Format")
    assert (taken.page.width, taken.page.height, taken.page.margins[3]) == (210, 148, 3)
    assert (taken.page.number_at, taken.language) == ("top-center", "zh")


def test_the_letterhead_is_the_sites_unless_it_is_not_wanted(shop: TestSite) -> None:
    content = "<b>上海星河</b><script>alert(1)</script>{{ 7 * 7 }}"
    shop.insert("Letter Head", letter_head_name="Main", is_default=1, content=content, footer="电话")
    head = snapshot(shop, "Trial Order", "TO-1", CLERK).letterhead
    assert head.header == "<b>上海星河</b>{{ 7 * 7 }}"
    assert head.footer == "电话"
    assert snapshot(shop, "Trial Order", "TO-1", CLERK, letterhead=False).letterhead.header == ""


def test_a_letterhead_is_chosen_by_name(shop: TestSite) -> None:
    shop.insert("Letter Head", letter_head_name="华东", content="华东分公司")
    shop.insert("Letter Head", letter_head_name="旧", content="旧", disabled=1)
    assert snapshot(shop, "Trial Order", "TO-1", CLERK, letterhead="华东").letterhead.header == "华东分公司"
    for name in ("旧", "没有的"):
        with pytest.raises(PrintFormatError, match=f"There is no letterhead {name}"):
            snapshot(shop, "Trial Order", "TO-1", CLERK, letterhead=name)


@defended_by("crm_platform.printing.taking:_check_size", replace_with=nothing)
def test_I03_a_document_with_too_many_rows_is_refused(shop: TestSite) -> None:
    rows = [{"product": f"{number}"} for number in range(4)]
    shop.insert("Trial Order", **{**VALUES, "name": "TO-9", "items": rows})
    with pytest.raises(PrintFormatError, match="TO-9 has 4 rows; at most 3"):
        shop.read(lambda ctx: take(ctx, sources_of(shop), Limits(rows=3), "Trial Order", "TO-9", Wish()))
