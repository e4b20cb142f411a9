"""Fields that are fetched or computed from each other in a circle, told from those that only look like it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crm_platform.metadata.checks import check
from support.definitions import Body, doctype, merged, row
from support.sabotage import always, defended_by


@defended_by("crm_platform.metadata.checks.fetching:_circle", replace_with=always([]))
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8, unique_by=lambda edge: edge[0]))
def test_X22_fetching_in_a_circle_is_refused_exactly_when_there_is_one(edges: list[tuple[int, int]]) -> None:
    """DocType n fetches its value from DocType m, for each pair (n, m) of different DocTypes."""
    follow = {start: end for start, end in edges if start != end}
    definitions = [
        doctype(
            f"Node {letter}",
            row("next", "Link", options=f"Node {'ABCDE'[follow.get(number, number)]}"),
            row("value", fetch_from="next.value" if number in follow else ""),
        )
        for number, letter in enumerate("ABCDE")
    ]
    found = {p.doctype: str(p.params["circle"]) for p in check(merged(*definitions)) if p.id == "D325"}
    expected = set()
    for start, first in follow.items():
        node, steps = first, 0
        while node in follow and node != start and steps < 6:
            node, steps = follow[node], steps + 1
        if node == start:
            expected.add(f"Node {'ABCDE'[start]}")
    assert set(found) == expected
    assert all(text.startswith(f"{name}.value →") and text.endswith(f"{name}.value") for name, text in found.items())


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=7, unique=True))
@defended_by("crm_platform.metadata.checks.rollups:circle", replace_with=always([]))
def test_X22_computing_in_a_circle_is_refused_exactly_when_there_is_one(edges: list[tuple[int, int]]) -> None:
    """Every DocType links to every other one and has one sum: over the sum of some, over an entered field of others."""
    reads = dict(edges)
    kinds = [
        doctype(
            f"Kind {letter}",
            *(row(f"to_{other.lower()}", "Link", options=f"Kind {other}") for other in "ABCDE"),
            row("entered", "Currency"),
            row("total", "Currency", rollup=_over("ABCDE"[reads[n]], letter, "total") if n in reads else None),
            row("twice", "Currency", formula="doc.total * 2"),
        )
        for n, letter in enumerate("ABCDE")
    ]
    found = {p.doctype: p for p in check(merged(*kinds)) if p.id == "D718"}
    on_ring = {n for n in reads if _comes_back(reads, n)}
    assert found.keys() == {f"Kind {'ABCDE'[n]}" for n in on_ring}
    for n in on_ring:
        circle = str(found[f"Kind {'ABCDE'[n]}"].params["circle"]).split(" → ")
        assert circle[0] == circle[-1] == f"Kind {'ABCDE'[n]}.total"


def _over(source: str, target: str, fieldname: str) -> Body:
    return {"function": "sum", "field": fieldname, "from": f"Kind {source}", "link": f"to_{target.lower()}"}


def _comes_back(reads: dict[int, int], start: int) -> bool:
    at: int | None = reads.get(start)
    for _ in reads:
        if at == start:
            return True
        at = reads.get(at) if at is not None else None
    return at == start


def test_taking_over_a_field_of_the_parent_document_is_no_circle() -> None:
    task = doctype("Task", row("parent_task", "Link", options="Task"), row("project", fetch_from="parent_task.project"))
    assert not [p for p in check(merged(task)) if p.is_error]
