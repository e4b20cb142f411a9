"""Unique indexes, and indexes of a field that changes its type, are made beside the work: the switch only names them.

Until then nobody is refused; what others have made equal meanwhile is refused in the switch, and nothing is applied.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from crm_platform.database import index_beside, preparation, watching
from crm_platform.database.connect import open_database
from crm_platform.database.executor import Executor
from crm_platform.database.indexes import Index
from crm_platform.database.inspection import column_names, real_tables
from crm_platform.database.interface import Connection, Database, Step
from crm_platform.database.names import guard_name
from crm_platform.errors import UniqueValidationError
from crm_platform.metadata.model import DocType, Field
from support.sabotage import defended_by, nothing
from support.trial import insert, migrate, model

ROWS = 30


def thing(*fields: Field, **values: Any) -> DocType:
    return DocType("Thing", fields=fields, **values)


PLAIN = thing(Field("code", "Data"), Field("size", "Data", search_index=True))
UNIQUE = thing(Field("code", "Data", unique=True), Field("size", "Data", search_index=True))
NUMBER = thing(Field("code", "Data"), Field("size", "Int", search_index=True))
UNIQUE_NUMBER = thing(Field("code", "Data"), Field("size", "Int", unique=True))
TOGETHER = thing(Field("code", "Data"), Field("size", "Int"), indexes=(("code", "size"),))
NEW = thing(*PLAIN.fields, Field("number", "Data", unique=True))


@pytest.fixture
def large(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database with a table that counts as large, in which no index is made while others wait."""
    monkeypatch.setattr(preparation, "MANY", 3)
    for module in (preparation, watching):
        monkeypatch.setattr(module, "BATCH", 4)
    monkeypatch.setattr(index_beside, "EMPTIED", 4)
    monkeypatch.setattr(index_beside._Copy, "make_plainly", forbidden)
    opened = open_database(database_url)
    migrate(opened, model(PLAIN))
    insert(opened, PLAIN, *({"name": str(n), "code": f"c{n}", "size": f"{n}"} for n in range(ROWS)))
    run(opened, "UPDATE \"tabThing\" SET code = NULL WHERE name IN ('7', '8')")
    yield opened
    assert opened.faults() == []  # an index that got another name and kind is as sound as one that was made so
    opened.close()


def forbidden(*_: object) -> None:
    raise AssertionError("made while others wait")


def run(database: Database, statement: str) -> None:
    database.write(lambda connection: connection.run(statement))


def write(database: Database, name: str, code: str) -> None:
    """As somebody saves or makes a document meanwhile."""
    with suppress(UniqueValidationError):
        run(database, f"INSERT INTO \"tabThing\" (name, code) VALUES ('{name}', '{code}') "
            f"ON CONFLICT (name) DO UPDATE SET code = excluded.code")  # fmt: skip


def planned(database: Database, new: DocType) -> list[Step]:
    return database.plan(model(PLAIN), model(new))


def switch(database: Database, todo: list[Step]) -> list[str]:
    """The statements of the switch that make an index: there must be none."""
    made: list[str] = []

    def work(connection: Connection) -> None:
        plain_run = connection.run

        def noted(sql: str, parameters: Any = ()) -> int:
            made.extend([sql] if sql.startswith("CREATE") and "INDEX" in sql else [])
            return plain_run(sql, parameters)

        connection.run = noted  # type: ignore[method-assign]
        database.switch(connection, todo)

    database.write(work)
    return made


def indexes(database: Database) -> set[str]:
    found = database.read(real_tables)["tabThing"].indexes
    return {index.rsplit("_", 1)[0] for index in found if index.startswith(("ix_", "uq_"))} - {"ix_modified"}


def leftovers(database: Database) -> list[object]:
    """What a preparation has made and no switch has taken over."""
    columns = database.read(lambda connection: column_names(connection, "tabThing"))
    return [*database.unfinished(), *columns & {"size__int", "number", guard_name("code")}]


def refuses_equals(database: Database, column: str, value: str) -> bool:
    try:
        run(database, f"UPDATE \"tabThing\" SET {column} = {value} WHERE name IN ('1', '2')")
    except Exception as error:  # noqa: BLE001 - whatever the database calls it
        assert "taken" in str(error)
        return True
    return False


