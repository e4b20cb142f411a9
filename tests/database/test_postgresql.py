"""What only PostgreSQL does: roles, replays, lost connections, time limits, changes behind a slow reader."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from crm_platform.database.conditions import EVERYTHING
from crm_platform.database.connect import open_database
from crm_platform.database.interface import Connection, Database
from crm_platform.database.postgresql import Limits, PostgresDatabase
from crm_platform.errors import TimeoutError, UnavailableError, ValidationError
from crm_platform.metadata.model import Field
from crm_platform.testing.postgres import SUPERUSER, PostgresServer
from support.sabotage import defended_by, no, nothing
from support.trial import MODEL, PERSON, insert, migrate, model, names


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    limits = Limits(connections=3, statement_timeout=2, lock_timeout=0.5)
    open_database(postgres_url).close()
    database = PostgresDatabase(postgres_url, limits=limits)
    migrate(database, MODEL)
    insert(database, PERSON, {"name": "a", "score": 0}, {"name": "b", "score": 0})
    yield database
    database.close()


def end_connections(server: PostgresServer, url: str) -> None:
    """What a restart of the server does to the clients."""
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(server.url("postgres", SUPERUSER), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


@defended_by("crm_platform.database.postgresql:_check_server", replace_with=nothing)
def test_A14_a_superuser_is_refused_unless_overridden(postgres_server: PostgresServer, postgres_url: str) -> None:
    strong = postgres_url.replace("crm@", f"{SUPERUSER}@")
    with pytest.raises(UnavailableError, match="superuser"):
        open_database(strong)
    open_database(strong, allow_superuser=True).close()
    open_database(postgres_url).close()


def test_X12_the_pool_heals_after_a_restart(
    postgres: Database, postgres_server: PostgresServer, postgres_url: str
) -> None:
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: postgres.read(lambda connection: connection.rows("SELECT pg_sleep(0.1)")), range(3)))
    end_connections(postgres_server, postgres_url)
    assert names(postgres, EVERYTHING, PERSON) == ["a", "b"]
    end_connections(postgres_server, postgres_url)
    insert(postgres, PERSON, {"name": "c"})
    assert names(postgres, EVERYTHING, PERSON) == ["a", "b", "c"]


def test_X12_a_restart_in_the_middle_is_told_and_nothing_is_saved(
    postgres: Database, postgres_server: PostgresServer, postgres_url: str
) -> None:
    def work(connection: Connection) -> None:
        connection.insert_rows(PERSON, [{"name": "c"}])
        end_connections(postgres_server, postgres_url)
        connection.insert_rows(PERSON, [{"name": "d"}])

    with pytest.raises(UnavailableError, match="cannot be reached"):
        postgres.write(work)
    assert names(postgres, EVERYTHING, PERSON) == ["a", "b"]


@defended_by("crm_platform.database.postgresql:_commit", replace_with=lambda connection, _: connection.run("COMMIT"))
def test_X12_a_connection_lost_at_the_commit_is_told_as_unknown(
    postgres: Database, postgres_server: PostgresServer, postgres_url: str
) -> None:
    def work(connection: Connection) -> None:
        connection.insert_rows(PERSON, [{"name": "c"}])
        end_connections(postgres_server, postgres_url)

    with pytest.raises(UnavailableError, match="perhaps the change was saved"):
        postgres.write(work)


def test_X13_a_slow_statement_is_stopped(postgres: Database) -> None:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        postgres.read(lambda connection: connection.rows("SELECT pg_sleep(20)"))
    assert time.monotonic() - started < 15
    assert names(postgres, EVERYTHING, PERSON) == ["a", "b"]


def test_X13_a_locked_row_and_an_empty_pool_are_told(postgres: Database) -> None:
    def hold(connection: Connection) -> None:
        connection.update_row(PERSON, "a", {"score": 1})
        with pytest.raises(UnavailableError, match="in use"):
            postgres.write(lambda other: other.update_row(PERSON, "a", {"score": 2}))
        with pytest.raises(UnavailableError, match="All connections"):
            postgres.read(lambda _: postgres.read(lambda _: postgres.read(lambda _: None)))

    postgres.write(hold)
    assert postgres.read(lambda connection: connection.get_rows(PERSON, ["a"]))[0]["score"] == 1


@defended_by("crm_platform.database.postgresql:_may_replay", replace_with=no)
def test_X14_a_deadlock_is_replayed(postgres: Database) -> None:
    both_locked = threading.Barrier(2, timeout=60)
    runs: list[str] = []

    def cross(first: str, second: str) -> Any:
        def work(connection: Connection) -> None:
            runs.append(first)
            connection.rows(
                "SELECT set_config('lock_timeout', '60s', true), set_config('statement_timeout', '60s', true)"
            )
            connection.get_row(PERSON, first, for_update=True)
            if len(runs) <= 2:
                both_locked.wait()
            connection.get_row(PERSON, second, for_update=True)
            for name in (first, second):
                score = connection.get_rows(PERSON, [name])[0]["score"]
                connection.update_row(PERSON, name, {"score": score + 1})

        return work

    with ThreadPoolExecutor(2) as threads:
        works = [threads.submit(postgres.write, cross(*pair)) for pair in (("a", "b"), ("b", "a"))]
        for work in works:
            work.result()
    assert len(runs) == 3, "one of the two was repeated"
    rows = postgres.read(lambda connection: connection.get_rows(PERSON, ["a", "b"]))
    assert [row["score"] for row in rows] == [2, 2]


@defended_by("crm_platform.database.postgresql:_ATTEMPTS", replace_with=1)
def test_X14_after_three_replays_the_person_is_asked_to_try_again(postgres: Database) -> None:
    runs: list[int] = []

    def always_late(connection: Connection) -> None:
        runs.append(1)
        connection.rows("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")

    with pytest.raises(ValidationError, match="try again"):
        postgres.write(always_late)
    assert len(runs) == 4


def test_a_prepared_statement_survives_a_changed_column(postgres: Database, postgres_url: str) -> None:
    for _ in range(5):
        postgres.read(lambda connection: connection.get_row(PERSON, "a"))
    other = open_database(postgres_url)
    changed = replace(PERSON, fields=(Field("label", "Data"), Field("score", "Data"), PERSON.fields[2]))
    migrate(other, model(changed), model(PERSON))
    other.close()
    row = postgres.read(lambda connection: connection.get_row(changed, "a"))
    assert row is not None
    assert row["score"] == "0"


def test_a_change_behind_a_slow_reader_waits_without_blocking_others(postgres: Database) -> None:
    grown = replace(PERSON, fields=(*PERSON.fields, Field("more", "Data")))
    steps = postgres.plan(model(PERSON), model(grown))
    reading, done = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        connection.get_row(PERSON, "a")
        reading.set()
        done.wait(10)

    with ThreadPoolExecutor(2) as threads:
        reader = threads.submit(postgres.read, slow)
        assert reading.wait(5)
        change = threads.submit(postgres.write, lambda connection: postgres.apply(connection, steps))
        for _ in range(5):
            assert names(postgres, EVERYTHING, PERSON) == ["a", "b"]
            time.sleep(0.1)
        assert not change.done()
        done.set()
        reader.result()
        change.result()
    assert postgres.plan(model(grown), model(grown)) == []
