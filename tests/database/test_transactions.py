"""Transactions of both databases: all or nothing, snapshots, queued writes, callbacks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from threading import Event
from typing import Any

import pytest

from crm_platform.database.conditions import EVERYTHING
from crm_platform.database.connect import open_database
from crm_platform.database.interface import Connection, Database
from crm_platform.errors import DuplicateEntryError, UnavailableError, ValidationError
from support.sabotage import always, defended_by
from support.trial import PERSON, ROW, TRIAL, child, insert, names


def everyone(database: Database) -> list[str]:
    return names(database, EVERYTHING, PERSON)


def adds(name: str) -> Any:
    return lambda connection: connection.insert_rows(PERSON, [{"name": name}])


def test_X01_a_work_that_raises_leaves_nothing(database: Database) -> None:
    told: list[str] = []

    def work(connection: Connection) -> None:
        connection.insert_rows(TRIAL, [{"name": "one"}])
        connection.insert_rows(ROW, [child("one", 1)])
        connection.after_commit(lambda: told.append("never"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.write(work)
    future = database.submit(work)
    with pytest.raises(KeyboardInterrupt):
        future.result()
    assert names(database, EVERYTHING) == names(database, EVERYTHING, ROW) == told == []


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    insert(database, PERSON, {"name": "before"})

    def work(connection: Connection) -> bool:
        first = connection.existing(PERSON, ["before", "after"])
        insert(database, PERSON, {"name": "after"})
        return first == connection.existing(PERSON, ["before", "after"]) == {"before": 0}

    assert database.read(work)
    assert everyone(database) == ["after", "before"]


def test_a_read_transaction_writes_nothing(database: Database) -> None:
    with pytest.raises(UnavailableError):
        database.read(adds("x"))
    assert everyone(database) == []


def test_a_reader_may_read_again_inside_a_read(database: Database) -> None:
    insert(database, PERSON, {"name": "x"})
    assert database.read(lambda _: everyone(database)) == ["x"]


def test_a_connection_is_dead_after_its_transaction(database: Database) -> None:
    kept = database.write(lambda connection: connection)
    with pytest.raises(UnavailableError, match="ended or failed"):
        adds("x")(kept)
    assert everyone(database) == []


def test_after_a_swallowed_error_nothing_is_saved(database: Database) -> None:
    """Otherwise code that forgets its savepoint would work on SQLite and lose everything on PostgreSQL."""
    insert(database, PERSON, {"name": "x"})

    def careless(connection: Connection) -> None:
        adds("y")(connection)
        with suppress(DuplicateEntryError):
            adds("x")(connection)

    with pytest.raises(UnavailableError, match="ended or failed"):
        database.write(careless)
    with pytest.raises(UnavailableError, match="ended or failed"):
        database.submit(careless).result()
    assert everyone(database) == ["x"]


def test_callbacks_run_after_the_commit_and_their_faults_harm_nobody(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[list[str]] = []

    def work(connection: Connection) -> None:
        adds("x")(connection)
        connection.after_commit(lambda: 1 / 0)
        connection.after_commit(lambda: told.append(everyone(database)))

    database.write(work)
    assert told == [["x"]]
    assert "callback" in caplog.text


def test_queued_writes_fail_alone(database: Database) -> None:
    futures = [database.submit(adds(name)) for name in ("a", "b", "a", "c", "c", "d")]
    wait(futures)
    failed = [future.exception() is not None for future in futures]
    assert sum(failed) == 2
    assert all(isinstance(future.exception(), DuplicateEntryError | None) for future in futures)
    assert everyone(database) == ["a", "b", "c", "d"]


def test_a_queued_write_is_durable_when_it_is_answered(database: Database, database_url: str) -> None:
    other = open_database(database_url)
    for name in ("a", "b"):
        database.submit(adds(name)).result()
        assert name in everyone(other)
    other.close()


@defended_by("crm_platform.database.writing:Writing.next_numbers", replace_with=always(1))
def test_X10_numbers_of_many_threads_have_no_gap_and_no_double(database: Database) -> None:
    def take(n: int) -> int | None:
        def work(connection: Connection) -> int:
            number = connection.next_numbers("N-")
            if n % 5 == 0:
                raise ValidationError("Taken back.")
            return number

        try:
            return database.write(work) if n % 2 else database.submit(work).result()
        except ValidationError:
            return None

    with ThreadPoolExecutor(8) as threads:
        numbers = [number for number in threads.map(take, range(100)) if number is not None]
    assert sorted(numbers) == list(range(1, 81))


def test_of_two_conditional_changes_one_wins(database: Database) -> None:
    insert(database, PERSON, {"name": "x", "score": 0})

    def submit_once(_: int) -> bool:
        return database.write(lambda connection: connection.update_row(PERSON, "x", {"score": 1}, where={"score": 0}))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(submit_once, range(16))) == 1


def test_a_link_target_cannot_vanish_between_check_and_insert(database: Database) -> None:
    """Who deletes locks the row first; who links has made sure of it, and both orders end without a dangling link."""
    insert(database, PERSON, {"name": "boss"})
    checked, go_on = Event(), Event()

    def link(connection: Connection) -> None:
        assert connection.existing(PERSON, ["boss"])
        checked.set()
        go_on.wait(5)
        connection.insert_rows(PERSON, [{"name": "worker", "boss": "boss"}])

    def delete(connection: Connection) -> bool:
        connection.get_row(PERSON, "boss", for_update=True)
        if connection.get_rows(PERSON, ["worker"]):
            return False
        return connection.delete_rows(PERSON, {"name": "boss"}) == 1

    with ThreadPoolExecutor(2) as threads:
        linked = threads.submit(database.write, link)
        assert checked.wait(5)
        deleted = threads.submit(database.write, delete)
        go_on.set()
        linked.result()
        assert deleted.result() is False
    assert everyone(database) == ["boss", "worker"]


def test_a_closed_database_refuses_and_finishes_what_is_queued(database: Database, database_url: str) -> None:
    futures = [database.submit(adds(str(n))) for n in range(20)]
    database.close()
    assert all(future.exception(timeout=0) is None for future in futures)
    with pytest.raises(UnavailableError):
        database.submit(adds("x"))
    with pytest.raises(UnavailableError):
        database.read(lambda connection: connection.existing(PERSON, []))
    other = open_database(database_url)
    assert len(everyone(other)) == 20
    other.close()


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite+x:///a", "/tmp/x.db"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="database URL"):
        open_database(url)


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Any) -> None:
    with pytest.raises(UnavailableError, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path / 'missing' / 'site.db'}")
    with pytest.raises(UnavailableError, match="cannot be reached"):
        open_database(f"postgresql://nobody@/nothing?host={tmp_path}")
