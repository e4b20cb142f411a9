"""On SQLite an index of a large table grows beside the work: whatever others write meanwhile, it is the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.database import index_beside, preparation
from crm_platform.database.inspection import real_tables
from crm_platform.database.interface import Connection, Step
from crm_platform.database.sqlite import SqliteDatabase
from crm_platform.database.system import SYSTEM_TABLES
from crm_platform.errors import UnavailableError
from crm_platform.metadata.model import DocType, Field
from crm_platform.metadata.sort_keys import SUFFIX
from support.trial import insert, migrate, model

ROWS = 30
PLAIN = DocType("Thing", fields=(Field("code", "Data"), Field("price", "Currency")))
FAST = DocType(
    "Thing",
    fields=(Field("code", "Data", search_index=True), Field("price", "Currency", search_index=True)),
    indexes=(("price", "code"),),
)
CODES = (None, "", "甲", "乙", "a'b", "5", "5.0")
NAMES = tuple(str(number) for number in range(ROWS + 5))


@contextmanager
def with_large_table(folder: Path) -> Iterator[SqliteDatabase]:
    """A database with a table that counts as large, and batches that are small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparation, "MANY", 3)
        patch.setattr(preparation, "BATCH", 4)
        patch.setattr(index_beside, "EMPTIED", 4)
        opened = SqliteDatabase(folder / "site.db", lock_timeout=0.5)
        opened.ensure_tables(SYSTEM_TABLES)
        migrate(opened, model(PLAIN))
        rows = ({"name": name, "code": CODES[int(name) % 7], "price": Decimal(5)} for name in NAMES[:ROWS])
        insert(opened, PLAIN, *rows)
        yield opened
        opened.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with with_large_table(tmp_path) as opened:
        yield opened


def steps(database: SqliteDatabase) -> list[Step]:
    return database.plan(model(PLAIN), model(FAST))


def leftovers(database: SqliteDatabase) -> list[str]:
    asked = "SELECT name FROM sqlite_master WHERE name LIKE 'written%'"
    return [row[0] for row in database.read(lambda connection: connection.rows(asked))]


def indexes(database: SqliteDatabase) -> set[str]:
    found = database.read(real_tables)["tabThing"].indexes
    return {index.rsplit("_", 1)[0] for index in found if index.startswith("ix_")}


def check(database: SqliteDatabase) -> None:
    """Both indexes are there and hold exactly the rows; the planner uses them; nothing is left beside them."""
    assert indexes(database) == {"ix_modified", "ix_code", "ix_price", "ix_price_code"}
    assert database.faults() == []
    for column in ("code", "price"):
        plan = database.read(
            lambda connection, column=column: connection.rows(  # type: ignore[misc]
                f"EXPLAIN QUERY PLAN SELECT name FROM tabThing WHERE {column} = 5"
            )
        )
        assert f"USING INDEX ix_{column}" in plan[0][-1]
    assert leftovers(database) == []


def run(database: SqliteDatabase, statement: str, *parameters: object) -> None:
    database.write(lambda connection: connection.run(statement, parameters))


Write = tuple[str, str, str | None]
writes = st.lists(
    st.tuples(
        st.sampled_from(["insert", "update", "delete", "upsert"]), st.sampled_from(NAMES), st.sampled_from(CODES)
    ),
    max_size=12,
)
STATEMENTS: dict[str, Callable[[str, str | None], tuple[str, tuple[object, ...]]]] = {
    "insert": lambda name, code: ("INSERT OR IGNORE INTO tabThing (name, code) VALUES (?, ?)", (name, code)),
    "update": lambda name, code: ("UPDATE tabThing SET code = ?, price = 7 WHERE name = ?", (code, name)),
    "delete": lambda name, _: ("DELETE FROM tabThing WHERE name = ?", (name,)),
    "upsert": lambda name, code: (
        "INSERT INTO tabThing (name, code) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET code = excluded.code",
        (name, code),
    ),
}


