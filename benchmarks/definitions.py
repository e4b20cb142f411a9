"""`python -m benchmarks.definitions [--postgres URL]`: definitions change on a million rows while readers and writers
go on; prints how long each change takes and what the others notice of it. Takes some minutes."""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console

from benchmarks.bench_site import make
from benchmarks.figures import Figure, table
from benchmarks.load import Request, Server, serving, working
from crm_platform.database.interface import Connection
from crm_platform.testing import TestSite

DOUBLINGS = 20
"""From one row to 1,048,576."""

TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}
SIZE = {"fieldname": "size", "fieldtype": "Data", "label": "Size"}
CODE = {"fieldname": "code", "fieldtype": "Data", "label": "Code"}
BIG: dict[str, Any] = {
    "doctype": "DocType",
    "name": "Big",
    "module": "CRM",
    "custom": 1,
    "permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1}],
}


def new_field(name: str, **values: Any) -> dict[str, Any]:
    return {"doctype": "Custom Field", "dt": "Big", "fieldname": name, "fieldtype": "Data", "label": name, **values}


CHANGES: tuple[tuple[str, float | None, dict[str, Any]], ...] = (
    ("one field", 0.1, {"definitions": [new_field("one")]}),
    ("ten fields", 1.0, {"definitions": [new_field(f"f{number}") for number in range(10)]}),
    ("a mandatory field with a default", 1.0, {"definitions": [new_field("tier", default="B", reqd=1)]}),
    ("an indexed field", None, {"definitions": [new_field("place", search_index=1)]}),
    ("a field that becomes unique", None, {"definitions": [{**BIG, "fields": [TITLE, SIZE, {**CODE, "unique": 1}]}]}),
    (
        "another type, with an index",
        None,
        {
            "definitions": [
                {**BIG, "fields": [TITLE, {**SIZE, "fieldtype": "Int", "search_index": 1}, {**CODE, "unique": 1}]}
            ],
            "accept_lossy": True,
        },
    ),
)
"""Name, limit in seconds, arguments of `crm.plan.apply`. What copies or sorts all rows has no limit."""


def new_document(number: int) -> dict[str, str]:
    return {"title": "新", "size": f"{number}", "code": uuid4().hex}


WORK: tuple[Callable[[int], Request], ...] = (
    lambda number: Request("GET", f"/api/resource/Big?limit=20&limit_start={number % 50}"),
    lambda _: Request("GET", "/api/resource/Big/b"),
    lambda number: Request("POST", "/api/resource/Big", json.dumps(new_document(number)).encode()),
    lambda number: Request("PUT", "/api/resource/Big/b", json.dumps({"size": f"{number}"}).encode()),
)


@dataclass
class Noticed:
    """What readers and writers notice: answers, the slowest in seconds, failures."""

    answers: int = 0
    slowest: float = 0.0
    failures: int = 0
    over: threading.Event = field(default_factory=threading.Event)


def send(connection: http.client.HTTPConnection, server: Server, request: Request) -> int:
    headers = {"Authorization": server.authorization, "Content-Type": "application/json"}
    connection.request(request.method, request.path, request.body or None, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def ask(connection: http.client.HTTPConnection, server: Server, request: Request) -> dict[str, Any]:
    """The message of an answer that must be a success."""
    headers = {"Authorization": server.authorization, "Content-Type": "application/json"}
    connection.request(request.method, request.path, request.body or None, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{request.path}: the answer was {answer.status} {text[:200]!r}")
    message: dict[str, Any] = json.loads(text)["message"]
    return message


def wait_for_job(manager: http.client.HTTPConnection, server: Server, job: str | None) -> None:
    """A plan that takes long is done by a worker."""
    while job and ask(manager, server, Request("GET", f"/api/method/crm.jobs.get?job={job}"))["state"] != "done":
        time.sleep(0.05)


@contextmanager
def people(server: Server) -> Iterator[Noticed]:
    """Readers and writers at work until the end of the block."""
    noticed = Noticed()

    def work(make_request: Callable[[int], Request]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        for number in itertools.count():
            if noticed.over.is_set():
                return
            started = time.perf_counter()
            status = send(connection, server, make_request(number))
            noticed.slowest = max(noticed.slowest, time.perf_counter() - started)
            noticed.answers += 1
            noticed.failures += status != http.client.OK

    threads = [threading.Thread(target=work, args=(request,)) for request in WORK]
    for thread in threads:
        thread.start()
    try:
        yield noticed
    finally:
        noticed.over.set()
        for thread in threads:
            thread.join()


def fill(site: TestSite, doublings: int) -> None:
    """Make Big documents by the database alone."""
    site.doctype("Big", TITLE, SIZE, CODE)
    site.insert("Big", title="客户", size="12")
    database = site.site.runtime.database
    own = ("name", "code")
    columns = [column for column in site.read(lambda ctx: list(ctx.definitions["Big"].columns)) if column not in own]
    listed = ", ".join(f'"{column}"' for column in columns)

    def double(connection: Connection, letter: str) -> None:
        named = f"name || '{letter}'"
        connection.run(f'INSERT INTO "tabBig" (name, code, {listed}) SELECT {named}, {named}, {listed} FROM "tabBig"')

    database.write(lambda connection: connection.run("UPDATE \"tabBig\" SET name = 'b', code = 'b'"))
    for number in range(doublings):
        database.write(lambda connection, n=number: double(connection, chr(97 + n)))  # type: ignore[misc]
    database.analyze()


def change_figures(server: Server) -> Iterator[Figure]:
    """Apply each change as a client does and time the request; what the people at work meanwhile waited longest."""
    manager = http.client.HTTPConnection("127.0.0.1", server.port, timeout=1200)
    for name, limit, arguments in CHANGES:
        with people(server) as noticed:
            time.sleep(0.5)
            started = time.perf_counter()
            body = json.dumps(arguments).encode()
            answer = ask(manager, server, Request("POST", "/api/method/crm.plan.apply", body))
            wait_for_job(manager, server, answer["job"])
            seconds = time.perf_counter() - started
            time.sleep(0.5)
        yield Figure(f"apply {name}", seconds, limit, "s")
        yield Figure(f"apply {name}: the slowest of {noticed.answers} requests beside it", noticed.slowest, None, "s")
        yield Figure(f"apply {name}: requests that failed", noticed.failures, 0)


def definition_figures(folder: Path, database: str = "", doublings: int = DOUBLINGS) -> list[Figure]:
    """Changes of definitions on 2 to the power of `doublings` rows, while others read and write."""
    site, authorization = make(folder, database, documents=0)
    fill(site, doublings)
    site.site.close()
    with serving(folder, authorization) as server, working(folder):
        return list(change_figures(server))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--doublings", type=int, default=DOUBLINGS, help="2 to the power of it is the number of rows")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = definition_figures(Path(work) / "site", arguments.postgres, arguments.doublings)
        Console().print(table(f"definitions on {2**arguments.doublings:,} rows", figures))


if __name__ == "__main__":
    main()
