"""Faults from outside: killed processes, full disks, locks, restarts of the server."""

from __future__ import annotations

import fcntl
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crm_platform.database.compile import compile_select, query_values
from crm_platform.database.conditions import EVERYTHING, Compare
from crm_platform.database.connect import open_database
from crm_platform.database.inspection import real_tables
from crm_platform.database.interface import Connection, Database
from crm_platform.database.query import Order, Query
from crm_platform.database.system import META
from crm_platform.errors import UnavailableError
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from support.database_child import THING_AS_NUMBER, THING_AS_TEXT
from support.trial import PERSON, ROW, TRIAL, insert, migrate, model, names

CHILD = Path(__file__).parents[1] / "support" / "database_child.py"


def start(url: str, task: str, argument: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-P", str(CHILD), url, task, argument]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


def kill_after(url: str, task: str, seconds: float, argument: str = "") -> list[str]:
    """Let a child work for a while after its first answer, kill it, and tell what it had acknowledged."""
    with start(url, task, argument) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        lines = (first + process.stdout.read()).split("\n")
    return [line for line in lines[:-1] if line]


def kill_writers(database: Database, url: str, rounds: int) -> None:
    acknowledged: list[str] = []
    for turn in range(rounds):
        acknowledged += kill_after(url, "write", random.uniform(0, 0.2), f"{turn}-")
    documents = set(names(database, EVERYTHING))
    assert documents.issuperset(acknowledged)
    rows = names(database, EVERYTHING, ROW)
    assert len(rows) == 20 * len(documents)
    assert {row.rpartition("-")[0] for row in rows} == documents


def test_X01_a_killed_writer_loses_nothing_acknowledged_and_leaves_no_half(
    database: Database, database_url: str
) -> None:
    kill_writers(database, database_url, 3)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_X01_500_kills(database: Database, database_url: str) -> None:
    kill_writers(database, database_url, 500)


def kill_migrations(database: Database, url: str, rounds: int) -> None:
    migrate(database, model(THING_AS_TEXT))
    database.write(lambda connection: connection.put(META, {"key": "model", "value": 0}))
    insert(database, THING_AS_TEXT, *({"name": str(n), "size": f"0{n}"} for n in range(200)))
    for _ in range(rounds):
        kill_after(url, "schema", random.uniform(0, 0.2))
        (live,) = database.read(lambda connection: connection.fetch(META, {"key": "model"}))
        thing = (THING_AS_TEXT, THING_AS_NUMBER)[live["value"]]
        real = database.read(real_tables)["tabThing"].columns
        assert real["size"] == thing.columns["size"], "table and model agree"
        rows = database.read(lambda connection, thing=thing: connection.get_rows(thing, ["7"]))
        assert [row["size"] for row in rows] == (["07"] if thing is THING_AS_TEXT else [7])
        parked = {column for column in real if column not in STANDARD_COLUMNS}
        assert parked <= {"size", "size__int", "size__text", "more"}


def test_X02_a_killed_migration_leaves_the_old_or_the_new_model(database: Database, database_url: str) -> None:
    kill_migrations(database, database_url, 3)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_X02_200_kills(database: Database, database_url: str) -> None:
    kill_migrations(database, database_url, 200)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    path = tmp_path / "site.db"
    database = open_database(f"sqlite:///{path}", lock_timeout=0.3)
    migrate(database, model(PERSON, ROW, TRIAL))
    yield database, path
    database.close()


def test_sqlite_keeps_what_it_promises(sqlite_file: tuple[Database, Path]) -> None:
    database, path = sqlite_file
    settings = {"journal_mode": "wal", "synchronous": 2, "trusted_schema": 0}
    for transaction in (database.read, database.write):
        found = transaction(lambda connection: {name: connection.rows(f"PRAGMA {name}")[0][0] for name in settings})
        assert found == settings
    assert path.stat().st_mode & 0o077 == 0, "the data are the owner's only"


def test_X25_sqlite_does_not_sort_all_rows_for_a_page_once_it_knows_the_values(
    sqlite_file: tuple[Database, Path],
) -> None:
    """An index over a field that is equal everywhere looks useful until the planner knows better."""
    database, _ = sqlite_file
    insert(database, TRIAL, *({"name": f"{n:04}", "person": "everyone"} for n in range(500)))
    query = Query(TRIAL, where=Compare(("person",), "=", "everyone"), order_by=(Order(("modified",), True),), limit=20)
    statement = compile_select(database.engine, query)

    def sorts(connection: Connection) -> bool:
        parameters = statement.parameters(query_values(query))
        plan = connection.rows(f"EXPLAIN QUERY PLAN {statement.sql}", parameters)
        return "USE TEMP B-TREE FOR ORDER BY" in str(plan)

    before = database.read(sorts)
    database.analyze()
    assert (before, database.read(sorts)) == (True, False)


def test_X11_a_full_disk_saves_nothing_and_recovers(sqlite_file: tuple[Database, Path]) -> None:
    database, path = sqlite_file
    limit = path.stat().st_size + 1_500_000
    with start(f"sqlite:///{path}", "full", str(limit)) as process:
        assert process.stdout is not None
        full, readable, after = process.stdout.read().split("\n")[:3]
    saved = int(full.removeprefix("full after "))
    assert saved > 0
    assert int(readable) == saved
    assert after == "after"
    assert sorted(names(database, EVERYTHING)) == sorted([*map(str, range(saved)), "after"])
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@contextmanager
def held_by_a_tool(path: Path) -> Iterator[None]:
    """Another program writes without asking for the lock file."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    yield
    raw.execute("ROLLBACK")
    raw.close()


@contextmanager
def held_by_a_process(path: Path) -> Iterator[None]:
    """Another process of ours is writing."""
    with path.with_name(path.name + ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("held", [held_by_a_tool, held_by_a_process])
def test_X15_a_locked_database_is_told_and_read_meanwhile(sqlite_file: tuple[Database, Path], held: Any) -> None:
    database, path = sqlite_file
    with held(path):
        with pytest.raises(UnavailableError, match="busy"):
            insert(database, PERSON, {"name": "x"})
        refused = database.submit(lambda connection: connection.insert_rows(PERSON, [{"name": "y"}]))
        assert isinstance(refused.exception(), UnavailableError)
        assert names(database, EVERYTHING, PERSON) == []
    insert(database, PERSON, {"name": "z"})
    assert names(database, EVERYTHING, PERSON) == ["z"]


def test_X15_the_log_shrinks_again_after_a_long_reader(sqlite_file: tuple[Database, Path]) -> None:
    database, path = sqlite_file
    log = path.with_name(path.name + "-wal")

    def write_much(_: Any) -> int:
        for n in range(60):
            database.write(lambda connection, n=n: connection.put(META, {"key": str(n), "value": n}))
            insert(database, TRIAL, {"name": f"{time.monotonic_ns()}", "title": "x" * 100_000})
        return log.stat().st_size

    def hold(connection: Any) -> int:
        connection.fetch(META)
        return write_much(connection)

    held = database.read(hold)
    for _ in range(3):
        assert write_much(None) <= held * 2


def test_writers_of_several_processes_take_turns(sqlite_file: tuple[Database, Path]) -> None:
    _, path = sqlite_file
    processes = [start(f"sqlite:///{path}", "turns", "1.0") for _ in range(3)]
    shares = []
    for process in processes:
        with process:
            assert process.stdout is not None
            shares.append(int(process.stdout.read()))
    assert min(shares) * 10 > max(shares), shares


def test_a_process_that_leaves_does_not_take_the_log_of_those_who_stay(sqlite_file: tuple[Database, Path]) -> None:
    database, path = sqlite_file
    insert(database, PERSON, {"name": "x"})
    with database.reading(), database.reading():  # a second connection, opened while the first is in use
        pass
    visit = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM tabPerson'); c.close()"
    subprocess.run([sys.executable, "-P", "-c", visit, str(path)], check=True)
    assert path.with_name(path.name + "-wal").exists()  # who takes himself for the last one deletes it
