"""Ratios inside one process: what the document layer costs beside the bare driver on the same tables."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.bench_site import DOCTYPE, FILLED, make, values
from benchmarks.cases import LIST_FIELDS, name_of, territory_of
from benchmarks.figures import Figure, cpu_of_each
from benchmarks.raw import RawDatabase, insert_raw, insert_raw_many, list_raw, read_raw
from crm_platform.documents.context import Context
from crm_platform.testing import TestSite

WRITERS = 16
BATCH = 1000
DEEP = FILLED * 9 // 10


@contextmanager
def pair(folder: Path, database: str) -> Iterator[tuple[TestSite, RawDatabase]]:
    """A filled site, and the bare driver on the same tables."""
    site, _ = make(folder, database)
    site.site.runtime.database.analyze()
    raw = RawDatabase(str(folder / "site.db"), database)
    try:
        yield site, raw
    finally:
        raw.connection.close()
        site.site.close()


def core_figures(folder: Path, database: str = "") -> list[Figure]:
    """Goals for reading, writing and freshness, as ratios. PostgreSQL commits together by itself."""
    with pair(folder, database) as (site, raw):
        together = [] if database else [group_commit(site)]
        return [*reading(site, raw), *paging(site), *writing(site, raw), *together]


def _list(site: TestSite, **options: Any) -> Callable[[int], object]:
    fields = LIST_FIELDS
    return lambda n: site.read(
        lambda ctx: ctx.store.list(
            DOCTYPE, **{"fields": fields, "filters": {"territory": territory_of(n)}, "order_by": "name", **options}
        )
    )


def reading(site: TestSite, raw: RawDatabase) -> list[Figure]:
    get, raw_get, page, raw_page, fresh, nothing = cpu_of_each(
        [
            lambda n: site.get(DOCTYPE, name_of(n)),
            lambda n: read_raw(raw, name_of(n)),
            _list(site),
            lambda n: list_raw(raw, territory_of(n)),
            lambda _: site.site.runtime.database.read(site.site.runtime.fresh_model),
            lambda _: site.site.runtime.database.read(bool),
        ],
        100,
    )
    return [
        Figure("get of a document beside the driver's", get / raw_get, 5),
        Figure("list of 20 beside the driver's", page / raw_page, 2.5),
        Figure("is the model fresh? share of a list", (fresh - nothing) / page * 100, 2, "%"),
    ]


def paging(site: TestSite) -> list[Figure]:
    """By key: the page after a name, near the beginning and near the end."""

    def after(number: int) -> Callable[[int], object]:
        return _list(site, filters=[["name", ">", f"BC-{number:05d}"]])

    first, deep = cpu_of_each([after(0), after(DEEP)], 100)
    return [Figure("page by key, deep beside first", deep / first, 2)]


def writing(site: TestSite, raw: RawDatabase) -> list[Figure]:
    def insert(ctx: Context, number: int) -> None:
        ctx.store.insert(ctx.store.new(DOCTYPE, values(number)))

    def insert_many(ctx: Context, number: int) -> None:
        ctx.store.insert_many([ctx.store.new(DOCTYPE, values(number + n)) for n in range(BATCH)])

    single, raw_single = cpu_of_each(
        [lambda n: site.write(lambda ctx: insert(ctx, n)), lambda n: insert_raw(raw, f"RAW-{n}")], 50
    )
    bulk, raw_bulk = cpu_of_each(
        [
            lambda n: site.write(lambda ctx: insert_many(ctx, n)),
            lambda n: insert_raw_many(raw, [f"MANY-{n}-{k}" for k in range(BATCH)]),
        ],
        1,
    )
    return [
        Figure("insert of a document beside the driver's (FULL)", single / raw_single, 3.5),
        Figure("bulk insert, share of the driver's rate", raw_bulk / bulk * 100, 20, "%", at_least=True),
        Figure("bulk insert beside inserts one by one", single * BATCH / bulk, 2, "×", at_least=True),
    ]


def group_commit(site: TestSite) -> Figure:
    """Writers at once, each waiting for its COMMIT: one transaction for many, or one for each."""
    runtime, access = site.site.runtime, site.site.access

    def insert(ctx: Context) -> None:
        ctx = access.as_user(ctx, "Administrator")
        ctx.store.insert(ctx.store.new(DOCTYPE, values(1)))

    def together(_: int) -> None:
        runtime.submit(insert).result()

    def alone(_: int) -> None:
        runtime.write(insert)

    rates: dict[Callable[[int], None], list[float]] = {together: [], alone: []}
    with ThreadPoolExecutor(WRITERS) as writers:
        for _ in range(5):
            for work, found in rates.items():
                started = time.perf_counter()
                list(writers.map(work, range(WRITERS * 10)))
                found.append(WRITERS * 10 / (time.perf_counter() - started))
    ratio = statistics.median(rates[together]) / statistics.median(rates[alone])
    return Figure(f"commits together beside one by one, {WRITERS} writers", ratio, 2, "×", at_least=True)


def list_of_a_million(site: TestSite) -> Figure:
    """CPU milliseconds of a page of 20 in the order of an index, at the data layer."""
    (spent,) = cpu_of_each([lambda _: site.read(lambda ctx: ctx.store.list("Big", order_by="modified desc"))], 20)
    return Figure("list 20 of a million by an index", spent / 1000, 5, "ms")
