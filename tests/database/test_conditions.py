"""Conditions: SQLite, PostgreSQL and the Python form give the same documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_platform.database.conditions import (
    EVERYTHING,
    NOTHING,
    Always,
    And,
    Compare,
    Condition,
    Not,
    Or,
    Path,
    all_of,
    any_of,
    comparisons,
    shape,
)
from crm_platform.database.conditions_python import evaluate
from crm_platform.database.interface import Database
from crm_platform.database.query import Join
from crm_platform.errors import DataError
from support.sabotage import always, defended_by
from support.trial import MOMENT, PERSON, ROW, TRIAL, child, insert, names

TEXTS = [
    "",
    "a",
    "A",
    "b",
    "ab",
    "a_b",
    "a%b",
    "AB",
    "ä",
    "Ä",
    "张伟",
    "张",
    "𠮷",
    "\\",
    "a\\",
    "50%",
    "x\ny",
    "'",
    '"',
]
NUMBERS = [-(2**63), -1, 0, 1, 2, 7, 2**31, 2**63 - 1]
REALS = [-1.5, 0.0, 0.1, 0.30000000000000004, 1e-300, 1e300, 123456.789]
AMOUNTS = [Decimal(text) for text in ("-1", "0", "0.1", "0.000001", "1.005", "9223372036854.775807", "-0.5")]
DAYS = [date(1, 1, 1), date(1999, 12, 31), date(2026, 3, 1), date(9999, 12, 31)]
MOMENTS = [MOMENT, MOMENT.replace(microsecond=0), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
CLOCKS = [time(0, 0), time(8, 30), time(8, 30, 0, 1), time(23, 59, 59, 999999)]
POOLS: dict[Path, list[Any]] = {
    ("title",): TEXTS,
    ("number",): NUMBERS,
    ("real",): REALS,
    ("amount",): AMOUNTS,
    ("day",): DAYS,
    ("moment",): MOMENTS,
    ("clock",): CLOCKS,
    ("person", "label"): TEXTS,
    ("person", "score"): NUMBERS,
    ("rows", "part"): TEXTS,
    ("rows", "qty"): NUMBERS,
}
PATTERNS = [
    "%",
    "_",
    "",
    "a%",
    "%B",
    "%a%b%",
    "\\%",
    "50\\%",
    "a\\_b",
    "\\\\",
    "\\",
    "a\\",
    "张%",
    "_伟",
    "Ä",
    "%\n%",
    "__",
]
JOINS = {"person": Join(PERSON), "rows": Join(ROW)}


def pick(pool: list[Any], index: int) -> Any:
    """A value of the pool in turn, and now and then none."""
    return [*pool, None][index % (len(pool) + 1)]


PEOPLE = [{"name": f"P{n}", "label": pick(TEXTS, n), "score": pick(NUMBERS, n)} for n in range(20)]
DOCUMENTS = [
    {"name": f"T{n:02}", "person": pick([person["name"] for person in PEOPLE], n * 5)}
    | {path[0]: pick(pool, n * 3 + n // 7) for path, pool in POOLS.items() if len(path) == 1}
    for n in range(60)
]
ROWS = [
    child(f"T{n:02}", idx, part=pick(TEXTS, n + idx * 7), qty=pick(NUMBERS, n * idx))
    for n in range(60)
    for idx in range(n % 3)
]


def reader(document: dict[str, Any]) -> Callable[[Path], list[Any]]:
    """What a path gives for one of the documents, computed without a database."""
    people = {person["name"]: person for person in PEOPLE}
    rows = [row for row in ROWS if row["parent"] == document["name"]]

    def get(path: Path) -> list[Any]:
        if len(path) == 1:
            return [document[path[0]]]
        if path[0] == "rows":
            return [row[path[1]] for row in rows]
        return [people[document["person"]][path[1]] if document["person"] else None]

    return get


def compares(path: Path) -> st.SearchStrategy[Compare]:
    """Every operator over the values of one path."""
    value = st.sampled_from([*POOLS[path], None, ""])
    real = st.sampled_from([*POOLS[path], None])
    ordered = st.builds(Compare, st.just(path), st.sampled_from(["<", "<=", ">", ">="]), real)
    equal = st.builds(Compare, st.just(path), st.sampled_from(["=", "!="]), value)
    among = st.builds(Compare, st.just(path), st.sampled_from(["in", "not in"]), st.lists(value, max_size=4).map(tuple))
    between = st.builds(Compare, st.just(path), st.just("between"), st.tuples(real, real))
    given_or_not = st.builds(Compare, st.just(path), st.just("is"), st.sampled_from(["set", "not set"]))
    kinds = [ordered, equal, among, between, given_or_not]
    if POOLS[path] is TEXTS:
        kinds.append(
            st.builds(Compare, st.just(path), st.sampled_from(["like", "not like"]), st.sampled_from(PATTERNS))
        )
    return st.one_of(kinds)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.one_of([compares(path) for path in POOLS] + [st.builds(Always, st.booleans())]),
    lambda parts: st.one_of(
        st.builds(And, st.lists(parts, max_size=3).map(tuple)),
        st.builds(Or, st.lists(parts, max_size=3).map(tuple)),
        st.builds(Not, parts),
    ),
    max_leaves=6,
)


@pytest.fixture
def filled(database: Database) -> Database:
    insert(database, PERSON, *PEOPLE)
    insert(database, TRIAL, *DOCUMENTS)
    insert(database, ROW, *ROWS)
    return database


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=CONDITIONS)
def test_the_database_and_python_agree_on_every_condition(filled: Database, condition: Condition) -> None:
    expected = [document["name"] for document in DOCUMENTS if evaluate(condition, reader(document))]
    assert names(filled, condition, joins=JOINS) == expected
    assert names(filled, EVERYTHING, rights=condition, joins=JOINS) == expected


def test_every_value_is_found_by_itself_and_by_its_absence(filled: Database) -> None:
    for path, pool in POOLS.items():
        for condition in (Compare(path, operator, value) for value in [*pool, None] for operator in ("=", "!=")):
            expected = [document["name"] for document in DOCUMENTS if evaluate(condition, reader(document))]
            assert names(filled, condition, joins=JOINS) == expected, condition


REFUSED = [
    (Compare(("nothing",), "=", "x"), "no field nothing"),
    (Compare(("title; DROP TABLE x",), "=", "x"), "no field title; DROP"),
    (Compare(("person", "nothing"), "=", "x"), "no field nothing in Person"),
    (Compare(("nobody", "label"), "=", "x"), "no field nobody"),
    (Compare(("person", "boss", "label"), "=", "x"), "no field person.boss.label"),
    (Compare(("title",), "regexp", "x"), "operator regexp"),
    (Compare(("title",), "__class__", "x"), "operator __class__"),
    (Compare(("title",), "=", 5), "needs a text"),
    (Compare(("title",), "=", {"a": 1}), "needs a text"),
    (Compare(("title",), "=", "a\0b"), "cannot be stored"),
    (Compare(("title",), "like", "\ud800"), "cannot be stored"),
    (Compare(("number",), "=", "5 OR 1=1"), "whole number"),
    (Compare(("number",), ">", 2**63), "too large"),
    (Compare(("number",), "like", "5%"), "needs a text field"),
    (Compare(("real",), "<", float("nan")), "finite"),
    (Compare(("title",), "in", "abc"), "list of values"),
    (Compare(("title",), "between", ("a",)), "two values"),
    (Compare(("title",), "is", "null"), "not set"),
    (Compare(("moment",), "=", datetime(2026, 1, 1)), "time zone"),
]

REFUSED_LISTS = [
    (Compare(("title",), "in", 5), "list of values"),
    (Compare(("title",), "in", {"a": 1}), "list of values"),
    (Compare(("title",), "not in", "abc"), "list of values"),
    (Compare(("title",), "between", "ab"), "list of values"),
    (Compare(("title",), "between", ("a", "b", "c")), "two values"),
]


def test_A03_a_bad_filter_is_refused_with_a_sentence(database: Database) -> None:
    for condition, reason in REFUSED:
        with pytest.raises(DataError, match=reason):
            names(database, condition, joins=JOINS)


GOOD = [
    Compare(("title",), "=", "x"),
    Compare(("title",), "=", ""),
    Compare(("title",), "like", "x"),
    Compare(("title",), "in", ()),
    Compare(("title",), "in", ("a",)),
    Compare(("title",), "between", ("a", "b")),
    Compare(("title",), "is", "set"),
    Compare(("number",), "=", 5),
    Compare(("number",), ">", 5),
    Compare(("real",), "<", 1.5),
    Compare(("moment",), "=", MOMENT),
]


@defended_by("crm_platform.database.conditions:_list_shape", replace_with=always((False, False)))
def test_A03_a_bad_filter_is_refused_also_after_good_ones_of_its_shape(database: Database) -> None:
    """Filters of one shape share a statement: none is refused less for it."""
    for condition in GOOD:
        names(database, condition, joins=JOINS)
    for condition, reason in [*REFUSED, *REFUSED_LISTS]:
        with pytest.raises(DataError, match=reason):
            names(database, condition, joins=JOINS)


@given(text=st.text(max_size=30), pattern=st.text(alphabet="a%_\\b\n张A", max_size=8))
def test_like_in_python_never_fails(text: str, pattern: str) -> None:
    assert isinstance(evaluate(Compare(("title",), "like", pattern), lambda _: [text]), bool)


def test_a_like_pattern_with_many_wildcards_is_quick_in_python() -> None:
    slow_for_backtracking = "%a" * 40 + "b"
    assert not evaluate(Compare(("title",), "like", slow_for_backtracking), lambda _: ["a" * 5000])


def test_all_of_drops_what_is_always_true_and_stops_at_nothing() -> None:
    one, two = Compare(("a",), "=", 1), Compare(("b",), "=", 2)
    assert all_of() == EVERYTHING
    assert all_of(EVERYTHING, one) == one
    assert all_of(one, NOTHING, two) == NOTHING
    assert all_of(And((one, two)), two) == And((one, two, two))


def test_any_of_nothing_is_nothing_never_everything() -> None:
    one, two = Compare(("a",), "=", 1), Compare(("b",), "=", 2)
    assert any_of() == NOTHING
    assert any_of(NOTHING, one) == one
    assert any_of(one, EVERYTHING) == EVERYTHING
    assert any_of(Or((one, two)), one) == Or((one, two, one))


def test_conditions_of_one_shape_differ_in_their_values_only() -> None:
    def condition(value: int, *others: Any) -> Condition:
        return And((Compare(("a",), "=", value), Not(Compare(("b",), "in", others))))

    assert shape(condition(1, 2, 3)) == shape(condition(4, 5, 6))
    assert shape(condition(1, 2, 3)) == shape(condition(4, 5))
    assert shape(condition(1, 2, 3)) != shape(condition(1))
    assert shape(condition(1, 2, 3)) != shape(condition(1, 2, None))
    assert [compare.value for compare in comparisons(condition(1, 2))] == [1, (2,)]
