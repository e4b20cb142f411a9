"""Singles, trees and virtual DocTypes."""

from __future__ import annotations

import re

import pytest

from crm_platform.errors import DuplicateEntryError, ValidationError
from crm_platform.testing import TestSite
from support.sabotage import defended_by, nothing

TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}
COLOUR = {"fieldname": "colour", "fieldtype": "Data", "label": "Colour", "default": "red"}


def test_a_single_is_there_before_it_is_saved_and_once_only(site: TestSite) -> None:
    site.doctype("Paint", TITLE, COLOUR, issingle=1)
    assert site.get("Paint", "Paint").name == "Paint"
    site.update("Paint", "Paint", title="甲")
    site.update("Paint", "Paint", title="乙")
    assert (site.get("Paint", "Paint").title, site.get("Paint", "Paint").colour) == ("乙", "red")
    with pytest.raises(DuplicateEntryError):
        site.insert("Paint", title="丙")


def test_rows_that_are_not_stored_are_no_columns(site: TestSite) -> None:
    site.doctype("Bolt", TITLE, istable=1, permissions=[])
    bolts = {"fieldname": "bolts", "fieldtype": "Table", "label": "Bolts", "options": "Bolt", "is_virtual": 1}
    site.doctype("Engine", TITLE, bolts)
    name = str(site.insert("Engine", title="甲", bolts=[]).name)
    site.update("Engine", name, title="乙", bolts=[])
    assert site.get("Engine", name).title == "乙"


@pytest.fixture
def regions(site: TestSite) -> TestSite:
    site.doctype("Region", TITLE, is_tree=1, autoname="field:title")
    for title, parent in (("World", None), ("亚洲", "World"), ("中国", "亚洲"), ("Europe", "World")):
        site.insert("Region", title=title, parent_region=parent)
    return site


@pytest.mark.parametrize(
    ("operator", "name", "found"),
    [
        ("descendants of", "亚洲", {"中国"}),
        ("descendants of (inclusive)", "亚洲", {"亚洲", "中国"}),
        ("not descendants of", "亚洲", {"World", "亚洲", "Europe"}),
        ("ancestors of", "中国", {"World", "亚洲"}),
        ("not ancestors of", "中国", {"中国", "Europe"}),
        ("descendants of", "nowhere", set()),
    ],
)
def test_a_tree_is_asked_for_its_branches(regions: TestSite, operator: str, name: str, found: set[str]) -> None:
    rows = regions.read(lambda ctx: ctx.store.list("Region", filters=[["name", operator, name]]))
    assert {row["name"] for row in rows} == found


@defended_by("crm_platform.documents.checks:check_tree", replace_with=nothing)
def test_X22_a_node_does_not_come_below_itself(regions: TestSite) -> None:
    with pytest.raises(ValidationError) as refused:
        regions.update("Region", "亚洲", parent_region="中国")
    assert [e.field for e in refused.value.errors] == ["parent_region"]
    assert regions.update("Region", "中国", parent_region="Europe").parent_region == "Europe"


def without_quotes(doctype: str, name: str) -> str:
    """What names are made of where marks are taken out because statements could not hold them."""
    return re.sub(r"[^\w ]", "", name)


@defended_by("crm_platform.documents.naming:check_name", replace_with=without_quotes)
def test_A10_a_name_with_quotes_is_found_exactly(regions: TestSite) -> None:
    odd = "O'Brien \"%_\\ `x`; --"
    regions.insert("Region", title=odd, parent_region="Europe")
    regions.insert("Region", title="below", parent_region=odd)
    rows = regions.read(lambda ctx: ctx.store.list("Region", filters=[["name", "descendants of", odd]]))
    assert [row["name"] for row in rows] == ["below"]
    assert regions.get("Region", odd).name == odd
    assert [r["name"] for r in regions.read(lambda ctx: ctx.store.list("Region", filters={"name": odd}))] == [odd]


def test_a_virtual_doctype_says_that_it_has_no_documents(site: TestSite) -> None:
    site.doctype("Ghost", TITLE, is_virtual=1)
    for work in (lambda ctx: ctx.store.list("Ghost"), lambda ctx: ctx.store.get("Ghost", "x")):
        with pytest.raises(ValidationError, match="is virtual"):
            site.read(work)
