"""The public data set goes in by the command line, in the order that its README gives, and the API adds it up."""

from __future__ import annotations

import asyncio
import csv
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crm_platform.app import create_application
from crm_platform.cli.main import app
from crm_platform.testing import TestSite
from crm_platform.testing.sites import ADMIN_PASSWORD
from crm_platform.transfer.mapping import read_mapping
from support.api_site import Client
from support.checkout import ROOT
from support.transfer import contents, counts, reasons, run_import

EXAMPLE = ROOT / "examples" / "crm_sales_opportunities"
DOCTYPES = ("Territory", "Sales Person", "Product", "Customer", "Opportunity")


def documented_imports() -> Iterator[list[str]]:
    """The arguments of each `crm-platform import` of the README, in its order."""
    for line in (EXAMPLE / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("crm-platform import "):
            yield shlex.split(line)[1:]


def run_all(site: TestSite, folder: Path = EXAMPLE) -> list[str]:
    """Run them on a site with the files in `folder`; returns the last line of each."""
    said = []
    for _, doctype, file, option, mapping in documented_imports():
        arguments = ["import", "--site", str(site.site.folder.path), doctype, str(folder / file), option]
        result = CliRunner().invoke(app, [*arguments, str(EXAMPLE / mapping)])
        assert result.exit_code == 0, result.output
        said.append(next(line for line in result.output.splitlines() if line.endswith(" refused.")))
    return said


def won(site: TestSite) -> dict[str, Any]:
    """Number and sum of the won opportunities as the REST API tells them."""
    query = {
        "fields": '["count(name) as number", "sum(opportunity_amount) as value"]',
        "filters": '{"stage_type": "Won"}',
    }
    with asyncio.Runner() as runner:
        client = Client(create_application(site.site), runner, {})
        client.post("/api/method/login", data={"usr": "Administrator", "pwd": ADMIN_PASSWORD}).raise_for_status()
        rows = client.get("/api/resource/Opportunity", params=query).raise_for_status().json()["data"]
    return dict(rows[0])


@pytest.mark.timeout(300)
def test_the_whole_data_set_goes_in_once(sqlite_site: TestSite) -> None:
    added = [line.split(" added, ")[0] for line in run_all(sqlite_site)]
    assert added == ["3", "6", "35", "7", "85", "0", "8800"]
    assert won(sqlite_site) == {"number": 4238, "value": 10_005_534}
    before = sqlite_site.site.runtime.database.digest()
    assert [line[:20] for line in run_all(sqlite_site)] == ["0 added, 0 changed, "] * 7
    after = sqlite_site.site.runtime.database.digest()
    tables = {f"tab{doctype}" for doctype in DOCTYPES}
    assert {table: after[table] for table in tables} == {table: before[table] for table in tables}
    assert sqlite_site.read(lambda ctx: ctx.store.count("Data Import")) == 7


def test_a_part_of_it_is_the_same_on_both_databases(site: TestSite, tmp_path: Path) -> None:
    part = tmp_path / "part"
    (part / "data").mkdir(parents=True)
    for file in (EXAMPLE / "data").glob("*.csv"):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        (part / "data" / file.name).write_text("".join(lines[:301]), encoding="utf-8")
    assert [line.split(" added, ")[0] for line in run_all(site, part)] == ["3", "6", "35", "7", "85", "0", "300"]
    with (part / "data" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file_:
        rows = [row for row in csv.DictReader(file_) if row["deal_stage"] == "Won"]
    assert won(site) == {"number": len(rows), "value": sum(int(row["close_value"]) for row in rows)}
    acme = contents(site, "Customer", "customer_name")["Acme Corporation"]
    assert (acme["industry"], acme["annual_revenue"], acme["country"]) == ("Technology", 1_100_040_000, "United States")


FAULTS = {
    5: ("opportunity_id", ""),
    7: ("sales_agent", "Nobody Here"),
    9: ("product", "GTX  Pro"),
    11: ("account", "北京科技"),
    13: ("deal_stage", "Maybe"),
    15: ("engage_date", "31-02-17"),
    17: ("close_value", "1O54"),
    19: ("close_value", "-5"),
    21: ("opportunity_id", "1C1I7A6R"),
    23: ("close_date", ""),
}
"""Row of the file → the column that is damaged, and what is planted there."""


def test_a_dry_run_lists_every_planted_fault_and_writes_nothing(sqlite_site: TestSite, tmp_path: Path) -> None:
    run_all_but_opportunities(sqlite_site)
    with (EXAMPLE / "data" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for _, row in zip(range(200), csv.DictReader(file), strict=False)]
    for number, (column, value) in FAULTS.items():
        rows[number - 2][column] = value
    damaged = tmp_path / "damaged.csv"
    with damaged.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    before = sqlite_site.site.runtime.database.digest()
    mapping = read_mapping(EXAMPLE / "mappings" / "opportunities.json")
    report = run_import(sqlite_site, "Opportunity", damaged, mapping, dry_run=True)
    assert {row: column for row, column, _ in reasons(report)} == {row: column for row, (column, _) in FAULTS.items()}
    assert counts(report) == (len(rows) - len(FAULTS), 0, 0, len(FAULTS))
    assert sqlite_site.site.runtime.database.digest() == before


def run_all_but_opportunities(site: TestSite) -> None:
    for _, doctype, file, _, mapping in documented_imports():
        if doctype != "Opportunity":
            run_import(site, doctype, EXAMPLE / file, read_mapping(EXAMPLE / mapping))
