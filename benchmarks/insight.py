"""`python -m benchmarks.insight [--postgres URL] [--invoices N]`: each dashboard and start page over so many invoices.

One customer with a document of each kind goes in through the store, the others are copies of their rows with days,
customers and amounts of their own: what is measured is reading them.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console

from benchmarks.figures import Figure, table
from crm_platform.doctypes.insight.refresh import compute
from crm_platform.documents.context import Context
from crm_platform.reports.cards import card
from crm_platform.reports.charts import chart
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite, make_site

INVOICES = 1_000_000
CUSTOMERS = 20_000
DAYS = 1095
LIMIT = 1.0
"""Seconds for all cards and charts of a dashboard."""
Execute = Callable[[str], Any]

COPIES: Mapping[str, Mapping[str, str]] = {
    "Customer": {"name": "'C' || n.i", "customer_name": "'客户 ' || n.i", "external_id": "NULL"},
    "Customer Value": {
        "name": "'C' || n.i",
        "customer": "'C' || n.i",
        "value": "t.value * (1 + n.i % 97)",
        "loyalty": "CASE n.i % 3 WHEN 0 THEN 'Active' WHEN 1 THEN 'At Risk' ELSE 'Lapsed' END",
        "value_class": "CASE n.i % 2 WHEN 0 THEN 'Excellent' ELSE 'Dilemma' END",
        "profit_decile": "n.i % 10 + 1",
    },
    "Sales Invoice": {
        "name": "'I' || n.i",
        "customer": "'C' || (n.i % {customers} + 1)",
        "posting_date": "d.day",
        "base_net_total": "t.base_net_total * (1 + n.i % 7)",
        "base_outstanding_amount": "CASE WHEN n.i % 10 = 0 THEN t.base_outstanding_amount ELSE 0 END",
        "external_id": "NULL",
    },
    "Payment Entry": {
        "name": "'P' || n.i",
        "party": "'C' || (n.i % {customers} + 1)",
        "posting_date": "d.day",
        "base_paid_amount": "t.base_paid_amount * (1 + n.i % 7)",
        "external_id": "NULL",
    },
    "Opportunity": {
        "name": "'O' || n.i",
        "customer": "'C' || (n.i % {customers} + 1)",
        "closed_date": "CASE WHEN n.i % 20 = 0 THEN NULL ELSE d.day END",
        "expected_closing": "d.day",
        "stage_type": "CASE WHEN n.i % 20 = 0 THEN 'Open' WHEN n.i % 3 = 0 THEN 'Lost' ELSE 'Won' END",
        "base_opportunity_amount": "t.base_opportunity_amount * (1 + n.i % 7)",
        "external_id": "NULL",
    },
    "Service Request": {
        "name": "'S' || n.i",
        "customer": "'C' || (n.i % {customers} + 1)",
        "opening_date": "d.day",
        "status": "CASE WHEN n.i % 50 = 0 THEN 'Open' ELSE 'Closed' END",
        "request_type": "CASE n.i % 3 WHEN 0 THEN 'Question' WHEN 1 THEN 'Fault' ELSE 'Complaint' END",
        "external_id": "NULL",
    },
}
"""DocType → its columns that differ from copy to copy: `n.i` counts them, `d.day` is one of the days."""

BESIDES = {"Payment Entry": 0.8, "Opportunity": 0.1, "Service Request": 0.1}
"""How many there are of other documents for each invoice."""


def prepare(folder: Path, database: str, invoices: int) -> TestSite:
    """A site with so many submitted invoices of the last three years, and what comes with them."""
    site = make_site(folder, database)
    site.update("System Settings", "System Settings", currency="CNY")
    site.insert("Product", product_code="P", product_name="泵", standard_rate=100, valuation_rate=60)
    customer = site.insert("Customer", customer_name="客户").name
    site.insert("Sales Invoice", customer=customer, docstatus=1, items=[{"product": "P", "qty": 2}])
    site.insert("Payment Entry", party=customer, paid_amount=1, docstatus=1)
    site.insert("Opportunity", customer=customer, title="泵", opportunity_amount=100)
    site.insert("Service Request", customer=customer, subject="读数异常")
    values = site.system(lambda ctx: compute(ctx).values)
    site.system(lambda ctx: ctx.store.insert(ctx.store.new("Customer Value", values[0])))
    columns = site.read(lambda ctx: {doctype: tuple(ctx.definitions[doctype].columns) for doctype in COPIES})
    path = site.site.folder.path
    site.site.close()
    copy_rows(connect(path, database), columns, invoices)
    again = TestSite(open_site(path))
    again.site.runtime.database.analyze()
    if database:
        vacuum(database)
    return again


def vacuum(database: str) -> None:
    """What PostgreSQL does by itself soon after so many new rows, perhaps in the middle of measuring."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def connect(path: Path, database: str) -> Any:
    """The bare driver: what people write goes another way."""
    return psycopg.connect(database) if database else sqlite3.connect(path / "site.db")


