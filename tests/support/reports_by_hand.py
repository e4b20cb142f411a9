"""Every report of the standard CRM, and every roll-up of a customer, as plain Python over exported rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from support.by_hand import Figure, Groups, Holds, anything, has, is_live, is_lost, is_received, is_submitted, is_won


@dataclass(frozen=True)
class Grouped:
    """The rows of `doctype`, joined with what their links and their parent say, by `keys`; then the figures."""

    doctype: str
    keys: tuple[str, ...]
    figures: tuple[Figure, ...]
    holds: Holds = anything

    def groups(self) -> tuple[Groups, ...]:
        return tuple(
            Groups(
                Figure(self.doctype, self.holds, figure.value, figure.how),
                lambda row: tuple(row[key] or None for key in self.keys),
            )
            for figure in self.figures
        )


def figures(*values: str) -> tuple[Figure, ...]:
    """ "" counts, "mean score" is a mean, any other name is summed."""
    found = []
    for value in values:
        how, _, column = value.rpartition(" ")
        found.append(Figure("", value=column, how=how or "sum"))
    return tuple(found)


DEALS = figures("", "base_opportunity_amount")
SALES = figures("", "base_net_total", "gross_profit")
GROUPED: Mapping[str, Grouped] = {
    "Customer Profile Analysis": Grouped(
        "Customer", ("customer_level", "risk", "preferred_channel"), figures("", "net_sales")
    ),
    "Customer Loyalty Analysis": Grouped(
        "Customer Value", ("loyalty",), figures("", "present_value", "lifetime_value", "mean interval")
    ),
    "Sales by Product": Grouped(
        "Sales Invoice Item", ("product",), figures("qty", "base_net_amount", "gross_profit"), is_submitted
    ),
    "Sales by Product Group": Grouped(
        "Sales Invoice Item", ("product_group",), figures("base_net_amount", "gross_profit"), is_submitted
    ),
    "Product Analysis": Grouped(
        "Sales Invoice Item", ("customer.industry", "product_group"), figures("base_net_amount"), is_submitted
    ),
    "Sales by Sales Person": Grouped("Sales Invoice", ("sales_person",), SALES, is_submitted),
    "Sales by Team": Grouped("Sales Invoice", ("sales_person.parent_sales_person",), SALES, is_submitted),
    "Sales by Channel": Grouped("Sales Invoice", ("sales_partner.partner_type",), SALES, is_submitted),
    "Sales by Territory": Grouped("Sales Invoice", ("territory",), SALES, is_submitted),
    "Prospecting Analysis": Grouped("Lead", ("source", "status"), figures("", "mean score")),
    "Promotion Analysis": Grouped("Opportunity", ("source", "stage_type"), DEALS),
    "Deals by Sales Person": Grouped("Opportunity", ("sales_person", "stage_type"), DEALS),
    "Deals by Team": Grouped("Opportunity", ("sales_person.parent_sales_person", "stage_type"), DEALS),
    "Deals by Office": Grouped("Opportunity", ("sales_person.territory", "stage_type"), DEALS),
    "Deals by Product": Grouped("Opportunity", ("product", "stage_type"), DEALS),
    "Pareto of Customers": Grouped(
        "Customer Value", ("profit_decile",), figures("", "profit", "largest cumulative_share")
    ),
    "Value Grid": Grouped("Customer Value", ("contribution_level", "cost_level", "value_class"), figures("", "value")),
    "RFM Analysis": Grouped("Customer Value", ("rfm",), figures("", "value")),
    "Reasons for Loss": Grouped("Customer", ("lost_reason",), figures("", "net_sales"), has("lost_on")),
    "Survey Results": Grouped(
        "Survey Answer",
        ("survey", "dimension"),
        figures("", "mean points"),
        lambda row: is_submitted(row) and row["score"] > 0,
    ),
    "Opportunities by Stage": Grouped("Opportunity", ("sales_stage",), DEALS),
    "Won Amount by Sales Person": Grouped("Opportunity", ("sales_person",), DEALS, is_won),
    "Commission by Sales Person": Grouped(
        "Commission Statement", ("sales_person",), figures("", "total_amount", "total_commission"), is_submitted
    ),
}


@dataclass(frozen=True)
class Listed:
    """The rows of `doctype` for which `holds`, by the first column of the report, with some of its other columns."""

    doctype: str
    holds: Holds = anything
    columns: tuple[str, ...] = ("name",)


def waits_for_call(row: Mapping[str, object]) -> bool:
    return has("call_back_on")(row) and not row["call_back_done"]


LISTED: Mapping[str, Listed] = {
    "Customer Profitability Analysis": Listed(
        "Customer Value",
        columns=("customer", "customer_name", "present_value", "profit", "contribution", "cost", "value"),
    ),
    "Products Bought Together": Listed(
        "Product Pair", columns=("product", "product_name", "with_product", "with_product_name", "documents", "support")
    ),
    "Lifetime Value": Listed(
        "Customer Value",
        columns=("customer", "customer_name", "yearly_value", "lifetime_years", "discount_rate", "annuity_factor"),
    ),
    "Campaign Analysis": Listed(
        "Campaign",
        columns=("name", "campaign_name", "start_date", "budget", "total_cost", "recipients", "responses"),
    ),
    "Win-Back List": Listed(
        "Customer Value",
        lambda row: row["loyalty"] == "Lapsed",
        ("customer", "customer_name", "account_manager", "last_sale_on", "interval", "lifetime_value"),
    ),
    "Retention List": Listed(
        "Customer Value",
        lambda row: row["loyalty"] == "At Risk",
        ("customer", "customer_name", "account_manager", "last_sale_on", "interval", "lifetime_value", "value_class"),
    ),
    "Forecast by Month": Listed("Sales Forecast Month", columns=("made_on", "parent", "month", "commit", "best_case")),
    "Forecast Errors": Listed(
        "Sales Forecast",
        columns=("name", "made_on", "horizon", "method", "months_over", "weighted_error", "history_error"),
    ),
    "Call-back List": Listed("Service Request", waits_for_call, ("name", "subject", "customer_name")),
    "Calls to Return": Listed("Call Log", waits_for_call, ("name", "from", "to")),
    "Quota against Actual": Listed("Sales Target", columns=("name", "target_type", "target_name", "product_group")),
}


def done(*states: str) -> Holds:
    return lambda row: row["status"] in states


def cost(kind: str) -> Holds:
    return lambda row: is_submitted(row) and row["cost_type"] == kind


def kind(kind: str) -> Holds:
    return lambda row: row["request_type"] == kind


def is_sale(row: Mapping[str, object]) -> bool:
    return is_submitted(row) and not row["is_return"]


def is_credit(row: Mapping[str, object]) -> bool:
    return is_submitted(row) and bool(row["is_return"])


def is_settled(row: Mapping[str, object]) -> bool:
    return is_submitted(row) and row["signed_amount"] > 0  # type: ignore[operator]  # an amount


def is_late(row: Mapping[str, object]) -> bool:
    return is_settled(row) and row["days_overdue"] > 0  # type: ignore[operator]  # a number of days


ROLL_UPS: Mapping[str, tuple[Figure, str]] = {
    "outstanding_amount": (Figure("Sales Invoice", is_submitted, "base_outstanding_amount"), "customer"),
    "overdue_amount": (
        Figure("Sales Invoice", lambda r: is_submitted(r) and r["is_overdue"], "base_outstanding_amount"),
        "customer",
    ),
    "unallocated_amount": (Figure("Payment Entry", is_submitted, "base_unallocated_amount"), "party"),
    "invoice_count": (Figure("Sales Invoice", is_sale), "customer"),
    "invoiced_sales": (Figure("Sales Invoice", is_sale, "base_net_total"), "customer"),
    "credited_sales": (Figure("Sales Invoice", is_credit, "base_net_total"), "customer"),
    "largest_sale": (Figure("Sales Invoice", is_sale, "base_net_total", "largest"), "customer"),
    "return_count": (Figure("Sales Invoice", is_credit), "customer"),
    "deals_won": (Figure("Opportunity", is_won), "customer"),
    "deals_lost": (Figure("Opportunity", is_lost), "customer"),
    "average_deal_cycle": (Figure("Opportunity", is_won, "cycle_days", "mean"), "customer"),
    "expected_sales": (Figure("Opportunity", is_live, "base_expected_value"), "customer"),
    "referred_customers": (Figure("Customer", lambda r: r["invoice_count"] > 0), "referred_by"),
    "gross_profit": (Figure("Sales Invoice", is_submitted, "gross_profit"), "customer"),
    "cross_selling_profit": (Figure("Sales Invoice", is_submitted, "cross_selling_profit"), "customer"),
    "payment_count": (Figure("Payment Entry", is_received), "party"),
    "average_receipt": (Figure("Payment Entry", is_received, "base_paid_amount", "mean"), "party"),
    "largest_receipt": (Figure("Payment Entry", is_received, "base_paid_amount", "largest"), "party"),
    "settlements": (Figure("Payment Entry Reference", is_settled), "customer"),
    "days_to_pay": (Figure("Payment Entry Reference", is_settled, "days_to_pay", "mean"), "customer"),
    "late_settlements": (Figure("Payment Entry Reference", is_late), "customer"),
    "average_overdue": (Figure("Payment Entry Reference", is_late, "days_overdue", "mean"), "customer"),
    "call_count": (Figure("Call Log", done("Completed")), "reference_docname"),
    "visit_count": (Figure("Customer Visit", done("Done")), "customer"),
    "meeting_count": (Figure("Event", done("Completed", "Closed")), "reference_docname"),
    "task_count": (Figure("Task", done("Done")), "reference_docname"),
    "open_task_count": (Figure("Task", done("Backlog", "Todo", "In Progress")), "reference_docname"),
    "request_count": (Figure("Service Request"), "customer"),
    "praise_count": (Figure("Service Request", kind("Praise")), "customer"),
    "complaint_count": (Figure("Service Request", kind("Complaint")), "customer"),
    "suggestion_count": (Figure("Service Request", kind("Suggestion")), "customer"),
    "survey_count": (Figure("Survey Response", is_submitted), "customer"),
    "satisfaction_index": (Figure("Survey Response", is_submitted, "satisfaction_index", "mean"), "customer"),
    "delivered_value": (Figure("Survey Response", is_submitted, "delivered_value", "mean"), "customer"),
    "acquisition_cost": (Figure("Customer Cost", cost("Acquisition"), "base_amount"), "customer"),
    "campaign_cost": (Figure("Customer Cost", cost("Campaign"), "base_amount"), "customer"),
    "loyalty_cost": (Figure("Customer Cost", cost("Loyalty Reward"), "base_amount"), "customer"),
    "discount_cost": (Figure("Customer Cost", cost("Discount"), "base_amount"), "customer"),
    "retention_cost": (Figure("Customer Cost", cost("Retention"), "base_amount"), "customer"),
    "other_cost": (Figure("Customer Cost", cost("Other"), "base_amount"), "customer"),
}
"""Field of Customer → what it gathers, and the field of that which names the customer."""
