"""`python -m benchmarks [--postgres URL]`: measures and prints tables of figures with limits. Takes some minutes."""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console

from benchmarks.bench_site import make
from benchmarks.cases import CASES, Case
from benchmarks.core import core_figures
from benchmarks.definitions import definition_figures
from benchmarks.figures import Figure, table
from benchmarks.importing import import_figures
from benchmarks.jobs import job_figures
from benchmarks.load import Request, Server, run, serving
from benchmarks.once import once_figures
from benchmarks.rollups import rollup_figures
from benchmarks.search import search_figures

ROUNDS = 5

ABILITIES: dict[str, Callable[[Path], list[Figure]]] = {
    "import": import_figures,
    "roll-ups": rollup_figures,
    "jobs": job_figures,
    "search": search_figures,
    "definitions": definition_figures,
}
"""Measured on SQLite, each with a site of its own; on PostgreSQL by the module itself, since it needs an empty one."""


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


def request_figures(server: Server) -> Iterator[Figure]:
    """CPU of a request, and its ratio to the bare driver's behind the same web server."""
    for case in CASES:
        product, raw = measure(server, case)
        yield Figure(f"{case.name}: CPU of a request", product / 1000, case.limit, "ms")
        yield Figure(f"{case.name}: beside the baseline", product / raw, case.ratio, "×")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "site"
        site, authorization = make(folder, arguments.postgres)
        site.site.runtime.database.analyze()
        site.site.close()
        with serving(folder, authorization) as server:
            console.print(table("PostgreSQL" if arguments.postgres else "SQLite, FULL", request_figures(server)))
        if not arguments.postgres:
            console.print(table("without a server", core_figures(Path(work) / "core")))
            console.print(table("once", once_figures(folder)))
            for name, figures in ABILITIES.items():
                console.print(table(name, figures(Path(work) / name)))


if __name__ == "__main__":
    main()
