"""`python -m benchmarks.duplicates [--postgres URL] [--documents N]`: matches of a new customer among many."""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console

from benchmarks.figures import Figure, table
from crm_platform.testing import TestSite, make_site
from crm_platform.transfer.duplicates.finding import find

FIRST = ("云", "天", "星", "华", "海", "金", "东", "新", "中", "安")
SECOND = ("计算", "科", "河", "信", "盛", "达", "联", "创", "智", "泰")
KIND = ("科技", "贸易", "物流", "机械", "电子", "化工")
ENGLISH = ("Miller", "Schmidt", "Novak", "Rossi", "Dubois", "Larsen", "Kowalski", "Silva", "Tanaka", "Okafor")
LIMIT = 50.0
QUESTIONS = 200
DOCUMENTS = 100_000


def values(number: int) -> dict[str, str]:
    """A customer, every second one with a Chinese name."""
    chance = random.Random(number)
    if number % 2:
        name = (
            f"{chance.choice(FIRST)}{chance.choice(SECOND)}{chance.choice(FIRST)}{number}{chance.choice(KIND)}有限公司"
        )
    else:
        name = f"{chance.choice(ENGLISH)} {chance.choice(ENGLISH)} {number} Ltd"
    return {"customer_name": name, "mobile_no": f"+86 13{number:09}", "email_id": f"office{number}@example.com"}


def fill(site: TestSite, documents: int) -> float:
    """Insert customers a thousand at a time; returns CPU microseconds per document."""
    started = time.process_time()
    for first in range(0, documents, 1000):
        numbers = range(first, min(first + 1000, documents))
        site.write(
            lambda ctx, numbers=numbers: ctx.store.insert_many([ctx.store.new("Customer", values(n)) for n in numbers])
        )
    return (time.process_time() - started) * 1e6 / documents


def milliseconds(site: TestSite, documents: int) -> list[float]:
    """How long each of some questions takes: a customer that is there, typed a little differently."""
    times = []
    for number in random.Random(1).sample(range(documents), QUESTIONS):
        there = values(number)
        draft = {**there, "customer_name": there["customer_name"].replace("有限公司", "").replace("Ltd", "GmbH")}
        started = time.perf_counter()
        found = site.read(lambda ctx, draft=draft: find(ctx, "Customer", draft))
        times.append((time.perf_counter() - started) * 1000)
        assert found[0].title == there["customer_name"]
    return times


def duplicate_figures(folder: Path, database: str = "", documents: int = DOCUMENTS) -> list[Figure]:
    """Questions to so many customers, and what keeping their keys adds to bringing them in."""
    site = make_site(folder, database)
    cost = fill(site, documents)
    site.site.runtime.database.analyze()
    times = sorted(milliseconds(site, documents))
    site.site.close()
    return [
        Figure(f"find among {documents:,} customers, median", statistics.median(times), LIMIT, "ms"),
        Figure("find, 95 of 100", times[int(len(times) * 0.95)], None, "ms"),
        Figure("insert in a batch with keys and index: CPU of a customer", cost, None, "µs"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = duplicate_figures(Path(work) / "site", arguments.postgres, arguments.documents)
        Console().print(table("duplicates", figures))


if __name__ == "__main__":
    main()
