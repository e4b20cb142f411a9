"""`python -m benchmarks [--postgres URL]`: measures and prints one table. Takes about two minutes."""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bench_site import make
from benchmarks.cases import CASES, Case
from benchmarks.load import Server, run, serving
from benchmarks.once import add_field_milliseconds, bulk_rate, new_site_seconds, start_seconds

ROUNDS = 3


def measure(server: Server, case: Case) -> tuple[float, float]:
    """Median CPU microseconds of the product and of the baseline, in alternating rounds after a warm-up."""
    run(server, case.product, 200)
    run(server, case.raw, 200)
    share = case.count // ROUNDS
    product, raw = [], []
    for number in range(ROUNDS):
        product.append(run(server, lambda n, first=number * share: case.product(first + n), share))
        raw.append(run(server, lambda n, first=number * share: case.raw(first + n), share))
    return statistics.median(product), statistics.median(raw)


def requests_table(server: Server, title: str) -> Table:
    table = Table("request", "CPU ms", "limit", "raw ms", "ratio", title=title)
    for case in CASES:
        product, raw = measure(server, case)
        mark = "" if product / 1000 <= case.limit else " [red]over[/]"
        table.add_row(
            case.name, f"{product / 1000:.2f}{mark}", f"{case.limit}", f"{raw / 1000:.2f}", f"{product / raw:.1f}"
        )
    return table


def once_table(folder: Path, database: str) -> Table:
    table = Table("measure", "value", "limit", title="once")
    seconds, memory = start_seconds(folder)
    table.add_row("new-site", f"{new_site_seconds():.2f} s", "3 s")
    table.add_row("start to first answer", f"{seconds:.2f} s", "1.0 s")
    table.add_row("memory of the serving process", f"{memory} MB", "150 MB")
    table.add_row("new field on a million rows", f"{add_field_milliseconds():.0f} ms", "100 ms")
    table.add_row("bulk insert (12 values, 2 rows) per CPU second", f"{bulk_rate(database):.0f}", "4000")
    return table


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
            console.print(requests_table(server, "PostgreSQL" if arguments.postgres else "SQLite, FULL"))
        if not arguments.postgres:
            console.print(once_table(folder, ""))


if __name__ == "__main__":
    main()
