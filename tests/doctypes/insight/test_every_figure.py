"""Every card, chart, report and indicator of the standard CRM beside plain Python over the exported rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import cache
from typing import Any, TypeAlias

import pytest

from crm_platform.documents.context import Context
from crm_platform.metadata.rollups import rollups_of
from crm_platform.reports.cards import card
from crm_platform.reports.charts import chart
from crm_platform.reports.running import run
from support.by_hand import CARDS, CHARTS, ME, REPORT_CHARTS, TODAY, Row
from support.checkout import ROOT
from support.crm import Crm
from support.reports_by_hand import GROUPED, LISTED, ROLL_UPS

PARENTS = {
    "Sales Invoice Item": "Sales Invoice",
    "Payment Entry Reference": "Payment Entry",
    "Survey Answer": "Survey Response",
    "Sales Forecast Month": "Sales Forecast",
}
JOINS = {
    "customer": ("Customer", ("industry",)),
    "sales_person": ("Sales Person", ("parent_sales_person", "territory")),
    "sales_partner": ("Sales Partner", ("partner_type",)),
}
RATES = {
    "win_rate": ("deals_won", ("deals_won", "deals_lost")),
    "gross_margin": ("gross_profit", ("invoiced_sales", "credited_sales")),
    "overdue_rate": ("late_settlements", ("settlements",)),
    "praise_rate": ("praise_count", ("request_count",)),
    "complaint_rate": ("complaint_count", ("request_count",)),
    "suggestion_rate": ("suggestion_count", ("request_count",)),
}
"""Field of Customer → its roll-ups: one of them in hundredths of the sum of others."""
Rows: TypeAlias = Callable[[str], list[Row]]


def shipped(kind: str) -> set[str]:
    """The names of what the standard CRM brings of a kind."""
    fixtures = (json.loads(path.read_text("utf-8")) for path in (ROOT / "crm_platform" / "fixtures").glob("*.json"))
    return {record["name"] for records in fixtures for record in records if record["doctype"] == kind}


@contextmanager
def on_the_last_day(company: Crm) -> Iterator[Context]:
    """What one of the sales team asks on the day on which the history ends, with the rights of the system."""
    site = company.site
    noon = datetime.combine(TODAY, time(4), UTC)
    with site.runtime.database.reading() as connection:
        yield replace(site.system(site.runtime.context(connection)), clock=lambda: noon, user=ME)


@pytest.fixture(scope="module")
def asked(company: Crm) -> Iterator[Context]:
    with on_the_last_day(company) as ctx:
        yield ctx


@pytest.fixture(scope="module")
def rows(asked: Context) -> Rows:
    """All rows of a DocType with their columns, those of a table with what its document says."""

    @cache
    def exported(doctype: str) -> list[Row]:
        parent = PARENTS.get(doctype)
        found = asked.store.list(doctype, fields=["*"], parent=parent, limit=None)
        if parent is None:
            return [joined(row) for row in found]
        documents = {row["name"]: row for row in exported(parent)}
        return [
            {**documents[row["parent"]], **row, "docstatus": documents[row["parent"]]["docstatus"]} for row in found
        ]

    def joined(row: Row) -> Row:
        return {
            **row,
            **{
                f"{link}.{name}": linked(row, link, name)
                for link in JOINS.keys() & row.keys()
                for name in JOINS[link][1]
            },
        }

    def linked(row: Row, link: str, column: str) -> Any:
        return by_name(JOINS[link][0]).get(row[link], {}).get(column)

    @cache
    def by_name(doctype: str) -> Mapping[str, Row]:
        return {row["name"]: row for row in asked.store.list(doctype, fields=["*"], limit=None)}

    return exported


def near(value: Any) -> Any:
    return pytest.approx(float(value or 0), abs=0.006)


def test_nothing_that_is_shipped_is_left_out(asked: Context) -> None:
    assert CARDS.keys() == shipped("Number Card")
    assert CHARTS.keys() | REPORT_CHARTS.keys() == shipped("Dashboard Chart")
    assert GROUPED.keys() | LISTED.keys() == shipped("Report")
    gathered = {field.fieldname for field, rollup in rollups_of(asked.definitions["Customer"]) if rollup.source}
    assert ROLL_UPS.keys() | {"first_sale_on", "last_sale_on"} == {name for name in gathered if "_rollup_" not in name}


def test_cards_say_what_the_rows_say(asked: Context, rows: Rows) -> None:
    said = {name: float(card(asked, name)["value"] or 0) for name in CARDS}
    assert said == {name: near(figure.of(rows(figure.doctype))) for name, figure in CARDS.items()}
    assert sum(bool(value) for value in said.values()) > len(said) / 2


def test_charts_draw_what_the_rows_say(asked: Context, rows: Rows) -> None:
    for name, groups in CHARTS.items():
        (series,) = chart(asked, name)["series"]
        shown = {point["label"] or None: point["value"] for point in series["points"] if not point["rest"]}
        wanted = groups.of(rows(groups.figure.doctype))
        if chart(asked, name)["interval"]:
            wanted = {key: value for key, value in wanted.items() if key and key >= min(map(str, shown))}
            shown = {key: value for key, value in shown.items() if value or wanted.get(key)}
            wanted = {key: value for key, value in wanted.items() if value or key in shown}
        assert shown == {key: near(wanted[key]) for key in shown}, name
        assert len(shown) == min(len(wanted), groups.most or len(wanted)), name
        rest = sum(point["value"] or 0 for point in series["points"] if point["rest"])
        assert rest == near(sum(value or 0 for key, value in wanted.items() if key not in shown)), name


def test_charts_of_reports_draw_the_last_column_of_their_rows(asked: Context, rows: Rows) -> None:
    for name, report in REPORT_CHARTS.items():
        grouped = GROUPED[report]
        by_hand = grouped.groups()[-1].of(rows(grouped.doctype))
        wanted = sorted((str(key[0]), float(value or 0)) for key, value in by_hand.items())
        (series,) = chart(asked, name)["series"]
        drawn = sorted((str(point["label"] or None), float(point["value"])) for point in series["points"])
        assert drawn == [(label, near(value)) for label, value in wanted], name
        assert len(wanted) > 1


def test_grouped_reports_say_what_the_rows_say(asked: Context, rows: Rows) -> None:
    for name, report in GROUPED.items():
        width = len(report.keys)
        said = {tuple(cell or None for cell in row[:width]): row[width:] for row in run(asked, name, {}).rows}
        by_hand = [groups.of(rows(report.doctype)) for groups in report.groups()]
        assert said.keys() == by_hand[0].keys(), name
        for key, cells in said.items():
            assert [float(cell or 0) for cell in cells] == [near(groups[key]) for groups in by_hand], (name, key)


def test_lists_hold_the_rows_that_they_are_about(asked: Context, rows: Rows) -> None:
    for name, report in LISTED.items():
        width = len(report.columns)
        said = sorted(
            str([cell if cell is None else str(cell) for cell in row[:width]]) for row in run(asked, name, {}).rows
        )
        held = (row for row in rows(report.doctype) if report.holds(row))
        assert said == sorted(
            str([row[column] if row[column] is None else str(row[column]) for column in report.columns]) for row in held
        ), name


def test_indicators_of_customers_say_what_the_rows_say(rows: Rows) -> None:
    customers = {row["name"]: row for row in rows("Customer")}
    for field, (figure, link) in ROLL_UPS.items():
        behind: dict[str, list[Row]] = {name: [] for name in customers}
        for row in rows(figure.doctype):
            behind.get(str(row[link]), []).append(row)
        said = {name: float(row[field] or 0) for name, row in customers.items()}
        assert said == {name: near(figure.of(found)) for name, found in behind.items()}, field
    for row in customers.values():
        days = [
            sale["posting_date"]
            for sale in rows("Sales Invoice")
            if sale["customer"] == row["name"] and sale["docstatus"] == 1 and not sale["is_return"]
        ]
        assert (row["first_sale_on"], row["last_sale_on"]) == (min(days, default=None), max(days, default=None))
        for rate, (part, whole) in RATES.items():
            total = sum(float(row[name]) for name in whole)
            assert float(row[rate]) == near(float(row[part]) / total * 100 if total else 0), (row["name"], rate)
