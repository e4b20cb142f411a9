"""`python -m benchmarks.importing [--postgres URL]`: what an import of 100,000 rows of 15 columns takes."""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.figures import Figure, table
from crm_platform.spreadsheets.source import Source
from crm_platform.testing import TestSite, make_site
from crm_platform.transfer.importing import Importer, ImportRequest, without_mapping

ROWS = 20_000
LIMIT = 30.0
"""CPU seconds for 100,000 rows."""

DOCTYPE = "Bench Imported"
TEXTS = ("phone", "tax_id", "city", "street", "email_domain", "segment", "channel", "remark")
FIELDS: tuple[dict[str, Any], ...] = (
    {"fieldname": "external_id", "fieldtype": "Data", "label": "External ID", "unique": 1},
    {"fieldname": "customer_name", "fieldtype": "Data", "label": "Name", "reqd": 1},
    {"fieldname": "kind", "fieldtype": "Select", "label": "Kind", "options": "Company\nIndividual"},
    {"fieldname": "notes", "fieldtype": "Small Text", "label": "Notes"},
    {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
    {"fieldname": "employees", "fieldtype": "Int", "label": "Employees"},
    {"fieldname": "since", "fieldtype": "Date", "label": "Since"},
    *({"fieldname": name, "fieldtype": "Data", "label": name.title()} for name in TEXTS),
)


def lines(rows: int) -> Iterator[list[str]]:
    """The header and the rows, every value of another kind than the one beside it."""
    yield [field["fieldname"] for field in FIELDS]
    for number in range(rows):
        own = [f"EXT-{number:06}", f"客户 {number} Ltd", "Company", "一些说明 text"]
        numbers = [f"{number * 1.25:.2f}", f"{number % 900}", f"2026-03-{number % 28 + 1:02}"]
        texts = [
            f"+86 21 5555 {number % 10_000:04}",
            f"T{number}",
            "上海",
            "中山路 100",
            "example.com",
            "A",
            "Web",
            "w",
        ]
        yield own + numbers + texts


def import_figures(folder: Path, database: str = "", rows: int = ROWS) -> list[Figure]:
    """The seconds are of CPU and extrapolated from `rows`; the journal that takes the import back is written, too."""
    site = make_site(folder, database)
    rights = {"role": "System Manager", "read": 1, "write": 1, "create": 1, "import": 1}
    site.doctype(DOCTYPE, *FIELDS, autoname="hash", allow_import=1, permissions=[rights])
    path = folder.with_suffix(".csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines(rows))
    spent = cpu_seconds(site, path, rows)
    site.site.close()
    return [Figure("import of 100,000 rows × 15 columns by a key: CPU", spent * 100_000 / rows, LIMIT, "s")]


def cpu_seconds(site: TestSite, path: Path, rows: int) -> float:
    access = site.site.access
    importer = Importer(site.site.runtime, lambda ctx: access.as_user(ctx, "Administrator"))
    before = time.process_time()
    report = importer.run(ImportRequest(DOCTYPE, Source(path), without_mapping(DOCTYPE, ["external_id"])))
    spent = time.process_time() - before
    if report.inserted != rows:
        raise RuntimeError(f"{report.inserted} of {rows} rows were imported")
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    database = parser.parse_args().postgres
    with tempfile.TemporaryDirectory() as work:
        Console().print(table("import", import_figures(Path(work) / "site", database)))


if __name__ == "__main__":
    main()