@pytest.mark.parametrize(
    ("new", "wanted", "column"),
    [
        pytest.param(UNIQUE, {"uq_code", "ix_size"}, "code", id="unique"),
        pytest.param(NUMBER, {"ix_size"}, "", id="another type"),
        pytest.param(UNIQUE_NUMBER, {"uq_size"}, "size", id="another type, unique"),
        pytest.param(TOGETHER, {"ix_code_size"}, "", id="another type, indexed together"),
        pytest.param(NEW, {"uq_number", "ix_size"}, "number", id="new and unique"),
    ],
)
def test_the_switch_makes_no_index_of_a_large_table(
    large: Database, new: DocType, wanted: set[str], column: str
) -> None:
    todo = planned(large, new)
    forecasts = large.forecast(todo)
    assert large.writers_wait(forecasts) == 0.0
    with pytest.raises(preparation.UnpreparedError):
        switch(large, todo)
    large.prepare(todo)
    if column != "size":
        write(large, "later", "c77")
    assert switch(large, todo) == []
    assert indexes(large) == wanted
    assert large.faults() == []
    assert large.unfinished() == []
    assert large.plan(model(new), model(new)) == [], "tables and definitions agree"
    if column:
        assert refuses_equals(large, column, "77" if column == "size" else "'x'")
        back = large.plan(model(new), model(PLAIN))
        large.prepare(back)
        large.write(lambda connection: large.switch(connection, back))
        assert large.plan(model(PLAIN), model(PLAIN)) == []
        assert guard_name("code") not in large.read(lambda connection: column_names(connection, "tabThing"))


def test_until_the_switch_nobody_is_refused_and_what_is_equal_then_is_named(large: Database) -> None:
    todo = planned(large, UNIQUE)
    large.prepare(todo)
    for name, code in (("4", "c5"), ("new", "c9"), ("newer", "c9")):
        write(large, name, code)
    with pytest.raises(UniqueValidationError, match="code of Thing cannot become unique: 4 and 5 have"):
        switch(large, todo)
    assert not refuses_equals(large, "code", "'same'"), "nothing was applied"
    for name in ("1", "2", "4", "new", "newer"):
        write(large, name, f"other {name}")
    large.prepare(todo)
    assert switch(large, todo) == []
    assert indexes(large) == {"uq_code", "ix_size"}
    assert refuses_equals(large, "code", "'same'")


def test_values_may_change_places_until_the_switch(large: Database) -> None:
    todo = planned(large, UNIQUE)
    large.prepare(todo)
    for name, code in (("1", "c2"), ("2", "c1"), ("3", "c4"), ("4", "c3"), ("5", "c6"), ("6", "c5")):
        write(large, name, code)
    assert switch(large, todo) == []
    assert refuses_equals(large, "code", "'c3'")


def test_numbers_that_differ_as_texts_only_are_refused_by_the_preparation(large: Database) -> None:
    run(large, "UPDATE \"tabThing\" SET size = '012' WHERE name = '3'")
    with pytest.raises(UniqueValidationError, match="size of Thing cannot become unique: 12 and 3 have"):
        large.prepare(planned(large, UNIQUE_NUMBER))
    run(large, "UPDATE \"tabThing\" SET size = '99' WHERE name = '3'")
    todo = planned(large, UNIQUE_NUMBER)
    large.prepare(todo)
    run(large, "UPDATE \"tabThing\" SET size = '013' WHERE name = '3'")
    with pytest.raises(UniqueValidationError, match="size of Thing cannot become unique: 13 and 3 have"):
        switch(large, todo)
    run(large, "UPDATE \"tabThing\" SET size = '100' WHERE name = '3'")
    large.prepare(todo)
    assert switch(large, todo) == []
    assert indexes(large) == {"uq_size"}


def test_equal_values_are_refused_and_nothing_is_left(large: Database) -> None:
    before = large.digest()
    write(large, "3", "c4")
    with pytest.raises(UniqueValidationError, match="3 and 4 have the same value"):
        large.prepare(planned(large, UNIQUE))
    write(large, "3", "c3")
    assert leftovers(large) == []
    assert large.digest() == before


