"""Frappe's answer to query_report.run, the shipped reports, and rows that go into files and come back."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crm_platform.errors import PermissionError
from crm_platform.reports.methods import Table, export_report, run_report
from crm_platform.spreadsheets.reading import read_rows
from crm_platform.spreadsheets.source import Source
from crm_platform.spreadsheets.writing import table_bytes
from crm_platform.testing import TestSite
from support.sabotage import defended_by, unchanged

from .conftest import CLERK, add_report


def test_the_answer_has_frappes_form(office: TestSite) -> None:
    query = {"columns": ["name", "amount", "day"], "filters": [["status", "=", "Won"]], "order_by": "name asc"}
    add_report(office, query, add_total_row=1)
    answer = office.read(lambda ctx: run_report(ctx, "Trial"))
    assert answer["columns"][1] == {"fieldname": "amount", "label": "Amount", "fieldtype": "Currency", "options": ""}
    assert answer["result"] == [
        {"name": "O-1", "amount": 100.0, "day": "2026-03-01"},
        {"name": "O-3", "amount": 200.0, "day": "2026-03-01"},
        {"name": "Total", "amount": 300.0, "day": None},
    ]
    assert answer["add_total_row"] == 1


def test_export_needs_its_right(desk: TestSite) -> None:
    add_report(desk, {"columns": ["name"]})
    assert len(desk.read(lambda ctx: export_report(ctx, "Trial")).rows) == 5
    with pytest.raises(PermissionError, match="export"):
        desk.read(lambda ctx: export_report(ctx, "Trial"), CLERK)


@pytest.mark.parametrize("report", ["Opportunities by Stage", "Won Amount by Sales Person"])
def test_shipped_reports_run(sqlite_site: TestSite, report: str) -> None:
    answer = sqlite_site.read(lambda ctx: run_report(ctx, report))
    assert answer["columns"][-1]["fieldtype"] == "Currency"


def test_the_report_of_the_warranty_pack_runs(sqlite_site: TestSite) -> None:
    sqlite_site.enable_pack("warranty")
    answer = sqlite_site.read(lambda ctx: run_report(ctx, "Warranty Claims by Status"))
    assert [column["label"] for column in answer["columns"]][1:] == [
        *("Currency", "Claims", "Total Cost", "Chargeable Amount")
    ]


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@sum(A1)",
    "\u200b=1+1",
    "\ufeff@x",
    "＝1+1",
    "＋1",
    " \t=cmd|'/c calc'!A1",
    "'=1",
    "\r=1",
]


@pytest.fixture
def exported(desk: TestSite) -> Table:
    """A report whose customers have formulas for territories."""
    names = [f"C{number:02}" for number in range(len(FORMULAS))]
    for name, text in zip(names, FORMULAS, strict=True):
        desk.insert("Trial Customer", customer_name=name, territory=text)
        desk.insert("Trial Order", name=f"X-{name}", customer=name, amount="12.5")
    columns = ["name", "customer.territory", "amount", "creation"]
    add_report(desk, {"columns": columns, "filters": [["name", "like", "X-%"]], "order_by": "name asc"})
    return desk.read(lambda ctx: export_report(ctx, "Trial"))


@defended_by("crm_platform.spreadsheets.writing:harmless", replace_with=unchanged)
def test_F09_no_cell_is_a_formula_and_numbers_stay_numbers(exported: Table) -> None:
    content = table_bytes("xlsx", exported.labels, exported.rows)
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    kinds = [[cell.data_type for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert kinds == [["s", "s", "n", "d"]] * len(FORMULAS)
    text = table_bytes("csv", exported.labels, exported.rows).decode("utf-8-sig")
    cells = list(csv.reader(StringIO(text, newline="")))[1:]
    assert [row[1] for row in cells] == [f"'{formula}" for formula in FORMULAS]
    assert {row[2] for row in cells} == {"12.5"}


@defended_by("crm_platform.spreadsheets.csv_reading:original", replace_with=unchanged)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_F09_what_is_read_back_is_what_was_there(exported: Table, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"rows.{kind}"
    file.write_bytes(table_bytes(kind, exported.labels, exported.rows))
    back: list[Any] = [row.cells for row in read_rows(Source(file))][1:]
    assert [cells[1] for cells in back] == [row[1] for row in exported.rows]
    assert {float(cells[2]) for cells in back} == {12.5}