def copy_rows(connection: Any, columns: Mapping[str, tuple[str, ...]], invoices: int) -> None:
    connection.execute("CREATE TEMPORARY TABLE bench_day (i INTEGER PRIMARY KEY, day DATE)")
    for number in range(DAYS):
        day = (date.today() - timedelta(days=number)).isoformat()
        connection.execute(f"INSERT INTO bench_day VALUES ({number}, '{day}')")
    for doctype, own in COPIES.items():  # in the order of their days, as they are entered
        count = {"Sales Invoice": invoices}.get(doctype, round(invoices * BESIDES.get(doctype, 0)) or CUSTOMERS)
        names = ", ".join(f'"{name}"' for name in columns[doctype])
        chosen = ", ".join(own.get(name, f't."{name}"').format(customers=CUSTOMERS) for name in columns[doctype])
        connection.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f'INSERT INTO "tab{doctype}" ({names}) SELECT {chosen} FROM n '
            f"JOIN bench_day AS d ON d.i = {DAYS - 1} - (n.i - 1) * {DAYS} / {count} "
            f'CROSS JOIN (SELECT * FROM "tab{doctype}" LIMIT 1) AS t'
        )
    connection.commit()
    connection.close()


def dashboards(ctx: Context) -> Mapping[str, list[tuple[Callable[..., Any], str]]]:
    """The cards and charts of every dashboard and of every start page that is shipped."""
    found = {}
    for doctype, cards, column in (("Dashboard", "cards", "card"), ("Workspace", "number_cards", "number_card_name")):
        chart_column = "chart" if doctype == "Dashboard" else "chart_name"
        for row in ctx.store.list(doctype, order_by="name", limit=None):
            record = ctx.store.get(doctype, row["name"])
            parts = [(card, one[column]) for one in record[cards]] + [
                (chart, one[chart_column]) for one in record.charts
            ]
            if parts:
                found[f"{doctype} {record.name}"] = parts
    return found


def all_of(parts: list[tuple[Callable[..., Any], str]], ctx: Context) -> None:
    """Once, so that the statements are compiled."""
    for show, part in parts:
        show(ctx, part)


def asked(site: TestSite, work: Callable[[Context], Any]) -> Any:
    """What somebody with all rights reads."""
    return site.site.runtime.read(lambda ctx: work(site.site.system(ctx)))


def insight_figures(folder: Path, database: str = "", invoices: int = INVOICES) -> list[Figure]:
    """How long all cards and charts of a dashboard take, one after the other, and the values of all customers."""
    site = prepare(folder, database, invoices)
    found = []
    for name, parts in asked(site, dashboards).items():
        asked(site, partial(all_of, parts))
        times = {}
        for show, part in parts:
            started = time.perf_counter()
            asked(site, partial(show, name=part))
            times[part] = time.perf_counter() - started
        found.append(Figure(f"{name}, {invoices:,} invoices", sum(times.values()), LIMIT, "s"))
        slowest = sorted(times, key=lambda part: -times[part])[:3]
        found += [Figure(f"… of it {part}", times[part], None, "s") for part in slowest]
    started = time.perf_counter()
    asked(site, compute)
    found.append(
        Figure(f"value of {CUSTOMERS:,} customers, computed by night", time.perf_counter() - started, None, "s")
    )
    site.site.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--invoices", type=int, default=INVOICES)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        Console().print(table("insight", insight_figures(Path(work) / "site", arguments.postgres, arguments.invoices)))


if __name__ == "__main__":
    main()