@given(st.lists(writes, min_size=1, max_size=8))
def test_others_write_between_the_batches_and_the_index_is_right(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[Write]]
) -> None:
    with with_large_table(tmp_path_factory.mktemp("beside")) as opened, pytest.MonkeyPatch.context() as patch:
        patch.delattr(index_beside._Copy, "make_plainly")  # never made by holding up the others
        waiting = list(rounds)

        def between(_rows: int) -> None:
            for kind, name, code in waiting.pop() if waiting else ():
                statement, parameters = STATEMENTS[kind](name, code)
                run(opened, statement, *parameters)  # refused after half a second if the lock were held

        planned = steps(opened)
        opened.prepare(planned, between)
        opened.write(lambda connection: opened.switch(connection, planned))
        check(opened)


def interrupted(database: SqliteDatabase, after: int) -> None:
    """A preparation that is broken off after so many batches."""

    class Off(Exception):
        pass

    left = iter(range(after))

    def count(_rows: int) -> None:
        if next(left, None) is None:
            raise Off

    with pytest.raises(Off):
        database.prepare(steps(database), count)


@pytest.mark.parametrize("after", [0, 2, 9, 11])
def test_what_was_broken_off_goes_on_or_is_swept_away(database: SqliteDatabase, after: int) -> None:
    before = database.digest()
    interrupted(database, after)
    assert leftovers(database)
    database.sweep(timedelta())
    assert leftovers(database) == []
    assert database.faults() == []
    assert {**database.digest(), "_preparation": ""} == {**before, "_preparation": ""}
    interrupted(database, after)
    run(database, "UPDATE tabThing SET code = 'x' WHERE name < '2'")
    database.prepare(steps(database))
    check(database)


@pytest.mark.parametrize(
    "disturb",
    [
        pytest.param(lambda raw: raw.execute(f"UPDATE {copy_of(raw)} SET code = 'y' WHERE code = '甲'"), id="differs"),
        pytest.param(lambda raw: raw.execute(f"INSERT INTO {copy_of(raw)} VALUES (99, '')"), id="row too much"),
        pytest.param(lambda raw: raw.execute("VACUUM"), id="vacuum"),
        pytest.param(lambda raw: raw.execute(f"DROP INDEX {index_of(raw)}"), id="dropped"),
    ],
)
def test_a_copy_that_no_longer_fits_is_not_taken(database: SqliteDatabase, disturb: Callable[[Any], Any]) -> None:
    run(database, "DELETE FROM tabThing WHERE name IN ('3', '4', '11')")  # VACUUM may give other row ids then
    interrupted(database, 4)
    raw = database._open(1.0)
    disturb(raw)
    raw.close()
    database.prepare(steps(database))
    check(database)


def copy_of(raw: Any) -> str:
    (found,) = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'written%'").fetchone()
    return str(found)


def index_of(raw: Any) -> str:
    (found,) = raw.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix_code%'").fetchone()
    return str(found)


def test_a_build_that_guards_its_schema_makes_the_index_as_ever(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_work: Callable[[Connection], None]) -> None:
        raise UnavailableError("The database could not do this. Nothing was saved: see the server's log.")

    monkeypatch.setattr(database, "change_schema", refuse)
    database.prepare(steps(database))
    check(database)


def test_an_index_for_sorting_has_the_name_beside_the_key(database: SqliteDatabase) -> None:
    """The sort key of a field, as sites in Chinese have it."""
    key = "code" + SUFFIX
    planned = Step("add index", "tabThing", "backfill", key)
    run(database, f"ALTER TABLE tabThing ADD COLUMN \"{key}\" TEXT DEFAULT 'jia3'")
    database.prepare([planned])
    asked = f'EXPLAIN QUERY PLAN SELECT name FROM tabThing ORDER BY "{key}", name'
    assert "USING COVERING INDEX" in database.read(lambda connection: connection.rows(asked))[0][-1]
    assert database.faults() == []
