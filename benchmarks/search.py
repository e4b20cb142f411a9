"""`python -m benchmarks.search [--postgres URL] [--documents N]`: what the index costs, how fast it answers."""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.figures import Figure, table
from crm_platform.search import rebuilding
from crm_platform.search.query import Result, search
from crm_platform.testing import TestSite, make_site

DOCTYPE = "Bench Note"
DOCUMENTS = 100_000
FIELDS = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title", "in_global_search": 1},
    {"fieldname": "number", "fieldtype": "Data", "label": "Number", "in_global_search": 1},
    {"fieldname": "content", "fieldtype": "Text", "label": "Content"},
    {"fieldname": "secret", "fieldtype": "Small Text", "label": "Secret", "permlevel": 1},
)
READER = "reader@example.com"
ENGLISH = ("contract", "order", "invoice", "database", "migration", "customer", "delivery", "cloud", "service")
CHINESE = (
    "合同",
    "订单",
    "发票",
    "数据库",
    "迁移",
    "客户",
    "交付",
    "云计算",
    "服务",
    "质量",
    "有限公司",
    "科技",
    "北京",
)
RARE = 200
"""One document of so many holds a rare word."""

ROUNDS = 7
"""Of so many the least counts: whatever else the machine does only adds to it."""

UPKEEP_LIMIT, QUERY_LIMIT = 250.0, 20.0
QUERIES = {
    "selective Chinese (云龙纹)": "云龙纹",
    "selective English (zeppel)": "zeppel",
    "two words (zeppelin 合同)": "zeppelin 合同",
    "whole number (NR-0000777)": "NR-0000777",
    "one document (Müller)": "muller",
    "nothing (没有这个词)": "没有这个词",
    "broad Chinese (合同)": "合同",
    "broad English (migr)": "migr",
    "one character (云)": "云",
}
SELECTIVE = 6
"""The first of them have fewer than 1,000 hits, and the limit is for them."""


def texts(number: int) -> dict[str, str]:
    """A document of about 330 bytes, every second one in Chinese, the others in English."""
    chance = random.Random(number)
    words = chance.choices(ENGLISH if number % 2 else CHINESE, k=4)
    rare = " zeppelin 云龙纹" if number % RARE == 0 else ""
    glue = " " if number % 2 else ""
    title = "Müller" if number == 4321 else f"{glue.join(words)} {number}"
    body = glue.join(chance.choices(ENGLISH if number % 2 else CHINESE, k=34 if number % 2 else 40))
    return {"title": title, "number": f"NR-{number:07}", "content": f"{body}{rare}"}


def fill(site: TestSite, documents: int) -> None:
    for first in range(0, documents, 1000):
        site.write(
            lambda ctx, first=first: ctx.store.insert_many(
                [ctx.store.new(DOCTYPE, texts(n)) for n in range(first, min(first + 1000, documents))]
            )
        )


def make(folder: Path, database: str) -> TestSite:
    site = make_site(folder, database)
    rights = {"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}
    level_0 = {"role": "Note Reader", "read": 1}
    site.role("Note Reader")
    site.doctype(DOCTYPE, *FIELDS, title_field="title", autoname="hash", permissions=[rights, level_0])
    site.user(READER, "Note Reader")
    return site


def upkeep(site: TestSite) -> Iterator[tuple[str, float]]:
    """CPU microseconds per document that the index adds to single saves and to a batch of 1,000."""
    listeners = site.site.source.listeners
    for name, run in (("single insert", _singles), ("single update", _updates), ("insert in a batch of 1,000", _batch)):
        indexed, plain = [], []
        for number in range(ROUNDS):
            indexed.append(run(site, number))
            _use(site, [one for one in listeners if not one.handler.__module__.startswith("crm_platform.search")])
            plain.append(run(site, number + 100))
            _use(site, listeners)
        yield name, min(indexed) - min(plain)


def _use(site: TestSite, listeners: Sequence[object]) -> None:
    site.site.source.listeners = listeners  # type: ignore[assignment]
    site.site.runtime.model = None


def _singles(site: TestSite, round_: int) -> float:
    started, first = time.process_time(), 10_000_000 + round_ * 1000
    for number in range(first, first + 300):
        site.write(lambda ctx, n=number: ctx.store.insert(ctx.store.new(DOCTYPE, texts(n))))
    return (time.process_time() - started) * 1e6 / 300


def _updates(site: TestSite, round_: int) -> float:
    names = site.read(
        lambda ctx: [row["name"] for row in ctx.store.list(DOCTYPE, limit=300, offset=round_ % 100 * 300)]
    )
    started = time.process_time()
    for number, name in enumerate(names):
        content = texts(20_000_000 + round_ * 1000 + number)["content"]
        site.write(lambda ctx, n=name, c=content: ctx.store.update(DOCTYPE, n, {"content": c}))
    return (time.process_time() - started) * 1e6 / len(names)


def _batch(site: TestSite, round_: int) -> float:
    first = 30_000_000 + round_ * 1000
    started = time.process_time()
    site.write(
        lambda ctx: ctx.store.insert_many([ctx.store.new(DOCTYPE, texts(n)) for n in range(first, first + 1000)])
    )
    return (time.process_time() - started) * 1e6 / 1000


def asked(site: TestSite, user: str, text: str) -> tuple[float, Result]:
    """Median milliseconds of a search with everything around it but HTTP, and what it found."""
    times, found = [], Result()
    for _ in range(9):
        started = time.perf_counter()
        found = site.read(lambda ctx: search(ctx, text), user)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), found


def query_figures(site: TestSite) -> Iterator[Figure]:
    """Each query for a user who may read everything, and for one who reads fields of level 0 only."""
    for number, (name, text) in enumerate(QUERIES.items()):
        limit = QUERY_LIMIT if number < SELECTIVE else None
        milliseconds, found = asked(site, "Administrator", text)
        count = f"{found.total}{'+' if found.more else ''} found"
        yield Figure(f"{name}, {count}", milliseconds, limit, "ms")
        yield Figure(f"{name}, by a reader of level 0", asked(site, READER, text)[0], limit, "ms")


def rebuild_rate(site: TestSite, documents: int) -> float:
    """Documents per second."""
    started = time.perf_counter()
    rebuilding.rebuild(site.site.runtime, lambda *_: None, from_scratch=True)
    return documents / (time.perf_counter() - started)


def search_figures(folder: Path, database: str = "", documents: int = DOCUMENTS) -> list[Figure]:
    """What is asked of a site with so many documents, what each save adds, how fast the index is made anew."""
    site = make(folder, database)
    fill(site, documents)
    site.site.runtime.database.analyze()
    figures = [
        *query_figures(site),
        *(Figure(f"index: {name}, CPU of a document", cost, UPKEEP_LIMIT, "µs") for name, cost in upkeep(site)),
        Figure("rebuilding the index, documents per second", rebuild_rate(site, documents), None),
    ]
    site.site.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = search_figures(Path(work) / "site", arguments.postgres, arguments.documents)
        Console().print(table(f"search in {arguments.documents:,} documents", figures))


if __name__ == "__main__":
    main()
