"""Definitions change under readers and writers over HTTP, also on a million rows: no request fails, all see the new
model at their next request."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from crm_platform.database.interface import Connection
from crm_platform.testing import TestSite
from support.commands import NO_TLS
from support.served import ServedSite, serving
from support.traffic import traffic

FIELDS = [
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "size", "fieldtype": "Data", "label": "Size"},
]


def field(name: str, **values: Any) -> dict[str, Any]:
    return {"doctype": "Custom Field", "dt": "Big", "fieldname": name, "fieldtype": "Data", "label": name, **values}


TEN = [field(f"f{number}", **({"default": "甲"} if number % 2 else {})) for number in range(10)]
GIFT = {"module": "CRM", "custom": 1, "permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]}
AS_NUMBER = {"doctype": "DocType", "name": "Big", **GIFT, "fields": [FIELDS[0], {**FIELDS[1], "fieldtype": "Int"}]}


def fill(site: TestSite, doublings: int) -> None:
    """Big documents by the database alone: 2 to the power of `doublings`."""
    site.doctype("Big", *FIELDS)
    site.insert("Big", title="客户", size="12")
    site.site.runtime.database.write(lambda connection: connection.run("UPDATE \"tabBig\" SET name = 'b'"))
    columns = [c for c in site.read(lambda ctx: list(ctx.definitions["Big"].columns)) if c != "name"]
    listed = ", ".join(f'"{column}"' for column in columns)

    def double(connection: Connection, letter: str) -> None:
        connection.run(f'INSERT INTO "tabBig" (name, {listed}) SELECT name || \'{letter}\', {listed} FROM "tabBig"')

    for number in range(doublings):
        site.site.runtime.database.write(lambda connection, n=number: double(connection, chr(97 + n)))  # type: ignore[misc]
    site.site.runtime.database.analyze()


def read_list(client: httpx.Client, number: int) -> httpx.Response:
    return client.get("/api/resource/Big", params={"fields": '["*"]', "limit_start": number % 50, "limit": 20})


def read_one(client: httpx.Client, _: int) -> httpx.Response:
    return client.get("/api/resource/Big/b")


def write_new(client: httpx.Client, number: int) -> httpx.Response:
    return client.post("/api/resource/Big", json={"title": f"新 {number}", "size": str(number)})


def write_one(client: httpx.Client, number: int) -> httpx.Response:
    return client.put("/api/resource/Big/b", json={"size": str(number)})


def filtered(client: httpx.Client, number: int) -> httpx.Response:
    return client.get("/api/resource/Big", params={"filters": f'[["size", "=", "{number % 20}"]]', "limit": 5})


WORKERS = (read_list, read_one, write_new, write_one)

CHANGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("one field", {"definitions": [field("one")]}),
    ("ten fields", {"definitions": TEN}),
    ("a field with a default", {"definitions": [field("等级", default="乙", reqd=1)]}),
    ("an indexed field", {"definitions": [field("code", search_index=1)]}),
    ("another type", {"definitions": [AS_NUMBER], "accept_lossy": True}),
)


@pytest.fixture
def filled(site: TestSite, request: pytest.FixtureRequest) -> Iterator[ServedSite]:
    """A served site with as many Big documents as the test says by its parameter."""
    fill(site, request.param)
    with serving(site.site.folder.path) as served:
        yield served


def change_all(served: ServedSite) -> dict[str, tuple[float, float, int]]:
    """Apply every change under load, then take all back; seconds, slowest request beside it and number of requests."""
    measured = {}
    key = served.api_key()
    headers = {"Authorization": f"token {key}"}
    with httpx.Client(base_url=served.url, headers=headers, timeout=600, verify=NO_TLS) as manager:
        first = 0
        for name, change in CHANGES:
            workers = WORKERS if name == "another type" else (*WORKERS, filtered)
            with traffic(served.url, key, *workers) as found:
                found.wait_for(20)
                started = time.perf_counter()
                answer = manager.post("/api/method/crm.plan.apply", json=change)
                assert answer.status_code == httpx.codes.OK, answer.text
                wait_for_job(manager, answer.json()["message"]["job"])
                seconds = time.perf_counter() - started
                assert sees(manager, change), name
                found.wait_for(20)
            assert found.failed == [], name
            measured[name] = (seconds, found.slowest, found.done)
            first = first or answer.json()["message"]["plan"]
        with traffic(served.url, key, *WORKERS) as found:
            started = time.perf_counter()
            answer = manager.post("/api/method/crm.plan.rollback", json={"plan": first})
            assert answer.status_code == httpx.codes.OK, answer.text
            wait_for_job(manager, answer.json()["message"]["job"])
            history = manager.get("/api/method/crm.plan.history", params={"limit": len(CHANGES)}).json()["message"]
            assert all(plan["rolled_back_at"] for plan in history)
            measured["all taken back"] = (time.perf_counter() - started, found.slowest, found.done)
            found.wait_for(20)
        assert found.failed == []
    return measured


def wait_for_job(client: httpx.Client, job: str | None) -> None:
    """Follow the job of a plan that takes long to its end."""
    while job:
        state = client.get("/api/method/crm.jobs.get", params={"job": job}).json()["message"]
        assert state["state"] in ("queued", "running", "done"), state
        if state["state"] == "done":
            return
        time.sleep(0.1)


def sees(client: httpx.Client, change: dict[str, Any]) -> bool:
    """Whether the next request knows the new fields, and the rows that were there their defaults."""
    wanted = {one["fieldname"]: one.get("default") for one in change["definitions"] if one["doctype"] == "Custom Field"}
    parameters = {"fields": json.dumps(["name", *wanted]), "filters": '{"name": "b"}'}
    (row,) = client.get("/api/resource/Big", params=parameters).json()["data"]
    return bool(row == {"name": "b", **wanted})


@pytest.mark.parametrize("filled", [11], indirect=True)
def test_no_request_fails_while_definitions_change(filled: ServedSite) -> None:
    measured = change_all(filled)
    assert all(requests >= 20 for _, _, requests in measured.values())


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("filled", [20], indirect=True)
def test_no_request_fails_while_definitions_of_a_million_rows_change(filled: ServedSite) -> None:
    for name, (seconds, slowest, requests) in change_all(filled).items():
        sys.stdout.write(f"\n{name}: {seconds:.2f} s, slowest request beside it {slowest:.2f} s, {requests} requests")
