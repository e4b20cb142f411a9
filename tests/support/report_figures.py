"""What the reports of the packs and of the service desk show, and what plain Python makes of the exported rows."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from support.crm import Crm

Row = Mapping[str, str]
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def day(number: int) -> str:
    """So many days from today by the clock of the site."""
    return (datetime.now(UTC).date() + timedelta(days=number)).isoformat()


def exported(crm: Crm, doctype: str, fields: Sequence[str]) -> list[Row]:
    """All rows as the file has them that an administrator exports."""
    asked = {"doctype": doctype, "fields": str(list(fields)).replace("'", '"'), "file_format_type": "CSV"}
    answer = crm.administrator.client.get("/api/method/frappe.desk.reportview.export_query", params=asked)
    assert answer.status_code == 200, answer.text
    _, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    return [dict(zip(fields, row, strict=True)) for row in rows]


def shown(crm: Crm, report: str) -> tuple[list[tuple[Any, ...]], tuple[Any, ...] | None]:
    """The rows of a report, and its row of totals."""
    answer = crm.administrator.call("frappe.desk.query_report.run", report_name=report)
    keys = [column["fieldname"] for column in answer["columns"]]
    rows = [tuple(_plain(row[key]) for key in keys) for row in answer["result"]]
    return (rows[:-1], rows[-1]) if answer["add_total_row"] else (rows, None)


def _plain(value: Any) -> Any:
    return "" if value is None else Decimal(str(value)) if isinstance(value, int | float) else value


GROUPED: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], Callable[[Row], bool]]] = {
    "Claims by Product and Fault": (
        "Warranty Claim",
        ("product", "fault_code", "currency"),
        ("total_cost",),
        lambda row: row["docstatus"] != "2",
    ),
    "Warranty Claims by Status": (
        "Warranty Claim",
        ("workflow_state", "currency"),
        ("total_cost", "chargeable_amount"),
        lambda row: row["docstatus"] != "2",
    ),
    "Repair Cost per Product": (
        "Repair Order",
        ("product", "currency"),
        ("cost_us", "cost_supplier", "cost_customer"),
        lambda row: row["docstatus"] == "1",
    ),
    "Customers by Value Class": (
        "Customer",
        ("bank_value_class",),
        ("bank_balance", "bank_accounts"),
        lambda row: row["bank_value_class"] != "",
    ),
    "Vehicle Orders by State": ("Vehicle Order", ("order_state",), (), lambda row: True),
}
"""Report → DocType, what it is grouped by, what is summed up beside the count, and which rows count."""


def compare_sums(crm: Crm, report: str) -> int:
    """Counts and sums are those of the exported rows; returns how many rows were compared."""
    doctype, keys, sums, counts = GROUPED[report]
    groups: dict[tuple[str, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * (1 + len(sums)))
    for row in exported(crm, doctype, ("name", "docstatus", *keys, *sums)):
        if counts(row):
            values = [Decimal(1), *(Decimal(row[one] or 0) for one in sums)]
            before = groups[tuple(row[key] for key in keys)]
            groups[tuple(row[key] for key in keys)] = [a + b for a, b in zip(before, values, strict=True)]
    rows, total = shown(crm, report)
    assert {row[: len(keys)]: list(row[len(keys) :]) for row in rows} == groups
    if total is not None and "currency" in keys and len({group[keys.index("currency")] for group in groups}) > 1:
        assert set(total[len(keys) + 1 :]) == {""}, "money of several currencies has no sum"
    elif total is not None:
        assert list(total[len(keys) :]) == [sum(column) for column in zip(*groups.values(), strict=True)]
    return len(rows)


LISTED: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...], Callable[[Row], bool]]] = {
    "Cover Ending Soon": (
        "Installed Product",
        "warranty_expiry_date",
        ("name", "customer_name", "delivered_on", "warranty_expiry_date"),
        ("status",),
        lambda row: row["status"] == "Active" and day(0) <= row["warranty_expiry_date"] <= day(90),
    ),
    "KYC Reviews to Come": (
        "Customer",
        "kyc_next_review",
        ("name", "customer_name", "kyc_next_review"),
        (),
        lambda row: row["kyc_next_review"] != "",
    ),
    "Care Contacts to Come": (
        "Care Contact",
        "due_on",
        ("name", "vehicle", "due_on"),
        ("status",),
        lambda row: row["status"] == "Planned",
    ),
    "Prices of Competing Products": (
        "Competing Product",
        "our_product",
        ("our_product", "product_name", "competitor", "price_since"),
        ("status",),
        lambda row: row["status"] != "Withdrawn",
    ),
    "Call-back List": (
        "Service Request",
        "call_back_on",
        ("name", "subject", "call_back_on"),
        ("call_back_done",),
        lambda row: row["call_back_on"] != "" and row["call_back_done"] == "0",
    ),
    "Calls to Return": (
        "Call Log",
        "call_back_on",
        ("name", "call_back_by", "call_back_on"),
        ("call_back_done",),
        lambda row: row["call_back_on"] != "" and row["call_back_done"] == "0",
    ),
}
"""Report → DocType, its order, columns that are compared, columns that are read besides, which rows belong there."""


def compare_list(crm: Crm, report: str) -> int:
    """The rows are those that belong there, in their order; returns how many were compared."""
    doctype, order, columns, besides, belongs = LISTED[report]
    expected = [row for row in exported(crm, doctype, (*columns, *besides)) if belongs(row)]
    answer = crm.administrator.call("frappe.desk.query_report.run", report_name=report)["result"]
    assert [_read(row[order]) for row in answer] == sorted(_read(row[order]) for row in expected)
    shown_rows, expected_rows = (
        sorted(tuple(_read(row[one]) for one in columns) for row in rows) for rows in (answer, expected)
    )
    assert shown_rows == expected_rows
    return len(answer)


def _read(value: Any) -> str:
    """A text, a day, or a time to the second: a file names its zone, a report parts of a second."""
    text = str(value or "")
    return text[:19] if TIME.match(text) else text


def compare_deals(crm: Crm) -> int:
    """Deals are counted once per competitor, and once per competitor and reason."""
    met: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    lost: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row in exported(crm, "Opportunity", ("name",)):
        deal = crm.administrator.get("Opportunity", row["name"])
        for name in {one["competitor"] for one in deal.get("competitors", ())}:
            met[(name, deal["stage_type"])] += 1
        if deal["stage_type"] == "Lost" and deal.get("lost_to"):
            for reason in {one["lost_reason"] for one in deal.get("lost_reasons", ())} or {""}:
                lost[(deal["lost_to"], reason)] += 1
    assert {row[:2]: row[2] for row in shown(crm, "Deals by Competitor")[0]} == met
    assert {row[:2]: row[2] for row in shown(crm, "Lost Deals by Competitor and Reason")[0]} == lost
    return len(met)


def compare_searches(crm: Crm) -> int:
    """What nobody finds is counted."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in exported(crm, "Knowledge Search", ("asked", "found")):
        found[row["asked"]] += row["found"] == "0"
    expected = {asked: count for asked, count in found.items() if count}
    assert {row[0]: row[1] for row in shown(crm, "Searches Without a Result")[0]} == expected
    return len(expected)


def compare_votes(crm: Crm) -> int:
    """Each published article has the votes that people gave, the least useful first; returns how many have some."""
    votes: dict[str, list[bool]] = defaultdict(list)
    for row in exported(crm, "Knowledge Vote", ("article", "helpful")):
        votes[row["article"]].append(row["helpful"] == "1")
    articles = exported(crm, "Knowledge Article", ("name", "title", "workflow_state"))
    expected = {}
    for row in articles:
        if row["workflow_state"] == "Published":
            given = votes[row["name"]]
            part = Decimal(100 * sum(given)) / len(given) if given else Decimal(0)
            expected[row["name"]] = (row["title"], len(given), sum(given), part)
    rows = crm.administrator.call("frappe.desk.query_report.run", report_name="Usefulness of Articles")["result"]
    assert [row["usefulness"] for row in rows] == sorted(row["usefulness"] for row in rows)
    assert {row["name"]: (row["title"], row["votes"], row["helpful_votes"]) for row in rows} == {
        name: values[:3] for name, values in expected.items()
    }
    for row in rows:
        assert abs(Decimal(str(row["usefulness"])) - expected[row["name"]][3]) < Decimal("0.000001")
    return sum(1 for row in rows if row["votes"])
