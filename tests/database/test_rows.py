"""Rows by name, children, trees, conditional changes and series, with the refusals of each."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_platform.database.conditions import Compare
from crm_platform.database.interface import Database
from crm_platform.errors import DataError, DuplicateEntryError, UniqueValidationError
from support.sabotage import defended_by
from support.trial import AREA, MOMENT, PERSON, ROW, TRIAL, child, insert, names

FULL = {
    "name": "张 “伟”; DROP TABLE x --",
    "owner": "Administrator",
    "creation": MOMENT,
    "modified": MOMENT,
    "modified_by": "Administrator",
    "docstatus": 1,
    "idx": 3,
    "title": "𠮷野家 ' \" \\ % _",
    "number": -(2**63),
    "real": 0.1,
    "amount": Decimal("1234.567891"),
    "day": date(2026, 2, 28),
    "moment": MOMENT,
    "clock": time(23, 59, 59, 999999),
    "email": "a@example.com",
    "person": "P1",
}


def test_A10_a_row_comes_back_as_it_went_in(database: Database) -> None:
    insert(database, TRIAL, FULL, {"name": "empty"})
    row = database.read(lambda connection: connection.get_row(TRIAL, FULL["name"]))
    assert row == FULL
    assert list(row) == list(TRIAL.columns)
    empty = database.read(lambda connection: connection.get_row(TRIAL, "empty"))
    assert empty is not None
    assert {column for column, value in empty.items() if value is None} == {
        "modified_by", "title", "number", "real", "amount", "day", "moment", "clock", "email", "person",
    }  # fmt: skip


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            "title": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
            "number": st.integers(-(2**63), 2**63 - 1),
            "real": st.floats(allow_nan=False, allow_infinity=False),
            "amount": st.decimals(-(10**12), 10**12, places=6),
            "day": st.dates(),
            "moment": st.datetimes(timezones=st.just(UTC)),
            "clock": st.times(),
        },
    )
)
def test_any_value_of_a_storage_kind_round_trips(database: Database, values: dict[str, Any]) -> None:
    database.write(lambda connection: connection.delete_rows(TRIAL, {"name": "one"}))
    insert(database, TRIAL, {"name": "one", **values})
    row = database.read(lambda connection: connection.get_row(TRIAL, "one"))
    assert row is not None
    assert {column: row[column] for column in values} == values
    for column, value in values.items():
        assert names(database, Compare((column,), "=", value)) == ["one"]


def test_values_are_brought_to_their_storage(database: Database) -> None:
    beijing = timezone(timedelta(hours=8))
    insert(
        database,
        TRIAL,
        {
            "name": "one",
            "number": True,
            "real": 3,
            "amount": Decimal("0.0000005"),
            "moment": MOMENT.astimezone(beijing),
        },
    )
    row = database.read(lambda connection: connection.get_row(TRIAL, "one"))
    assert row is not None
    assert (row["number"], row["real"], row["amount"], row["moment"]) == (1, 3.0, Decimal("0.000001"), MOMENT)
    assert row["moment"].tzinfo is UTC


REFUSED: list[tuple[str, Any]] = [
    ("title", "NUL \0"),
    ("title", "half \ud83d"),
    ("title", 7),
    ("number", 2**63),
    ("number", "7"),
    ("number", 1.5),
    ("real", float("nan")),
    ("real", float("inf")),
    ("amount", Decimal("9223372036854.775808")),
    ("amount", Decimal("1e40")),
    ("amount", Decimal("NaN")),
    ("amount", 0.1),
    ("day", MOMENT),
    ("day", "2026-01-01"),
    ("moment", datetime(2026, 1, 1)),
    ("moment", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
    ("clock", time(1, tzinfo=UTC)),
    ("nothing", 1),
]


@defended_by("crm_platform.database.values:BadValueError.named", replace_with=lambda error, field: error)
def test_X26_what_cannot_be_stored_is_refused_alike(empty: Database) -> None:
    def write(connection: Any) -> None:
        for column, value in REFUSED:
            with pytest.raises(DataError, match=column) as refusal:
                connection.insert_rows(TRIAL, [{"name": "one", column: value}])
            assert column in [fault.field for fault in refusal.value.errors] or column == "nothing"
            with pytest.raises(DataError, match=column):
                connection.update_row(TRIAL, "one", {column: value})
            with pytest.raises(DataError, match=column):
                connection.update_row(TRIAL, "one", {"title": "x"}, where={column: value})

    empty.write(write)  # nothing reaches the database: the table is not even there


def test_a_taken_name_and_a_taken_unique_value_are_told_apart(database: Database) -> None:
    insert(database, TRIAL, {"name": "one", "email": "a@example.com"}, {"name": "two"}, {"name": "three"})
    with pytest.raises(DuplicateEntryError, match="Trial one exists"):
        insert(database, TRIAL, {"name": "one"})
    with pytest.raises(UniqueValidationError, match="E-Mail must be unique") as refusal:
        insert(database, TRIAL, {"name": "four", "email": "a@example.com"})
    assert refusal.value.errors[0].field == "email"
    with pytest.raises(UniqueValidationError):
        database.write(lambda connection: connection.update_row(TRIAL, "two", {"email": "a@example.com"}))
    with pytest.raises(DuplicateEntryError):
        database.write(lambda connection: connection.update_row(TRIAL, "two", {"name": "one"}))
    assert names(database, Compare(("email",), "is", "not set")) == ["three", "two"]


def test_a_savepoint_takes_back_only_itself(database: Database) -> None:
    told: list[str] = []

    def work(connection: Any) -> None:
        connection.insert_rows(PERSON, [{"name": "kept"}])
        connection.after_commit(lambda: told.append("kept"))
        with pytest.raises(DuplicateEntryError), connection.savepoint():
            connection.insert_rows(PERSON, [{"name": "lost"}])
            connection.after_commit(lambda: told.append("lost"))
            connection.insert_rows(PERSON, [{"name": "kept"}])
        connection.insert_rows(PERSON, [{"name": "later"}])

    database.write(work)
    assert names(database, Compare(("name",), "is", "set"), PERSON) == ["kept", "later"]
    assert told == ["kept"]


def test_several_rows_by_name_come_in_the_order_asked(database: Database) -> None:
    insert(database, PERSON, *({"name": name} for name in ("甲", "乙", "丙")))

    def read(connection: Any) -> list[str]:
        return [row["name"] for row in connection.get_rows(PERSON, ["丙", "nobody", "甲", "丙"])]

    assert database.read(read) == ["丙", "甲"]
    assert database.read(lambda connection: connection.get_rows(PERSON, [])) == []
    assert database.read(lambda connection: connection.get_row(PERSON, "nobody")) is None


def test_names_are_exact(database: Database) -> None:
    insert(database, PERSON, {"name": "Müller", "docstatus": 2}, {"name": "müller"}, {"name": "Müller "})
    for found in (database.read, database.write):
        assert found(lambda connection: connection.existing(PERSON, ["Müller", "MÜLLER", "x"])) == {"Müller": 2}


def test_children_are_sorted_and_of_one_parent_kind_only(database: Database) -> None:
    rows = [child("T1", 2, part="b"), child("T1", 1, part="a"), child("T2", 1, part="c"), child("T3", 1)]
    insert(database, ROW, *rows, {**child("T1", 9), "parenttype": "Other"})
    for parents, expected in ((["T1"], ["T1-1", "T1-2"]), (["T2", "T1"], ["T1-1", "T1-2", "T2-1"]), ([], [])):
        found = database.read(lambda connection, parents=parents: connection.get_children(ROW, "Trial", parents))
        assert [row["name"] for row in found] == expected


def test_a_change_happens_only_where_the_row_is_as_expected(database: Database) -> None:
    insert(database, TRIAL, {"name": "one", "docstatus": 0}, {"name": "two", "title": "x"})

    def submit(connection: Any) -> bool:
        return connection.update_row(TRIAL, "one", {"docstatus": 1}, where={"docstatus": 0, "title": None})

    assert [database.write(submit), database.write(submit)] == [True, False]
    assert not database.write(lambda connection: connection.update_row(TRIAL, "nobody", {"title": "y"}))
    changed = database.write(
        lambda connection: connection.update_rows(TRIAL, {"title": None}, {"name": ("one", "two")})
    )
    assert changed == 2
    with pytest.raises(DataError, match="nothing to change"):
        database.write(lambda connection: connection.update_row(TRIAL, "one", {}))


def test_rows_are_deleted_by_equality_and_never_all_at_once(database: Database) -> None:
    insert(database, TRIAL, *({"name": name, "title": name[0]} for name in ("a1", "a2", "b1", "c1")))
    assert database.write(lambda connection: connection.delete_rows(TRIAL, {"title": ["a", "c"], "name": "a1"})) == 1
    assert database.write(lambda connection: connection.delete_rows(TRIAL, {"title": []})) == 0
    with pytest.raises(DataError, match="which rows of Trial"):
        database.write(lambda connection: connection.delete_rows(TRIAL, {}))
    with pytest.raises(DataError, match="no field nothing"):
        database.write(lambda connection: connection.delete_rows(TRIAL, {"nothing": 1}))
    assert names(database, Compare(("name",), "is", "set")) == ["a2", "b1", "c1"]


def test_a_tree_is_walked_both_ways_and_a_ring_ends(database: Database) -> None:
    tree = {"World": None, "中国": "World", "上海": "中国", "北京": "中国", "Europe": "World", "x": "y", "y": "x"}
    insert(database, AREA, *({"name": name, "parent_area": parent} for name, parent in tree.items()))

    def walk(start: str) -> tuple[list[str], list[str]]:
        return database.read(
            lambda connection: (sorted(connection.subtree(AREA, start)), connection.ancestors(AREA, start))
        )

    assert walk("中国") == (sorted(["中国", "上海", "北京"]), ["World"])
    assert walk("上海") == (["上海"], ["中国", "World"])
    assert walk("x") == (["x", "y"], ["y"])
    assert walk("nowhere") == ([], [])


def test_series_numbers_run_on_and_a_rollback_gives_them_back(database: Database) -> None:
    def take(count: int = 1, at_least: int = 0) -> int:
        return database.write(lambda connection: connection.next_numbers("报价-", count, at_least=at_least))

    assert [take(), take(), take(3), take()] == [1, 2, 3, 6]
    assert [take(at_least=5), take(at_least=100), take()] == [7, 100, 101]

    def fail(connection: Any) -> None:
        connection.next_numbers("报价-")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(fail)
    assert take() == 102
    assert database.write(lambda connection: connection.next_numbers("other", at_least=10)) == 10
