"""`python -m benchmarks.rollups [--postgres URL]`: what roll-ups add to the creation of a document, in the same run."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console

from benchmarks.bench_site import FIELDS, ROW, values
from benchmarks.figures import Figure, table
from crm_platform.testing import TestSite, make_site

LIMIT = 15.0
"""Per cent of a create that the upkeep of a count and a sum with a filter may add."""

ROUNDS, CREATES = 20, 50
OVER = {"from": "Bench Rolled", "link": "territory"}


def prepare(folder: Path, database: str) -> TestSite:
    """Two DocTypes that differ in one thing: what links to a territory of the second is gathered there."""
    site = make_site(folder, database)
    site.doctype("Bench Contact Row", *ROW, istable=1, permissions=[])
    for name in ("Plain", "Rolled"):
        territory = {"fieldname": "place", "fieldtype": "Data", "label": "Place"}
        site.doctype(f"{name} Territory", territory, autoname="field:place")
        fields = [
            {**field, "fieldtype": "Link", "options": f"{name} Territory"}
            if field["fieldname"] == "territory"
            else field
            for field in FIELDS
        ]
        site.doctype(f"Bench {name}", *fields, autoname="hash", track_changes=1)
        for number in range(50):
            site.insert(f"{name} Territory", place=f"T{number}")
    rollups = (
        ("customers", "Int", {"function": "count", **OVER}),
        (
            "revenue",
            "Currency",
            {"function": "sum", "field": "annual_revenue", "filter": "doc.status == 'Active'", **OVER},
        ),
    )
    for fieldname, fieldtype, rollup in rollups:
        field = {"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.title(), "rollup": rollup}
        site.insert("Custom Field", dt="Rolled Territory", **field)
    return site


def seconds(site: TestSite, doctype: str, start: int) -> float:
    """CPU seconds of this process for a number of creates, each in a transaction of its own."""
    before = time.process_time()
    for number in range(start, start + CREATES):
        site.insert(doctype, **values(number))
    return time.process_time() - before


def rollup_figures(folder: Path, database: str = "") -> list[Figure]:
    """Rounds alternate between the two DocTypes, so that both meet the same machine."""
    site = prepare(folder, database)
    for doctype in ("Bench Plain", "Bench Rolled"):
        seconds(site, doctype, 0)
    pairs = [(seconds(site, "Bench Plain", n), seconds(site, "Bench Rolled", n)) for n in range(ROUNDS)]
    plain, rolled = (statistics.median(column) / CREATES * 1000 for column in zip(*pairs, strict=True))
    site.site.close()
    return [
        Figure("create of a document: CPU", plain, None, "ms"),
        Figure("upkeep of two roll-ups, share of a create", (rolled / plain - 1) * 100, LIMIT, "%"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    database = parser.parse_args().postgres
    with tempfile.TemporaryDirectory() as work:
        Console().print(table("roll-ups", rollup_figures(Path(work) / "site", database)))


if __name__ == "__main__":
    main()
