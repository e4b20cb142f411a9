"""Which fields of a DocType are searched, and what stands in which part."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.search.fields import Plan, plan_of, readable_path
from support.definitions import Body, doctype, merged, row


def plan(*fields: Body, children: tuple[Any, ...] = (), **properties: Any) -> Plan:
    definitions = merged(doctype("Note", *fields, **properties), *children).definitions
    return plan_of(definitions, definitions["Note"])


def paths(found: Plan) -> list[str]:
    return [".".join(searched.path) for searched in found.fields]


def test_without_any_mark_the_texts_of_a_doctype_are_searched() -> None:
    fields = [row("title"), row("tel", "Phone"), row("body", "Text Editor"), row("count", "Int"), row("when", "Date")]
    assert paths(plan(*fields, row("kind", "Select", options="A"), row("code", "Code"))) == ["title", "tel", "body"]


def test_a_mark_chooses_the_short_texts_and_long_ones_stay() -> None:
    fields = [row("title"), row("serial", in_global_search=1), row("body", "Text"), row("kind", "Select", options="A")]
    assert paths(plan(*fields)) == ["serial", "body"]
    assert paths(plan(*fields, title_field="title", search_fields="kind")) == ["title", "serial", "body", "kind"]


@pytest.mark.parametrize(
    "closed",
    [
        row("x", "Password", in_global_search=1),
        row("x", in_global_search=1, sensitivity="Confidential"),
        row("x", in_global_search=1, sensitivity="Secret"),
        row("x", in_global_search=1, mask=1),
    ],
    ids=["password", "confidential", "secret", "masked as in Frappe"],
)
def test_secrets_and_masked_fields_are_never_searched(closed: Body) -> None:
    assert paths(plan(row("title"), closed, row("body", "Text"), search_fields="x", title_field="x")) == ["body"]


def test_rows_are_searched_where_their_fields_are_marked() -> None:
    child = doctype("Line", row("item", in_global_search=1), row("note", "Text"), istable=1)
    assert paths(plan(row("title"), row("lines", "Table", options="Line"), children=(child,))) == ["lines.item"]


def test_engines_doctypes_and_logs_are_searched_only_when_they_ask() -> None:
    def one(**properties: Any) -> list[str]:
        return paths(plan(row("title"), row("body", "Text"), **properties))

    assert one(in_create=1) == []
    assert one(in_create=1, show_name_in_global_search=1, title_field="title") == ["title"]
    assert plan(row("title"), istable=1).parts == ()
    assert plan(row("title"), issingle=1).parts == ()


def test_each_set_of_levels_has_a_part_with_what_everybody_reads() -> None:
    child = doctype("Line", row("item", in_global_search=1, permlevel=2), istable=1)
    fields = (
        row("title", in_global_search=1),
        row("secret", in_global_search=1, permlevel=1),
        row("lines", "Table", options="Line", permlevel=1),
    )
    parts = {tuple(sorted(part.levels)): part.paths for part in plan(*fields, children=(child,)).parts}
    assert parts == {(): ("title",), (1,): ("title", "secret"), (1, 2): ("title", "secret", "lines.item")}


def test_a_part_is_named_by_its_fields() -> None:
    first, same = plan(row("a"), row("b")), plan(row("a"), row("b"), row("n", "Int"))
    assert [part.id for part in first.parts] == [part.id for part in same.parts]
    assert first.parts[0].id != plan(row("a")).parts[0].id
    assert first.id != plan(row("a"), row("b", permlevel=1)).id


@pytest.mark.parametrize(
    ("field", "levels", "open_"),
    [
        (row("a"), {0}, True),
        (row("a", permlevel=1), {0}, False),
        (row("a", permlevel=1), {0, 1}, True),
        (row("a", "Password"), {0, 1}, False),
        (row("a", sensitivity="Confidential"), {0, 1}, False),
        (row("b"), {0, 1}, False),
    ],
)
def test_whether_a_part_may_be_searched_is_asked_of_todays_definitions(
    field: Body, levels: set[int], open_: bool
) -> None:
    definitions = merged(doctype("Note", row("first"), field)).definitions
    assert readable_path(definitions, definitions["Note"], "a", frozenset(levels)) is open_
