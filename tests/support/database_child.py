"""A process that works on a database until it is killed: `database_child.py URL TASK [ARGUMENT]`.

Each line that it prints was acknowledged by the database before.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from crm_platform.database.connect import open_database
from crm_platform.database.interface import Connection, Database
from crm_platform.database.system import META
from crm_platform.errors import StorageFullError
from crm_platform.metadata.model import DocType, Field

sys.path.append(str(Path(__file__).parents[1]))
from support.trial import ROW, TRIAL, child, model

THING_AS_TEXT = DocType("Thing", fields=(Field("size", "Data"),))
THING_AS_NUMBER = DocType("Thing", fields=(Field("size", "Int"), Field("more", "Date")))


def write_documents(database: Database, prefix: str) -> Iterator[str]:
    """Save documents with 20 rows each, through the queue and directly in turn."""
    for number in range(100_000):
        name = f"{prefix}{number}"

        def save(connection: Connection, name: str = name) -> None:
            connection.insert_rows(TRIAL, [{"name": name}])
            connection.insert_rows(ROW, [child(name, idx) for idx in range(20)])

        if number % 2:
            database.submit(save).result()
        else:
            database.write(save)
        yield name


def change_schema(database: Database, _: str) -> Iterator[str]:
    """Change a field's kind to and fro; the model that is live stands in the same transaction."""
    models = [model(THING_AS_TEXT), model(THING_AS_NUMBER)]
    for number in range(100_000):
        (current,) = database.read(lambda connection: connection.fetch(META, {"key": "model"}))
        old, new = models[current["value"]], models[1 - current["value"]]
        steps = database.plan(old, new)
        database.prepare(steps)

        def switch(connection: Connection, value: int = 1 - current["value"], steps: list = steps) -> None:  # type: ignore[type-arg]
            database.apply(connection, steps)
            connection.put(META, {"key": "model", "value": value})

        database.write(switch)
        yield str(number)


def take_turns(database: Database, seconds: str) -> Iterator[str]:
    """Count how many small writes succeed in a time."""
    end, number = time.monotonic() + float(seconds), 0
    while time.monotonic() < end:
        database.write(lambda connection: connection.next_numbers("turns"))
        number += 1
    yield str(number)


def fill_the_disk(database: Database, limit: str) -> Iterator[str]:
    """Write until files may not grow any more, then read, then write again with more room."""
    yield from _write_until_full(database, int(limit))
    yield str(database.read(lambda connection: len(connection.get_rows(TRIAL, [str(n) for n in range(1000)]))))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    database.write(lambda connection: connection.insert_rows(TRIAL, [{"name": "after"}]))
    yield "after"


def _write_until_full(database: Database, limit: int) -> Iterator[str]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    saved = 0
    try:
        for number in range(1000):
            row = {"name": str(number), "title": "x" * 50_000}
            futures = [database.submit(lambda connection, row=row: connection.insert_rows(TRIAL, [row]))]
            futures.append(database.submit(lambda connection, n=number: connection.next_numbers(f"s{n}")))
            for future in futures:
                future.result()
            saved += 1
    except StorageFullError:
        yield f"full after {saved}"


TASKS: dict[str, Callable[[Database, str], Iterator[str]]] = {
    "write": write_documents,
    "schema": change_schema,
    "turns": take_turns,
    "full": fill_the_disk,
}

if __name__ == "__main__":
    url, task, argument = sys.argv[1:]
    for line in TASKS[task](open_database(url), argument):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
