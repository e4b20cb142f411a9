"""The public data set: what reports say of it is what plain Python counts in its files."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from crm_platform.app import create_application
from crm_platform.cli.demo import bring_in
from crm_platform.testing import make_site
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.checkout import ROOT
from support.crm import Crm

EXAMPLE = ROOT / "examples" / "crm_sales_opportunities"
STEPS: list[dict[str, str]] = json.loads((EXAMPLE / "imports.json").read_bytes())
Row = dict[str, str]
STAGES = {"Won": "Won", "Lost": "Lost"}
EVERY = 6
"""Each sixth opportunity is enough to count with; all go in with the tests of the example."""


def read(name: str) -> list[Row]:
    with (EXAMPLE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def deals() -> list[Row]:
    return read("sales_pipeline")[::EVERY]


@pytest.fixture(scope="module")
def crm_of_deals(site_template: Path, tmp_path_factory: pytest.TempPathFactory, deals: list[Row]) -> Iterator[Crm]:
    """A site with the data set, brought in as `crm-platform demo --data` does."""
    folder = tmp_path_factory.mktemp("deals")
    shutil.copytree(EXAMPLE, folder / "example")
    with (folder / "example" / "data" / "sales_pipeline.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, deals[0].keys())
        writer.writeheader()
        writer.writerows(deals)
    site = make_site(folder / "site", template=site_template)
    for step in STEPS:
        assert bring_in(site.site, folder / "example", step).refused == 0
    made = Crm(site.site, create_application(site.site), password=ADMIN_PASSWORD)
    made.make_keys("Administrator")
    yield made
    made.runner.close()
    site.site.close()


def test_the_demo_imports_what_the_readme_of_the_example_does() -> None:
    lines = (EXAMPLE / "README.md").read_text(encoding="utf-8").splitlines()
    documented = [shlex.split(line)[2:] for line in lines if line.startswith("crm-platform import ")]
    assert [[s["doctype"], s["file"], "--mapping", s["mapping"]] for s in STEPS] == documented


def counted(deals: list[Row], key: Callable[[Row], str]) -> Mapping[tuple[str, str], tuple[int, float]]:
    """(group, Won or Lost) → number and value."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in deals:
        if row["deal_stage"] in STAGES:
            found[key(row), row["deal_stage"]].append(float(row["close_value"] or 0))
    return {group: (len(values), sum(values)) for group, values in found.items()}


TEAMS = {row["sales_agent"]: row for row in read("sales_teams")}
REPORTS: Mapping[str, Callable[[Row], str]] = {
    "Deals by Sales Person": lambda row: row["sales_agent"],
    "Deals by Team": lambda row: TEAMS[row["sales_agent"]]["manager"],
    "Deals by Office": lambda row: TEAMS[row["sales_agent"]]["regional_office"],
    "Deals by Product": lambda row: row["product"].replace("GTXPro", "GTX Pro"),
}


@pytest.mark.parametrize("report", REPORTS)
def test_value_by_agent_manager_office_and_product(crm_of_deals: Crm, deals: list[Row], report: str) -> None:
    answer = crm_of_deals.administrator.call("frappe.desk.query_report.run", report_name=report)
    rows = [list(row.values()) for row in answer["result"][:-1]]
    found: Any = {(row[0], row[1]): (row[2], pytest.approx(row[3])) for row in rows if row[1] in STAGES}
    assert found == counted(deals, REPORTS[report])


def test_value_by_quarter(crm_of_deals: Crm, deals: list[Row]) -> None:
    """The chart shows the last year, so its question is asked for the years of the data."""
    chart = crm_of_deals.administrator.get("Dashboard Chart", "Won Value per Quarter")
    kept = {name: value for name, value in chart.items() if name not in ("name", "doctype", "roles")}
    changes: dict[str, Any] = {"timespan": "Select Date Range", "from_date": "2017-01-01", "to_date": "2017-12-31"}
    mine = {**kept, **changes, "chart_name": "Won Value 2017", "is_standard": 0}
    crm_of_deals.administrator.create("Dashboard Chart", **mine)
    drawn = crm_of_deals.administrator.call("crm.dashboard.chart", name="Won Value 2017")
    quarters: dict[str, float] = defaultdict(float)
    for row in deals:
        if row["deal_stage"] == "Won":
            _, month, year = row["close_date"].split("-")
            quarters[f"20{year}-{(int(month) - 1) // 3 * 3 + 1:02}-01"] += float(row["close_value"])
    assert {p["label"]: p["value"] for p in drawn["series"][0]["points"] if p["value"]} == dict(quarters)


def test_the_win_rate_of_each_account(crm_of_deals: Crm, deals: list[Row]) -> None:
    fields = ["customer_name", "win_rate", "deals_won", "deals_lost", "average_deal_cycle"]
    found = crm_of_deals.administrator.list("Customer", fields=fields, limit_page_length=0)
    count = counted(deals, lambda row: row["account"])
    for row in found:
        won, lost = (count.get((row["customer_name"], stage), (0, 0))[0] for stage in STAGES)
        assert (row["deals_won"], row["deals_lost"]) == (won, lost)
        assert row["win_rate"] == pytest.approx(won / (won + lost) * 100 if won + lost else 0, abs=0.005)
