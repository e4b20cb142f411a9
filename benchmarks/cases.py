"""The measured requests: the product's, the baseline's, and the limit in CPU milliseconds that was set for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from benchmarks.bench_site import DOCTYPE, FILLED, values
from benchmarks.load import Request

RESOURCE = f"/api/resource/{quote(DOCTYPE)}"
LIST_FIELDS = (
    *("name", "customer_name", "email", "phone", "territory", "status", "annual_revenue", "employees", "since"),
    "modified",
)
FIELDS = quote(orjson.dumps(LIST_FIELDS).decode())


def name_of(number: int) -> str:
    return f"BC-{number * 7919 % FILLED + 1:05d}"


def territory_of(number: int) -> str:
    return f"T{number % 50}"


def _list(number: int) -> Request:
    filters = quote(f'[["territory","=","{territory_of(number)}"]]')
    return Request("GET", f"{RESOURCE}?fields={FIELDS}&filters={filters}&order_by=name&limit=20")


def _count(number: int) -> Request:
    filters = quote(f'{{"territory":"{territory_of(number)}"}}')
    return Request("GET", f"/api/method/frappe.client.get_count?doctype={quote(DOCTYPE)}&filters={filters}")


def _update(number: int) -> Request:
    return Request(
        "PUT", f"{RESOURCE}/{name_of(number)}", orjson.dumps({"notes": f"note {number}", "employees": number})
    )


@dataclass(frozen=True)
class Case:
    """One request in both forms. `limit` is in milliseconds of CPU per request, `ratio` to the baseline's."""

    name: str
    product: Callable[[int], Request]
    raw: Callable[[int], Request]
    limit: float
    count: int
    ratio: float | None = None


CASES = (
    Case(
        "no data at all (OPTIONS)",
        lambda _: Request("OPTIONS", RESOURCE),
        lambda _: Request("GET", "/raw/constant"),
        1.0,
        8000,
        2.0,
    ),
    Case(
        "get",
        lambda n: Request("GET", f"{RESOURCE}/{name_of(n)}"),
        lambda n: Request("GET", f"/raw/get?name={name_of(n)}"),
        1.0,
        4000,
    ),
    Case(
        "list 20 of 10,000", _list, lambda n: Request("GET", f"/raw/list?territory={territory_of(n)}"), 1.0, 4000, 1.5
    ),
    Case(
        "create (12 values, 2 rows)",
        lambda n: Request("POST", RESOURCE, orjson.dumps(values(n))),
        lambda _: Request("POST", "/raw/create"),
        2.5,
        2000,
        1 / 0.45,
    ),
    Case("update with version", _update, lambda n: Request("POST", f"/raw/update?name={name_of(n)}"), 2.5, 2000),
    Case("count", _count, lambda n: Request("GET", f"/raw/count?territory={territory_of(n)}"), 0.8, 4000),
)
