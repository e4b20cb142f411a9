"""Queries: columns, joins, rights, groups, order, pages and counts are alike on both databases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_platform.database.conditions import EVERYTHING, NOTHING, Compare, Not
from crm_platform.database.interface import Database
from crm_platform.database.query import Column, Join, Order, Query
from crm_platform.errors import DataError
from support.trial import PERSON, ROW, TRIAL, child, insert, names

PERSON_JOIN = {"person": Join(PERSON)}
ROWS_JOIN = {"rows": Join(ROW)}
TITLE_OPEN = Compare(("title",), "=", "open")


def column(*path: str, alias: str = "", **options: Any) -> Column:
    return Column(path, alias or ".".join(path), **options)


def select(database: Database, *columns: Column, **options: Any) -> list[tuple[Any, ...]]:
    query = Query(TRIAL, columns, **options)
    return [tuple(row.values()) for row in database.read(lambda connection: connection.select(query))]


def count(database: Database, cap: int | None = None, **options: Any) -> int:
    return database.read(lambda connection: connection.count(Query(TRIAL, **options), cap))


@pytest.fixture
def shop(database: Database) -> Database:
    """Five documents of three persons, two of them with rows."""
    insert(database, PERSON, *({"name": n, "label": label} for n, label in (("P1", "甲"), ("P2", "乙"), ("P3", None))))
    amounts = {"T1": "10.10", "T2": "0.000001", "T3": "-3.5", "T4": None, "T5": "2"}
    people = {"T1": "P1", "T2": "P1", "T3": "P2", "T4": None, "T5": "P3"}
    insert(
        database,
        TRIAL,
        *(
            {
                "name": name,
                "title": "open" if name < "T4" else "closed",
                "number": None if name == "T2" else int(name[1]) % 3,
                "real": float(name[1]) / 10,
                "amount": Decimal(amount) if amount else None,
                "person": people[name],
            }
            for name, amount in amounts.items()
        ),
    )
    rows = [child("T1", 1, part="a", qty=1), child("T1", 2, part="b", qty=2), child("T3", 1, part="a", qty=5)]
    insert(database, ROW, *rows)
    return database


def test_missing_values_come_first_and_names_break_ties(shop: Database) -> None:
    for path, expected in (
        (("number",), ["T2", "T3", "T1", "T4", "T5"]),
        (("amount",), ["T4", "T3", "T2", "T5", "T1"]),
        (("person", "label"), ["T4", "T5", "T3", "T1", "T2"]),
    ):
        up = names(shop, EVERYTHING, order_by=(Order(path),), joins=PERSON_JOIN)
        down = names(shop, EVERYTHING, order_by=(Order(path, descending=True),), joins=PERSON_JOIN)
        assert (up, down) == (expected, expected[::-1])


def test_pages_follow_each_other_without_gap(shop: Database) -> None:
    def page(offset: int, limit: int | None) -> list[str]:
        return names(shop, EVERYTHING, order_by=(Order(("title",)),), limit=limit, offset=offset)

    assert page(0, 2) + page(2, 2) + page(4, 2) == page(0, None) == ["T4", "T5", "T1", "T2", "T3"]
    assert page(3, None) == ["T2", "T3"]
    assert page(9, 2) == page(0, 0) == []


def test_a_link_shows_the_linked_document_where_it_may_be_read(shop: Database) -> None:
    label = column("person", "label")
    assert select(shop, column("name"), label, joins=PERSON_JOIN, order_by=(Order(("name",)),)) == [
        ("T1", "甲"), ("T2", "甲"), ("T3", "乙"), ("T4", None), ("T5", None),
    ]  # fmt: skip
    only_p2 = {"person": Join(PERSON, Compare(("name",), "=", "P2"))}
    assert select(shop, column("name"), label, joins=only_p2, order_by=(Order(("name",)),)) == [
        ("T1", None), ("T2", None), ("T3", "乙"), ("T4", None), ("T5", None),
    ]  # fmt: skip
    is_first = Compare(("person", "label"), "=", "甲")
    assert names(shop, is_first, joins=PERSON_JOIN) == ["T1", "T2"]
    assert names(shop, is_first, joins=only_p2) == []


def test_rights_see_the_data_as_they_are(shop: Database) -> None:
    """A rule that forbids must not turn into a permission because the caller cannot read what it looks at."""
    unreadable = {"person": Join(PERSON, NOTHING), "rows": Join(ROW, NOTHING)}
    not_first = Not(Compare(("person", "label"), "=", "甲"))
    no_part_b = Not(Compare(("rows", "part"), "=", "b"))
    assert names(shop, EVERYTHING, rights=not_first, joins=unreadable) == ["T3", "T4", "T5"]
    assert names(shop, EVERYTHING, rights=no_part_b, joins=unreadable) == ["T2", "T3", "T4", "T5"]


def test_rights_judge_all_rows_also_when_some_are_shown(shop: Database) -> None:
    shown = select(
        shop,
        column("name"),
        column("rows", "part"),
        where=Compare(("rows", "part"), "=", "a"),
        rights=Not(Compare(("rows", "part"), "=", "b")),
        joins=ROWS_JOIN,
    )
    assert shown == [("T3", "a")]


def test_a_readable_filter_may_follow_links_of_its_own(shop: Database) -> None:
    insert(shop, PERSON, {"name": "boss", "label": "老板"}, {"name": "P4", "label": "丁", "boss": "boss"})
    insert(shop, TRIAL, {"name": "T6", "person": "P4"})
    under_boss = Join(PERSON, Compare(("boss", "label"), "=", "老板"), {"boss": Join(PERSON)})
    assert names(shop, Compare(("person", "label"), "is", "set"), joins={"person": under_boss}) == ["T6"]


def test_a_table_field_gives_a_line_per_row_or_only_filters(shop: Database) -> None:
    lines = select(shop, column("name"), column("rows", "qty"), joins=ROWS_JOIN, order_by=(Order(("name",)),))
    assert lines == [("T1", 1), ("T1", 2), ("T2", None), ("T3", 5), ("T4", None), ("T5", None)]
    assert names(shop, Compare(("rows", "qty"), ">", 0), joins=ROWS_JOIN) == ["T1", "T3"]
    assert names(shop, Not(Compare(("rows", "part"), "=", "b")), joins=ROWS_JOIN) == ["T2", "T3", "T4", "T5"]


def test_rows_of_another_table_field_do_not_count(shop: Database) -> None:
    insert(
        shop, ROW, {**child("T5", 1, part="z"), "parentfield": "other"}, {**child("T4", 1, part="z"), "parenttype": "X"}
    )
    assert names(shop, Compare(("rows", "part"), "=", "z"), joins=ROWS_JOIN) == []


def test_a_child_row_leads_to_its_parent(shop: Database) -> None:
    insert(shop, ROW, {**child("T1", 9, part="a"), "parenttype": "Other"})
    parent_open = Compare(("parent", "title"), "=", "open")
    assert names(shop, parent_open, ROW, joins={"parent": Join(TRIAL)}) == ["T1-1", "T1-2", "T3-1"]


def test_aggregates_have_the_kind_of_their_column(shop: Database) -> None:
    def total(path: str, aggregate: Any, **options: Any) -> Any:
        return select(shop, column(path, aggregate=aggregate, **options))[0][0]

    assert total("amount", "sum") == Decimal("8.600001")
    assert total("amount", "avg") == Decimal("2.150000")
    assert isinstance(total("amount", "avg"), Decimal)
    assert (total("number", "sum"), total("number", "avg")) == (4, 1.0)
    assert isinstance(total("number", "sum"), int)
    assert total("real", "sum") == pytest.approx(1.5)
    assert (total("amount", "min"), total("amount", "max")) == (Decimal("-3.5"), Decimal("10.1"))
    assert (total("name", "count"), total("number", "count"), total("number", "count", distinct=True)) == (5, 4, 3)
    assert select(shop, column("amount", aggregate="sum"), where=NOTHING) == [(None,)]
    assert select(shop, column("name", aggregate="count"), where=NOTHING) == [(0,)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.decimals(-1000, 1000, places=6), min_size=1, max_size=6))
def test_sum_and_average_of_amounts_are_exact(database: Database, amounts: list[Decimal]) -> None:
    database.write(lambda connection: connection.update_rows(TRIAL, {"title": None}, {"title": "x"}))
    database.write(lambda connection: connection.delete_rows(TRIAL, {"title": None}))
    insert(database, TRIAL, *({"name": str(n), "title": "x", "amount": amount} for n, amount in enumerate(amounts)))
    columns = (column("amount", alias="s", aggregate="sum"), column("amount", alias="a", aggregate="avg"))
    ((total, average),) = select(database, *columns)
    assert total == sum(amounts)
    assert abs(average * len(amounts) - total) <= Decimal("0.0000005") * len(amounts)


def test_groups_are_sorted_by_their_aggregate(shop: Database) -> None:
    groups = select(
        shop,
        column("person", "label"),
        column("name", alias="how many", aggregate="count"),
        joins=PERSON_JOIN,
        group_by=(("person", "label"),),
        order_by=(Order(alias="how many", descending=True), Order(("person", "label"))),
    )
    assert groups == [(None, 2), ("甲", 2), ("乙", 1)]


def test_distinct_gives_each_value_once(shop: Database) -> None:
    assert select(shop, column("title"), distinct=True, order_by=(Order(("title",)),)) == [("closed",), ("open",)]


def test_counts_are_of_documents_and_stop_at_the_cap(shop: Database) -> None:
    assert count(shop) == 5
    assert count(shop, where=TITLE_OPEN) == 3
    assert count(shop, 2) == 2
    assert count(shop, 9, where=TITLE_OPEN) == 3
    assert count(shop, where=Compare(("rows", "qty"), ">", 0), joins=ROWS_JOIN) == 2
    shown = (column("name"), column("rows", "qty"))
    assert count(shop, columns=shown, where=Compare(("rows", "qty"), ">", 0), joins=ROWS_JOIN) == 2
    assert count(shop, rights=NOTHING) == 0


def test_one_statement_serves_other_values_in_each_place(shop: Database) -> None:
    """The first query shares one comparison between two places; the second of the same shape does not."""
    assert names(shop, TITLE_OPEN, rights=TITLE_OPEN) == ["T1", "T2", "T3"]
    assert names(shop, TITLE_OPEN, rights=Compare(("title",), "=", "closed")) == []
    assert names(shop, Compare(("title",), "=", "closed"), rights=TITLE_OPEN) == []


def test_A04_hostile_aliases_are_only_keys(shop: Database) -> None:
    alias = '"; DROP TABLE "tabTrial"; --'
    query = Query(TRIAL, (Column(("name",), alias),), order_by=(Order(alias=alias),))
    assert [row[alias] for row in shop.read(lambda connection: connection.select(query))][0] == "T1"
    assert count(shop) == 5


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"order_by": (Order(("(SELECT 1)",)),)}, "no field"),
    ({"order_by": (Order(("name desc; --",)),)}, "no field"),
    ({"order_by": (Order(alias="nothing"),)}, "Cannot sort by nothing"),
    ({"group_by": (("1",),), "columns": (Column(("name",), "a", "count"),)}, "no field 1"),
    ({"columns": (Column(("count(*)",), "a"),)}, "no field"),
    ({"columns": (Column(("rows",), "a"),)}, "no field rows"),
    ({"columns": (Column(("person", "label"), "a"),)}, "no field person"),
    ({"columns": ()}, "at least one field"),
    ({"columns": (Column(("title",), "a", "sum"),)}, "no sum"),
    ({"columns": (Column(("day",), "a", "avg"),)}, "no average"),
    ({"columns": (Column(("title",), "a"), Column(("name",), "b", "count"))}, "title must be grouped"),
    ({"group_by": (("title",),), "columns": (Column(("person",), "a"),)}, "person must be grouped"),
    (
        {"group_by": (("title",),), "columns": (Column(("title",), "a"),), "order_by": (Order(("modified",)),)},
        "modified must be grouped",
    ),
    ({"distinct": True, "order_by": (Order(("title",)),)}, "among the fields"),
]


def test_A01_A02_what_is_not_in_the_metadata_is_refused(empty: Database) -> None:
    for options, reason in REFUSED:
        with pytest.raises(DataError, match=reason):
            empty.read(lambda connection, options=options: connection.select(Query(TRIAL, **options)))


def test_a_sum_beyond_the_integers_is_refused_or_exact(database: Database) -> None:
    insert(database, TRIAL, *({"name": name, "number": 2**63 - 1} for name in "ab"))
    with pytest.raises(DataError, match="too large"):
        select(database, column("number", aggregate="sum"))
