"""Brief reads: the same answers as any read, and given up as soon as they turn out to take long."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import pytest

from crm_platform.database.brief import ROWS, Brief, NotBriefError
from crm_platform.database.conditions import Compare
from crm_platform.database.connect import open_database
from crm_platform.database.interface import Connection, Database
from crm_platform.database.query import Column, Query
from crm_platform.errors import DataError
from support.trial import MODEL, PERSON, TRIAL, insert, migrate

WHERE = Compare(("label",), "=", "张伟")


HOUR = 3600.0


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A database whose brief reads may take an hour, so that no busy machine ends one."""
    database = open_database(f"sqlite:///{tmp_path / 'site.db'}", brief_limit=HOUR)
    migrate(database, MODEL)
    yield database
    database.close()


def people(connection: Connection) -> list[str]:
    return sorted(row["name"] for row in connection.select(Query(PERSON, where=WHERE)))


def filled(database: Database, count: int) -> None:
    insert(database, PERSON, *({"name": f"p{number:06}", "label": "张伟"} for number in range(count)))


def given_up(database: Database, work: Any) -> NotBriefError:
    with pytest.raises(NotBriefError) as error:
        database.read_briefly(work)
    return error.value


def unheard_of(connection: Connection, alias: str) -> list[str]:
    """People by a statement of the test's own: sites of one process share what they have compiled."""
    return sorted(row[alias] for row in connection.select(Query(PERSON, (Column(("name",), alias),), where=WHERE)))


def test_a_brief_read_answers_as_any_read_once_its_statement_is_known(sqlite: Database) -> None:
    def names(connection: Connection) -> list[str]:
        return unheard_of(connection, "first_asked_for")

    filled(sqlite, 3)
    assert given_up(sqlite, names).lasting is False
    assert sqlite.read(names) == sqlite.read_briefly(names) == ["p000000", "p000001", "p000002"]


def test_reads_of_postgresql_wait_for_a_network_and_are_never_brief(postgres_url: str) -> None:
    database = open_database(postgres_url)
    assert given_up(database, lambda _: 1).lasting
    database.close()


def test_a_statement_that_takes_long_is_ended(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    database = open_database(f"sqlite:///{tmp_path / 'site.db'}")
    assert given_up(database, lambda connection: connection.rows(endless)).lasting
    assert database.read(lambda connection: connection.rows("SELECT 1")) == [(1,)]
    database.close()


def test_an_answer_of_many_rows_is_given_up_and_leaves_no_snapshot_behind(sqlite: Database) -> None:
    filled(sqlite, ROWS)
    assert len(sqlite.read(people)) == len(sqlite.read_briefly(people)) == ROWS
    insert(sqlite, PERSON, {"name": "one more", "label": "张伟"})
    assert given_up(sqlite, people).lasting
    sqlite.write(lambda connection: connection.drop_rows(PERSON, {"name": "one more"}))
    assert len(sqlite.read_briefly(people)) == ROWS


def test_what_gives_a_read_up_cannot_be_swallowed(sqlite: Database) -> None:
    def careless(connection: Connection) -> str:
        try:
            unheard_of(connection, "swallowed")
        except NotBriefError:
            return "nobody"
        return "somebody"

    assert given_up(sqlite, careless).lasting is False
    assert sqlite.read(careless) == "somebody"


def test_what_may_take_long_gives_up_the_brief_read_of_its_own_thread_only(sqlite: Database) -> None:
    sqlite.give_up_brief_read()
    sqlite.read(lambda _: sqlite.give_up_brief_read())
    assert given_up(sqlite, lambda _: sqlite.give_up_brief_read()).lasting
    sqlite.give_up_brief_read()


def test_an_error_of_the_read_itself_is_told_and_the_connection_serves_on(sqlite: Database) -> None:
    filled(sqlite, 1)
    sqlite.read(people)

    def fails(_: Connection) -> NoReturn:
        raise DataError("坏了")

    with pytest.raises(DataError, match="坏了"):
        sqlite.read_briefly(fails)
    assert sqlite.read_briefly(people) == ["p000000"]


def test_a_brief_read_sees_one_snapshot_and_the_next_one_what_was_written(sqlite: Database) -> None:
    filled(sqlite, 1)
    sqlite.read(people)

    def twice(connection: Connection) -> bool:
        first = people(connection)
        insert(sqlite, PERSON, {"name": "later", "label": "张伟"})
        return first == people(connection) == ["p000000"]

    assert sqlite.read_briefly(twice)
    assert sqlite.read_briefly(people) == ["later", "p000000"]


def test_a_brief_read_does_not_wait_for_a_lock(tmp_path: Path) -> None:
    """Someone else's tool may take the whole file for itself; any other read would wait for an hour here."""
    file = tmp_path / "site.db"
    database = open_database(f"sqlite:///{file}", lock_timeout=HOUR)
    database.analyze()  # closes the connections
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert given_up(database, people).lasting is False
    database.close()


def test_a_brief_read_writes_nothing(sqlite: Database) -> None:
    insert(sqlite, TRIAL, {"name": "known"})
    assert given_up(sqlite, lambda connection: connection.run('DELETE FROM "tabTrial"')).lasting is False
    assert sqlite.read(lambda connection: connection.existing(TRIAL, ["known"])) == {"known": 0}


def test_the_limits_of_a_brief_read() -> None:
    assert not Brief(seconds=60).is_late()
    assert Brief(seconds=0).is_late()
