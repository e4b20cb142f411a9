"""`python -m benchmarks [--db postgresql] [--only TABLE …]`: measures and prints tables of figures with limits.

Takes a quarter of an hour. How to read them: docs/explanation/measurements.md.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bench_site import make
from benchmarks.browsing import browsing_figures
from benchmarks.cases import CASES, Case
from benchmarks.core import core_figures
from benchmarks.databases import KINDS, Fresh, databases
from benchmarks.definitions import definition_figures
from benchmarks.demo import demo_figures
from benchmarks.duplicates import duplicate_figures
from benchmarks.events import event_figures
from benchmarks.figures import Figure, table
from benchmarks.importing import import_figures
from benchmarks.insight import insight_figures
from benchmarks.jobs import job_figures
from benchmarks.load import Request, Server, run, serving
from benchmarks.once import once_figures
from benchmarks.packs import pack_figures
from benchmarks.parts import part_figures
from benchmarks.rollups import rollup_figures
from benchmarks.search import search_figures

ROUNDS = 5


def measure(server: Server, case: Case) -> tuple[float, float]:
    """Median CPU microseconds of the product and of the baseline, in alternating rounds after a warm-up."""
    run(server, case.product, 200)
    run(server, case.raw, 200)
    share = case.count // ROUNDS
    product, raw = [], []
    for number in range(ROUNDS):
        product.append(run(server, _from(number * share, case.product), share))
        raw.append(run(server, _from(number * share, case.raw), share))
    return statistics.median(product), statistics.median(raw)


def _from(first: int, make: Callable[[int], Request]) -> Callable[[int], Request]:
    return lambda number: make(first + number)


def request_figures(folder: Path, database: str = "") -> Iterator[Figure]:
    """CPU of a request, and its ratio to the bare driver's behind the same web server."""
    site, authorization = make(folder, database)
    site.site.runtime.database.analyze()
    site.site.close()
    with serving(folder, authorization) as server:
        for case in CASES:
            product, raw = measure(server, case)
            yield Figure(f"{case.name}: CPU of a request", product / 1000, case.limit, "ms")
            yield Figure(f"{case.name}: beside the baseline", product / raw, case.ratio, "×")


Measure = Callable[[Path, str], Iterable[Figure]]

TABLES: dict[str, Measure] = {
    "requests": request_figures,
    "without a server": core_figures,
    "parts of a save": part_figures,
    "once": once_figures,
    "import": import_figures,
    "roll-ups": rollup_figures,
    "jobs": job_figures,
    "events": event_figures,
    "search": search_figures,
    "duplicates": duplicate_figures,
    "definitions": definition_figures,
    "packs": pack_figures,
    "demo": demo_figures,
    "insight": insight_figures,
    "browsing": browsing_figures,
}
"""Each with a site and a database of its own."""


def measured(name: str, kind: str, fresh: Fresh) -> Table:
    """Measure one table."""
    with tempfile.TemporaryDirectory() as work, fresh() as database:
        return table(f"{name}, {kind}", TABLES[name](Path(work) / "site", database))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=KINDS, default="sqlite", help="kind of database; PostgreSQL starts for the run")
    parser.add_argument("--only", nargs="+", choices=TABLES, default=list(TABLES), metavar="TABLE", help="some tables")
    arguments = parser.parse_args()
    console = Console()
    with databases(arguments.db) as fresh:
        for name in arguments.only:
            console.print(measured(name, arguments.db, fresh))


if __name__ == "__main__":
    main()
