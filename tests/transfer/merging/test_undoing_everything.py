"""Any documents with any links: what a merge did and an undo took back leaves the site as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.recompute import differences
from crm_platform.testing import TestSite
from crm_platform.transfer.duplicates.keys import MATCH_KEY
from crm_platform.transfer.merging.merging import merge
from crm_platform.transfer.merging.undoing import undo
from support.definitions import row

NAMES = ("甲", "乙", "丙", "丁")
CHANGING = frozenset({"modified", "modified_by", "idx"})
KINDS = ("Node", "Node Line", "Note", "Comment", "ToDo", "Tag Link", "DocShare", "User Permission")

NAME = st.sampled_from(NAMES)
NODES = st.fixed_dictionaries(
    {
        "city": st.sampled_from(["", "北京", "上海"]),
        "amount": st.decimals(0, 999, places=2) | st.none(),
        "since": st.dates() | st.none(),
        "mother": NAME | st.none(),
        "lines": st.lists(
            st.fixed_dictionaries({"item": st.sampled_from("abc"), "node": NAME | st.none()}), max_size=3
        ),
    }
)
ORDER = st.permutations(NAMES)
THINGS = st.lists(
    st.tuples(st.sampled_from(["Note", "Comment", "ToDo", "Tag Link", "DocShare", "User Permission"]), NAME), max_size=8
)


@pytest.fixture
def nodes(site: TestSite) -> TestSite:
    site.doctype("Node Line", row("item"), istable=1, permissions=[])
    site.doctype(
        "Node",
        *(row("title"), row("city"), row("amount", "Currency"), row("since", "Date")),
        *(row("mother", "Link", options="Node"), row("lines", "Table", options="Node Line")),
        autoname="field:title",
        track_changes=1,
    )
    site.doctype("Note", row("node", "Link", options="Node"), row("kind"), row("about", "Dynamic Link", options="kind"))
    count = {"fieldtype": "Int", "rollup": '{"from": "Note", "link": "node", "function": "count"}'}
    site.insert("Custom Field", dt="Node", fieldname="notes", label="Notes", **count)
    below = {"fieldtype": "Int", "rollup": '{"from": "Node", "link": "mother", "function": "sum", "field": "notes"}'}
    site.insert("Custom Field", dt="Node", fieldname="notes_below", label="Notes Below", **below)
    least = {"fieldtype": "Int", "rollup": '{"from": "Node", "link": "mother", "function": "min", "field": "notes"}'}
    site.insert("Custom Field", dt="Node", fieldname="least_below", label="Least Below", **least)
    site.insert("Custom Field", dt="Node Line", fieldname="node", label="Node", fieldtype="Link", options="Node")
    site.insert(
        "Match Rule",
        rule_name="Node",
        document_type="Node",
        threshold=10,
        fields=[{"field": "city", "method": "Name", "weight": 20}],
    )
    site.user("li.wei@example.com", "System Manager")
    site.insert("Tag", name="wichtig")
    return site


def make(ctx: Context, things: list[tuple[str, str]], nodes: list[dict[str, Any]]) -> None:
    """Nodes first without links, then with them, then what names them."""
    store = ctx.store
    for name in NAMES:
        store.insert(store.new("Node", {"title": name}))
    for name, values in zip(NAMES, nodes, strict=True):
        store.update("Node", name, values)
    for kind, name in things:
        values = {
            "Note": {"node": name, "kind": "Node", "about": name},
            "Comment": {"comment_type": "Comment", "reference_doctype": "Node", "reference_name": name, "content": "c"},
            "ToDo": {"reference_type": "Node", "reference_name": name, "description": "d"},
            "Tag Link": {"document_type": "Node", "document_name": name, "tag": "wichtig"},
            "DocShare": {"share_doctype": "Node", "share_name": name, "user": "li.wei@example.com", "read": 1},
            "User Permission": {"user": "li.wei@example.com", "allow": "Node", "for_value": name},
        }[kind]
        store.insert(store.new(kind, values))


def rows_of(ctx: Context) -> dict[str, list[Any]]:
    """The rows of everything that a merge touches, but for when they were changed."""
    found: dict[str, list[Any]] = {"keys": ctx.connection.fetch(MATCH_KEY, order_by="key")}
    for kind in KINDS:
        meta = ctx.definitions[kind]
        columns = tuple(Column((c,), c) for c in meta.columns if c not in CHANGING)
        found[kind] = sorted(map(repr, ctx.connection.select(Query(meta, columns))))
    found["keys"] = sorted(map(repr, found["keys"]))
    return found


FAMILY: list[dict[str, Any]] = [{"mother": "乙"}, {}, {"mother": "甲"}, {}]
"""甲 is below 乙, 丙 below 甲."""


class _Enough(Exception):
    """Takes an example back."""


def merge_and_undo(nodes: TestSite, examples: int) -> None:
    @settings(max_examples=examples)
    @given(nodes_=st.lists(NODES, min_size=4, max_size=4), things=THINGS, order=ORDER, count=st.integers(1, 3))
    def hold(nodes_: list[Any], things: list[Any], order: list[str], count: int) -> None:
        def example(ctx: Context) -> None:
            make(ctx, things, nodes_)
            before = rows_of(ctx)
            keep, others = order[0], order[1 : count + 1]
            log = merge(ctx, "Node", keep, others, {})
            merged = "".join(row for rows in rows_of(ctx).values() for row in rows)
            assert not any(f"'{name}'" in merged for name in others)
            found = undo(ctx, log)
            assert found.left == []
            assert rows_of(ctx) == before
            raise _Enough

        with pytest.raises(_Enough):
            nodes.write(example)

    hold()


def test_roll_ups_of_documents_over_each_other_follow_a_merge_and_its_undo(nodes: TestSite) -> None:
    """乙 counts what its child 甲 counts; both change when 乙 goes into 甲, and when it comes back."""
    nodes.system(lambda ctx: make(ctx, [("Note", "甲"), ("Note", "乙"), ("Note", "乙"), ("Note", "丙")], FAMILY))
    log = nodes.write(lambda ctx: merge(ctx, "Node", "甲", ["乙"], {}))
    assert nodes.system(lambda ctx: list(differences(ctx))) == []
    assert (nodes.get("Node", "甲").notes, nodes.get("Node", "甲").notes_below) == (3, 1)
    nodes.write(lambda ctx: undo(ctx, log))
    assert nodes.system(lambda ctx: list(differences(ctx))) == []
    assert [nodes.get("Node", name).notes_below for name in ("甲", "乙")] == [1, 1]


def test_a_merge_that_is_taken_back_leaves_everything_as_it_was(nodes: TestSite) -> None:
    merge_and_undo(nodes, 10)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_merges_that_are_taken_back_leave_everything_as_it_was(nodes: TestSite) -> None:
    merge_and_undo(nodes, 1000)
