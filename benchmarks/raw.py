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
from starlette.types import ASGIApp, Receive, Scope, Send

COLUMNS = (
    *("name", "customer_name", "email", "phone", "territory", "status", "annual_revenue", "employees", "since"),
    "modified",
)
TABLE = '"tabBench Customer"'
CHILD = '"tabBench Contact Row"'
INSERT = (
    f"INSERT INTO {TABLE} (name, owner, creation, modified, modified_by, docstatus, idx, customer_name, email, phone, "
    "territory, industry, status, annual_revenue, employees, website, owner_user, since, notes) "
    "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
INSERT_CHILD = (
    f"INSERT INTO {CHILD} (name, owner, creation, modified, modified_by, docstatus, idx, contact_name, contact_email, "
    "calls, parent, parentfield, parenttype) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
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

    def execute_many(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        self.connection.cursor().executemany(sql.replace("?", self.mark), parameters)

    def begin(self) -> None:
        self.connection.execute("BEGIN" if self._postgres else "BEGIN IMMEDIATE")


def read_raw(database: RawDatabase, name: str) -> Any:
    row = database.execute(f"SELECT * FROM {TABLE} WHERE name = ?", (name,)).fetchone()
    rows = database.execute(f"SELECT * FROM {CHILD} WHERE parent = ? ORDER BY idx", (name,)).fetchall()
    return [row, rows]


def list_raw(database: RawDatabase, territory: str) -> list[dict[str, Any]]:
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    sql = f"SELECT {columns} FROM {TABLE} WHERE territory = ? ORDER BY name LIMIT 20"
    return [dict(zip(COLUMNS, row, strict=True)) for row in database.execute(sql, (territory,)).fetchall()]


def insert_raw(database: RawDatabase, name: str) -> str:
    """One document with two rows, and the commit."""
    database.begin()
    database.execute(INSERT, _document(name))
    for index in (1, 2):
        database.execute(INSERT_CHILD, _row(name, index))
    database.execute("COMMIT")
    return name


def insert_raw_many(database: RawDatabase, names: Sequence[str]) -> None:
    """Documents with two rows each in one transaction, statement by statement for all of them."""
    database.begin()
    database.execute_many(INSERT, [_document(name) for name in names])
    database.execute_many(INSERT_CHILD, [_row(name, index) for name in names for index in (1, 2)])
    database.execute("COMMIT")


def _document(name: str) -> tuple[Any, ...]:
    values = ("n", "e@x.de", "1", "T1", "Trade", "Active", 1, 2, "w", "Administrator", "2020-01-31", "notes")
    return (name, "a", STAMP, STAMP, "a", 0, 0, *values)


def _row(name: str, index: int) -> tuple[Any, ...]:
    head = (f"{name}-{index}", "a", STAMP, STAMP, "a", 0, index)
    return (*head, "c", "e@x.de", 1, name, "contacts", "Bench Customer")


def routes(database: RawDatabase) -> list[Route]:
    """/raw/get, /raw/list, /raw/count, /raw/create, /raw/update: one handler each, answering JSON."""
    numbers = itertools.count()

    def get(request: Request) -> Any:
        return read_raw(database, request.query_params["name"])

    def listing(request: Request) -> Any:
        return list_raw(database, request.query_params["territory"])

    def count(request: Request) -> Any:
        sql = f"SELECT count(*) FROM {TABLE} WHERE territory = ?"
        return database.execute(sql, (request.query_params["territory"],)).fetchone()[0]

    def create(_: Request) -> Any:
        return insert_raw(database, f"RAW-{next(numbers)}")

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


class Constant:
    """An ASGI application that answers /raw/constant itself, with nothing in between, and hands on all else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") != "/raw/constant":
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})


def _route(name: str, work: Callable[[Request], Any]) -> Route:
    async def endpoint(request: Request) -> Response:
        return Response(orjson.dumps(work(request), default=str), media_type="application/json")

    return Route(f"/raw/{name}", endpoint, methods=["GET", "POST"])
