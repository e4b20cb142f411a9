"""Every card, chart, report and indicator of the standard CRM as plain Python over exported rows: what it should say.

The tables do not read the definitions: each line says anew what a figure means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]
Holds: TypeAlias = Callable[[Row], bool]
Key: TypeAlias = Callable[[Row], Any]

TODAY = date(2026, 3, 31)
ME = "sales@example.com"
LIVE = frozenset({"Open", "Ongoing"})
WAITING = frozenset({"Open", "Replied", "On Hold"})


def anything(row: Row) -> bool:
    return True


def this_month(day: date | None) -> bool:
    return day is not None and (day.year, day.month) == (TODAY.year, TODAY.month)


def within(day: date | None, days: int) -> bool:
    return day is not None and TODAY <= day <= TODAY + timedelta(days)


def is_live(row: Row) -> bool:
    return row["stage_type"] in LIVE


def is_won(row: Row) -> bool:
    return bool(row["stage_type"] == "Won")


def is_lost(row: Row) -> bool:
    return bool(row["stage_type"] == "Lost")


def is_waiting(row: Row) -> bool:
    return row["status"] in WAITING


def is_submitted(row: Row) -> bool:
    return bool(row["docstatus"] == 1)


def is_received(row: Row) -> bool:
    return is_submitted(row) and row["payment_type"] == "Receive"


def has(column: str) -> Holds:
    return lambda row: row[column] not in (None, "")


@dataclass(frozen=True)
class Figure:
    """How many rows of `doctype` there are for which `holds`; the sum of `value`, or its `mean` or `largest`."""

    doctype: str
    holds: Holds = anything
    value: str = ""
    how: str = "sum"

    def of(self, rows: Iterable[Row]) -> float | None:
        held = [row for row in rows if self.holds(row)]
        if not self.value:
            return len(held)
        values = [float(row[self.value]) for row in held if row[self.value] is not None]
        if self.how == "mean":
            return sum(values) / len(values) if values else None
        return max(values, default=None) if self.how == "largest" else sum(values)


CARDS: Mapping[str, Figure] = {
    "Customers Who Bought": Figure("Customer Value", has("rfm")),
    "Value of All Customers": Figure("Customer Value", value="value"),
    "Lifetime Value of All Customers": Figure("Customer Value", value="lifetime_value"),
    "Customers Who Bring 80 %": Figure("Customer Value", lambda row: bool(row["brings_80"])),
    "Loss-Making Customers": Figure("Customer Value", lambda row: row["value_class"] == "Loss-Making"),
    "Customers at Risk": Figure("Customer Value", lambda row: row["loyalty"] == "At Risk"),
    "Lapsed Customers": Figure("Customer Value", lambda row: row["loyalty"] == "Lapsed"),
    "Satisfaction This Year": Figure(
        "Survey Response",
        lambda r: is_submitted(r) and r["answered_on"].year == TODAY.year,
        "satisfaction_index",
        "mean",
    ),
    "Delivered Value This Year": Figure(
        "Survey Response", lambda r: is_submitted(r) and r["answered_on"].year == TODAY.year, "delivered_value", "mean"
    ),
    "Complaints This Year": Figure(
        "Service Request", lambda r: r["request_type"] == "Complaint" and r["opening_date"].year == TODAY.year
    ),
    "Open Deals: Commit": Figure(
        "Opportunity", lambda r: is_live(r) and r["forecast_category"] == "Commit", "base_opportunity_amount"
    ),
    "Open Deals: Best Case": Figure(
        "Opportunity", lambda r: is_live(r) and r["forecast_category"] == "Best Case", "base_opportunity_amount"
    ),
    "Weighted Forecast": Figure("Opportunity", is_live, "base_expected_value"),
    "Mean Error of Forecasts": Figure("Sales Forecast", lambda r: r["months_over"] > 0, "history_error", "mean"),
    "My Open Opportunities": Figure("Opportunity", lambda r: is_live(r) and r["opportunity_owner"] == ME),
    "My Pipeline": Figure(
        "Opportunity", lambda r: is_live(r) and r["opportunity_owner"] == ME, "base_opportunity_amount"
    ),
    "My Open Tasks": Figure(
        "Task", lambda r: r["status"] in {"Backlog", "Todo", "In Progress"} and r["assigned_to"] == ME
    ),
    "My Call-Backs": Figure(
        "Call Log", lambda r: has("call_back_on")(r) and not r["call_back_done"] and r["call_back_by"] == ME
    ),
    "Open Opportunities": Figure("Opportunity", is_live),
    "Weighted Pipeline": Figure("Opportunity", is_live, "base_expected_value"),
    "Closing This Month": Figure(
        "Opportunity", lambda r: is_live(r) and this_month(r["expected_closing"]), "base_opportunity_amount"
    ),
    "Won This Month": Figure(
        "Opportunity", lambda r: is_won(r) and this_month(r["closed_date"]), "base_opportunity_amount"
    ),
    "New Leads": Figure("Lead", lambda r: this_month(r["creation"].date())),
    "Qualified Leads": Figure("Lead", lambda r: r["qualification_status"] == "Qualified"),
    "Leads to Qualify": Figure("Lead", lambda r: r["qualification_status"] in {"Unqualified", "In Process"}),
    "Customers to Win Back": Figure("Customer", has("lost_on")),
    "Quotations Waiting": Figure("Quotation", lambda r: r["status"] == "Open"),
    "Orders to Deliver": Figure("Sales Order", lambda r: is_submitted(r) and r["delivery_status"] != "Fully Delivered"),
    "Orders to Bill": Figure("Sales Order", lambda r: is_submitted(r) and r["billing_status"] != "Fully Billed"),
    "Claims to Decide": Figure("Sales Return", lambda r: r["workflow_state"] == "Pending Review"),
    "Contracts Ending Soon": Figure("Contract", lambda r: r["status"] == "Active" and within(r["end_date"], 90)),
    "Notices Due": Figure("Contract", lambda r: r["status"] == "Active" and within(r["notice_date"], 30)),
    "Billed This Month": Figure(
        "Sales Invoice", lambda r: is_submitted(r) and this_month(r["posting_date"]), "base_net_total"
    ),
    "Open Balance": Figure("Sales Invoice", is_submitted, "base_outstanding_amount"),
    "Overdue": Figure("Sales Invoice", lambda r: is_submitted(r) and r["is_overdue"], "base_outstanding_amount"),
    "Received This Month": Figure(
        "Payment Entry", lambda r: is_received(r) and this_month(r["posting_date"]), "base_paid_amount"
    ),
    "My Open Requests": Figure("Service Request", lambda r: is_waiting(r) and r["assigned_to"] == ME),
    "Open Requests": Figure("Service Request", is_waiting),
    "Urgent Requests": Figure("Service Request", lambda r: is_waiting(r) and r["priority"] == "Urgent"),
    "Complaints This Month": Figure(
        "Service Request", lambda r: r["request_type"] == "Complaint" and this_month(r["opening_date"])
    ),
    "Campaigns to Approve": Figure("Campaign", lambda r: r["workflow_state"] == "Pending Review"),
    "Campaign Responses": Figure(
        "Campaign Recipient", lambda r: has("responded_on")(r) and this_month(r["responded_on"].date())
    ),
}


@dataclass(frozen=True)
class Groups:
    """A figure for each value of `key`; `most` of them, the largest, where a chart shows no more."""

    figure: Figure
    key: Key
    most: int = 0

    def of(self, rows: Iterable[Row]) -> dict[Any, float | None]:
        found: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            if self.figure.holds(row):
                found[self.key(row)].append(row)
        return {key: self.figure.of(held) for key, held in found.items()}


def by(column: str) -> Key:
    return lambda row: row[column] or None


def by_month(column: str) -> Key:
    return lambda row: f"{row[column]:%Y-%m}-01" if row[column] else None


def by_quarter(column: str) -> Key:
    return lambda row: f"{row[column].year}-{(row[column].month - 1) // 3 * 3 + 1:02}-01" if row[column] else None


def by_week(column: str) -> Key:
    """The Monday of its week."""
    return lambda row: f"{row[column] - timedelta(row[column].weekday()):%Y-%m-%d}" if row[column] else None


SATISFACTION = Figure("Survey Response", is_submitted, "satisfaction_index", "mean")
CHARTS: Mapping[str, Groups] = {
    "Won Value": Groups(Figure("Opportunity", is_won, "base_opportunity_amount"), by_month("closed_date")),
    "Won Value per Quarter": Groups(
        Figure("Opportunity", is_won, "base_opportunity_amount"), by_quarter("closed_date")
    ),
    "Leads per Month": Groups(Figure("Lead"), by_month("creation")),
    "Billed per Month": Groups(Figure("Sales Invoice", is_submitted, "base_net_total"), by_month("posting_date")),
    "Received per Month": Groups(Figure("Payment Entry", is_received, "base_paid_amount"), by_month("posting_date")),
    "Requests per Week": Groups(Figure("Service Request"), by_week("opening_date")),
    "Satisfaction per Month": Groups(SATISFACTION, by_month("answered_on")),
    "New Buyers per Month": Groups(Figure("Customer", has("first_sale_on")), by_month("first_sale_on")),
    "Pipeline by Stage": Groups(Figure("Opportunity", is_live, "base_opportunity_amount"), by("sales_stage")),
    "Pipeline by Sales Person": Groups(
        Figure("Opportunity", is_live, "base_opportunity_amount"), by("sales_person"), 10
    ),
    "Won Value by Product": Groups(Figure("Opportunity", is_won, "base_opportunity_amount"), by("product"), 10),
    "Lost Opportunities by Industry": Groups(Figure("Opportunity", is_lost), by("industry"), 8),
    "Leads by Source": Groups(Figure("Lead"), by("source"), 8),
    "Customers by Life-Cycle Stage": Groups(Figure("Customer"), by("life_cycle_stage")),
    "Customers by Territory": Groups(Figure("Customer"), by("territory"), 8),
    "Open Balance by Customer": Groups(
        Figure("Customer", lambda r: r["outstanding_amount"] > 0, "outstanding_amount"), by("customer_name"), 10
    ),
    "Orders by Status": Groups(Figure("Sales Order"), by("status")),
    "Requests by Type": Groups(Figure("Service Request"), by("request_type")),
    "Open Requests by Person": Groups(Figure("Service Request", is_waiting), by("assigned_to"), 10),
    "Invoiced by Campaign": Groups(
        Figure("Campaign", lambda r: r["invoiced_amount"] > 0, "invoiced_amount"), by("campaign_name"), 10
    ),
    "Cost by Campaign": Groups(
        Figure("Campaign", lambda r: r["total_cost"] > 0, "total_cost"), by("campaign_name"), 10
    ),
    "Reached of Yearly Targets": Groups(
        Figure(
            "Sales Target",
            lambda r: r["period_type"] == "Year" and r["to_date"].year == TODAY.year and not r["product_group"],
            "actual_amount",
        ),
        by("target_name"),
        10,
    ),
    "Customers by Grid Class": Groups(Figure("Customer Value", has("rfm")), by("value_class")),
    "Value by Grid Class": Groups(Figure("Customer Value", value="value"), by("value_class")),
    "Customers by Loyalty": Groups(Figure("Customer Value"), by("loyalty")),
    "Value by Territory": Groups(Figure("Customer Value", value="value"), by("territory"), 10),
    "Most Valuable Customers": Groups(Figure("Customer Value", value="value"), by("customer"), 10),
    "Share of Profit by Tenths of Customers": Groups(
        Figure("Customer Value", has("profit_decile"), "cumulative_share", "largest"), by("profit_decile")
    ),
    "Open Deals by Forecast Category": Groups(
        Figure("Opportunity", is_live, "base_opportunity_amount"), by("forecast_category")
    ),
    "Customers Lost by Reason": Groups(Figure("Customer", has("lost_on")), by("lost_reason")),
}
REPORT_CHARTS = {"Value Grid": "Value Grid"}
"""Chart → the grouped report that it draws, whose rows are counted by hand as well."""