@pytest.mark.parametrize("new", [UNIQUE, NUMBER, UNIQUE_NUMBER, NEW], ids=["unique", "type", "unique type", "new"])
@pytest.mark.parametrize("after", [0, 2, 9, 14])
def test_what_was_broken_off_goes_on_or_is_swept_away(
    large: Database, new: DocType, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, todo = large.digest(), planned(large, new)
    interrupt(large, todo, after)
    large.sweep(timedelta(), only=todo)
    assert leftovers(large) == []
    assert large.faults() == []
    assert indexes(large) == {"ix_size"}
    assert large.digest() == before
    interrupt(large, todo, after)
    write(large, "3", "c33")
    large.prepare(todo)
    assert switch(large, todo) == []
    assert large.unfinished() == []


def interrupt(database: Database, todo: list[Step], after: int) -> None:
    """Prepare, and end after so many batches."""

    class Off(Exception):
        pass

    left = iter(range(after))

    def count(_rows: int) -> None:
        if next(left, None) is None:
            raise Off

    with suppress(Off):
        database.prepare(todo, count)


class Stopped(BaseException):
    """The process ends: what was not committed is gone."""


def stopped_before(database: Database, number: int, todo: list[Step]) -> bool:
    """Prepare and switch, ended before the statement with this number; False when there are not so many."""
    left = iter(range(number))

    def counted(method: Any) -> Any:
        def call(*arguments: Any) -> Any:
            if next(left, None) is None:
                raise Stopped
            return method(*arguments)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in ("rows", "run", "run_many"):
            patch.setattr(Executor, name, counted(getattr(Executor, name)))
        try:
            database.prepare(todo)
            database.write(lambda connection: database.switch(connection, todo))
        except Stopped:
            return True
    return False


@defended_by("crm_platform.database.preparation:begin", replace_with=nothing)
@pytest.mark.parametrize("new", [UNIQUE, NUMBER, UNIQUE_NUMBER, NEW], ids=["unique", "type", "unique type", "new"])
def test_X02_ended_before_any_statement_the_old_or_the_new_is_there(large: Database, new: DocType) -> None:
    todo = planned(large, new)
    for number in itertools.count(0, 3):
        was_stopped = stopped_before(large, number, todo)
        if not was_stopped:
            break
        assert indexes(large) - {"uq_number", "uq_size__int", "ix_size__int", "ix_code__unique"} == {"ix_size"}
        assert not refuses_equals(large, "code", "'same'")
        for name in ("1", "2"):
            write(large, name, f"c{name}")
        if number % 3 == 0:
            large.sweep(timedelta(), only=todo)
            assert leftovers(large) == []
    assert number >= 39
    assert large.faults() == []
    assert large.unfinished() == []
    assert large.plan(model(new), model(new)) == []


@pytest.mark.parametrize("new", [UNIQUE, NUMBER], ids=["unique", "type"])
def test_a_database_that_guards_its_schema_makes_the_index_in_the_switch(
    large: Database, new: DocType, monkeypatch: pytest.MonkeyPatch
) -> None:
    todo = planned(large, new)
    large.prepare(todo)
    monkeypatch.setattr(Index, "become", lambda *_: False)
    assert len(switch(large, todo)) == 1
    assert large.plan(model(new), model(new)) == []
    assert large.faults() == []


def test_a_plan_that_was_changed_meanwhile_starts_afresh(large: Database) -> None:
    large.prepare(planned(large, UNIQUE_NUMBER))
    other = thing(Field("code", "Data"), Field("size", "Float", unique=True))
    todo = planned(large, other)
    large.prepare(todo)
    assert switch(large, todo) == []
    assert large.plan(model(other), model(other)) == []
    assert "size__int" not in large.read(lambda connection: column_names(connection, "tabThing"))


def test_a_preparation_that_is_given_up_for_another_leaves_those_of_other_tables(large: Database) -> None:
    """Two tables get a column of the same name; one of the two is asked for otherwise then."""
    other = DocType("Other", fields=(Field("size", "Data"),))
    migrate(large, model(PLAIN, other))
    number = Field("number", "Data", search_index=True)
    both = model(thing(*PLAIN.fields, number), DocType("Other", fields=(*other.fields, number)))
    large.prepare(large.plan(model(PLAIN, other), both))
    assert {(one.table, one.column) for one in large.unfinished()} == {("tabThing", "number"), ("tabOther", "number")}
    again = thing(*PLAIN.fields, Field("number", "Int", search_index=True))
    large.prepare(large.plan(model(PLAIN, other), model(again, other)))
    assert {(one.table, one.column, one.storage) for one in large.unfinished()} == {
        ("tabThing", "number", "int"),
        ("tabOther", "number", "text"),
    }
