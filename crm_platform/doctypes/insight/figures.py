"""The value of one customer from the figures that the customer's page keeps: its parts, times and loyalty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.insight.settings import Stated

COSTS = ("acquisition_cost", "campaign_cost", "loyalty_cost", "discount_cost", "retention_cost", "other_cost")
ACTIVITIES = {
    "Call Log": "call_count",
    "Customer Visit": "visit_count",
    "Event": "meeting_count",
    "Task": "task_count",
    "Service Request": "request_count",
}
"""Activity of the cost rates → the figure of the customer that counts it."""
CUSTOMER_FIELDS = (
    "name",
    "customer_name",
    "account_manager",
    "territory",
    "industry",
    "invoice_count",
    "net_sales",
    "gross_profit",
    "cross_selling_profit",
    "expected_sales",
    "referred_customers",
    "first_sale_on",
    "last_sale_on",
    *ACTIVITIES.values(),
    *COSTS,
)
YEAR = Decimal(365)
CENT = Decimal("0.01")
AT_RISK, LAPSED = Decimal("1.5"), Decimal(3)
"""Times the usual interval without an invoice."""
Figures = dict[str, Any]


@dataclass(frozen=True)
class Whole:
    """What is known of all customers together, where one has no figure of its own."""

    today: date
    stated: Stated
    margin: Decimal
    """Gross profit of all net sales, as a part of 1."""
    interval: Decimal
    """Mean days between invoices; 0 when nobody has bought twice."""


def value_of(row: Mapping[str, Any], whole: Whole, recent: Mapping[str, Any]) -> Figures:
    """The fields of a Customer Value, without ranks and levels. `recent` sums up the last twelve months."""
    stated = whole.stated
    activities = sum(
        (row[count] * stated.rates.get(kind, Decimal(0)) for kind, count in ACTIVITIES.items()), Decimal(0)
    )
    margin = row["gross_profit"] / row["net_sales"] if row["net_sales"] > 0 else whole.margin
    interval = own_interval(row)
    return {
        **{name: row[name] for name in ("customer_name", "account_manager", "territory", "industry", "last_sale_on")},
        **{name: row[name] for name in COSTS},
        "customer": row["name"],
        "base_profit": row["gross_profit"] - row["cross_selling_profit"],
        "cross_selling_profit": row["cross_selling_profit"],
        "referral_saving": row["referred_customers"] * stated.acquisition_cost,
        "activity_cost": activities,
        "present_value": recent.get("profit") or Decimal(0),
        "purchases": recent.get("number") or 0,
        "potential_value": (row["expected_sales"] * margin).quantize(CENT),
        "years": _years(row["first_sale_on"], whole.today),
        "lifetime_years": stated.years,
        "discount_rate": stated.rate * 100,
        "annuity_factor": float(stated.annuity_factor),
        "interval": float(interval),
        "loyalty": loyalty(row["last_sale_on"], interval or whole.interval, whole.today),
    }


def own_interval(row: Mapping[str, Any]) -> Decimal:
    """Mean days between the invoices of a customer; 0 for one who has not bought twice."""
    gaps = int(row["invoice_count"]) - 1
    if gaps < 1:
        return Decimal(0)
    days: int = (row["last_sale_on"] - row["first_sale_on"]).days
    return (Decimal(days) / gaps).quantize(Decimal("0.1"))


def _years(first: date | None, today: date) -> float:
    if first is None:
        return 0.0
    return float(max(Decimal(1), (Decimal((today - first).days) / YEAR).quantize(CENT)))


def loyalty(last: date | None, interval: Decimal, today: date) -> str:
    """Whether a customer still buys, by how long it usually waits."""
    if last is None:
        return "Never Bought"
    silent = (today - last).days
    if interval and silent > LAPSED * interval:
        return "Lapsed"
    return "At Risk" if interval and silent > AT_RISK * interval else "Active"
