"""The baseline: the same questions asked of the same tables by the bare driver, behind the same web server."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import psycopg
from psycopg.rows import tuple_row
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

COLUMNS = (
    *("name", "customer_name", "email", "phone", "territory", "status", "annual_revenue", "employees", "since"),
    "modified",
)
TABLE = '"tabBench Customer"'
CHILD = '"tabBench Contact Row"'
STAMP = "2026-01-01 00:00:00.000000"
Execute = Callable[[str, Sequence[Any]], Any]


class RawDatabase:
    """One connection of the bare driver; `mark` is its placeholder."""

    def __init__(self, path: str, url: str) -> None:
        self._postgres = bool(url)
        self.mark = "%s" if url else "?"
        if url:
            self.connection: Any = psycopg.connect(url, autocommit=True, row_factory=tuple_row)
        else:
            self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=FULL")

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        return self.connection.execute(sql.replace("?", self.mark), parameters)

    def begin(self) -> None:
        self.connection.execute("BEGIN" if self._postgres else "BEGIN IMMEDIATE")


def routes(database: RawDatabase) -> list[Route]:
    """/raw/get, /raw/list, /raw/count, /raw/create, /raw/update: one handler each, answering JSON."""
    numbers = itertools.count()

    def get(request: Request) -> Any:
        name = request.query_params["name"]
        row = database.execute(f"SELECT * FROM {TABLE} WHERE name = ?", (name,)).fetchone()
        rows = database.execute(f"SELECT * FROM {CHILD} WHERE parent = ? ORDER BY idx", (name,)).fetchall()
        return [row, rows]

    def listing(request: Request) -> Any:
        columns = ", ".join(f'"{column}"' for column in COLUMNS)
        sql = f"SELECT {columns} FROM {TABLE} WHERE territory = ? ORDER BY name LIMIT 20"
        rows = database.execute(sql, (request.query_params["territory"],)).fetchall()
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def count(request: Request) -> Any:
        sql = f"SELECT count(*) FROM {TABLE} WHERE territory = ?"
        return database.execute(sql, (request.query_params["territory"],)).fetchone()[0]

    def create(_: Request) -> Any:
        name = f"RAW-{next(numbers)}"
        head = (name, "a", STAMP, STAMP, "a", 0, 0)
        database.begin()
        database.execute(
            f"INSERT INTO {TABLE} (name, owner, creation, modified, modified_by, docstatus, idx, customer_name, email, "
            "phone, territory, industry, status, annual_revenue, employees, website, owner_user, since, notes) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (*head, "n", "e@x.de", "1", "T1", "Trade", "Active", 1, 2, "w", "Administrator", "2020-01-31", "notes"),
        )
        for index in (1, 2):
            database.execute(
                f"INSERT INTO {CHILD} (name, owner, creation, modified, modified_by, docstatus, idx, contact_name, "
                "contact_email, calls, parent, parentfield, parenttype) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (f"{name}-{index}", *head[1:6], index, "c", "e@x.de", 1, name, "contacts", "Bench Customer"),
            )
        database.execute("COMMIT")
        return name

    def update(request: Request) -> Any:
        name = request.query_params["name"]
        database.begin()
        database.execute(f"UPDATE {TABLE} SET notes = ?, modified = ? WHERE name = ?", ("x", STAMP, name))
        database.execute("COMMIT")
        return name

    return [
        _route(name, work)
        for name, work in (("get", get), ("list", listing), ("count", count), ("create", create), ("update", update))
    ]


def _route(name: str, work: Callable[[Request], Any]) -> Route:
    async def endpoint(request: Request) -> Response:
        return Response(orjson.dumps(work(request), default=str), media_type="application/json")

    return Route(f"/raw/{name}", endpoint, methods=["GET", "POST"])
