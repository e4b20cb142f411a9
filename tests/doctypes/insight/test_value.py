"""The value of customers beside a calculation in plain Python over the exported rows of a company's history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crm_platform.demo.history.insight import RATES
from crm_platform.doctypes.insight.figures import COSTS
from crm_platform.doctypes.insight.ranking import rank, thresholds
from crm_platform.doctypes.insight.settings import Stated
from support.crm import Crm

Rows = list[dict[str, Any]]
ACQUISITION = Decimal(1500)
GRID = {
    ("High", "Low"): "Excellent",
    ("High", "Middle"): "Profitable",
    ("High", "High"): "Dilemma",
    ("Middle", "Low"): "Profitable",
    ("Middle", "Middle"): "Dilemma",
    ("Middle", "High"): "Loss-Making",
    ("Low", "Low"): "Dilemma",
    ("Low", "Middle"): "Loss-Making",
    ("Low", "High"): "Loss-Making",
}


def exported(company: Crm, doctype: str, *fields: str, **filters: Any) -> Rows:
    """All rows of a list, as a person exports them."""
    return company.administrator.list(doctype, fields=list(fields), filters=filters, limit_page_length=0)


def money(value: Any) -> Decimal:
    return Decimal(str(value or 0))


@pytest.fixture(scope="module")
def values(company: Crm) -> Mapping[str, dict[str, Any]]:
    return {row["customer"]: row for row in exported(company, "Customer Value", "*")}


@pytest.fixture(scope="module")
def invoices(company: Crm) -> Mapping[str, Rows]:
    """The submitted invoices and credit notes of each customer, as whole documents with their rows."""
    found: dict[str, Rows] = defaultdict(list)
    for row in exported(company, "Sales Invoice", "name", docstatus=1):
        doc = company.administrator.get("Sales Invoice", row["name"])
        found[doc["customer"]].append(doc)
    return found


def by_customer(rows: Rows, key: str = "customer") -> Mapping[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def profit_of(doc: Mapping[str, Any]) -> Decimal:
    """Net amounts less quantity times cost price, row by row."""
    return sum(
        (
            money(row["base_net_amount"]) - (money(row["qty"]) * money(row["valuation_rate"])).quantize(Decimal("0.01"))
            for row in doc["items"]
        ),
        Decimal(0),
    )


def test_contribution_is_what_the_invoices_earned_and_referrals_saved(
    company: Crm, values: Mapping[str, dict[str, Any]], invoices: Mapping[str, Rows]
) -> None:
    referred = by_customer(exported(company, "Customer", "name", "referred_by", "entry_product_group"), "referred_by")
    first_group = {row["name"]: row["entry_product_group"] for rows in referred.values() for row in rows}
    assert sum(money(row["cross_selling_profit"]) for row in values.values()) > 0
    for customer, value in values.items():
        docs = invoices.get(customer, [])
        cross = sum(
            (
                money(row["gross_profit"])
                for doc in docs
                for row in doc["items"]
                if row["product_group"] != first_group[customer]
            ),
            Decimal(0),
        )
        saved = ACQUISITION * sum(1 for row in referred.get(customer, ()) if row["name"] in invoices)
        assert money(value["cross_selling_profit"]) == cross
        assert money(value["contribution"]) == sum(map(profit_of, docs), Decimal(0)) + saved


def test_cost_is_booked_costs_and_activities_at_their_rates(company: Crm, values: Mapping[str, dict[str, Any]]) -> None:
    costs = by_customer(exported(company, "Customer Cost", "customer", "cost_type", "amount", docstatus=1))
    done = {
        "Call Log": by_customer(
            exported(company, "Call Log", "reference_docname", status="Completed"), "reference_docname"
        ),
        "Task": by_customer(exported(company, "Task", "reference_docname", status="Done"), "reference_docname"),
        "Event": by_customer(exported(company, "Event", "reference_docname", status="Completed"), "reference_docname"),
        "Customer Visit": by_customer(exported(company, "Customer Visit", "customer", status="Done")),
        "Service Request": by_customer(exported(company, "Service Request", "customer")),
    }
    for customer, value in values.items():
        booked = sum((money(row["amount"]) for row in costs.get(customer, ())), Decimal(0))
        activities = sum(len(done[kind].get(customer, ())) * rate for kind, rate in RATES.items())
        assert money(value["activity_cost"]) == activities
        assert money(value["cost"]) == booked + activities
        assert money(value["value"]) == money(value["contribution"]) - money(value["cost"])


def test_the_grid_has_its_nine_fields(company: Crm, values: Mapping[str, dict[str, Any]]) -> None:
    settings = company.administrator.get("Insight Settings", "Insight Settings")
    for name in ("contribution", "cost"):
        amounts = sorted((money(row[name]) for row in values.values() if row[name] > 0), reverse=True)
        assert money(settings[f"high_{name}"]) == amounts[len(amounts) * 20 // 100 - 1]
        assert money(settings[f"middle_{name}"]) == amounts[len(amounts) * 50 // 100 - 1]
        for row in values.values():
            high, middle = settings[f"high_{name}"], settings[f"middle_{name}"]
            wanted = "High" if row[name] >= high else "Middle" if row[name] >= middle else "Low"
            assert row[f"{name}_level"] == wanted
    for row in values.values():
        assert row["value_class"] == GRID[row["contribution_level"], row["cost_level"]]
    assert {"Excellent", "Profitable", "Dilemma", "Loss-Making"} == {row["value_class"] for row in values.values()}


def test_those_who_bring_eighty_per_cent_are_the_fewest(values: Mapping[str, dict[str, Any]]) -> None:
    profits = sorted((money(row["profit"]) for row in values.values()), reverse=True)
    total = sum(profit for profit in profits if profit > 0)
    few = [money(row["profit"]) for row in values.values() if row["brings_80"]]
    assert sorted(few, reverse=True) == profits[: len(few)]
    assert sum(few) >= total * 80 / 100 > sum(sorted(few)[1:])
    assert [row["profit_rank"] for row in sorted(values.values(), key=lambda row: row["profit_rank"])] == [
        *range(1, len(values) + 1)
    ]


def test_lifetime_value_is_the_present_value_of_average_years(
    company: Crm, values: Mapping[str, dict[str, Any]], invoices: Mapping[str, Rows]
) -> None:
    today = date.fromisoformat(company.administrator.get("Insight Settings", "Insight Settings")["computed_on"][:10])
    factor = sum(1 / 1.1**year for year in range(1, 6))
    for customer, value in values.items():
        days = [date.fromisoformat(doc["posting_date"]) for doc in invoices.get(customer, ()) if not doc["is_return"]]
        years = max(1.0, round((today - min(days)).days / 365, 2)) if days else 0
        assert value["years"] == pytest.approx(years, abs=0.005)
        yearly = value["value"] / years if years else 0
        assert value["lifetime_value"] == pytest.approx(yearly * factor, rel=0.0001, abs=0.05)
        recent = [
            d for d in invoices.get(customer, ()) if date.fromisoformat(d["posting_date"]) > today - timedelta(365)
        ]
        assert money(value["present_value"]) == sum(map(profit_of, recent), Decimal(0))
        assert money(value["past_value"]) + money(value["present_value"]) == money(value["profit"])


def scores(figures: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """1 to 5 by fifths: how many of all are strictly better decides."""
    for name, figure in figures.items():
        better = sum(1 for other in figures.values() if other > figure)
        yield name, 1 + (len(figures) - 1 - better) * 5 // len(figures)


def test_recency_frequency_and_monetary_value_are_fifths_of_the_buyers(
    values: Mapping[str, dict[str, Any]], invoices: Mapping[str, Rows]
) -> None:
    sold = {name: [d for d in docs if not d["is_return"]] for name, docs in invoices.items()}
    recency = dict(scores({name: max(d["posting_date"] for d in docs) for name, docs in sold.items()}))
    frequency = dict(scores({name: len(docs) for name, docs in sold.items()}))
    monetary = dict(scores({n: sum(money(d["base_net_total"]) for d in docs) for n, docs in invoices.items()}))
    for name, value in values.items():
        wanted = f"{recency[name]}{frequency[name]}{monetary[name]}" if name in sold else ""
        assert (value["rfm"] or "") == wanted


def test_the_indicators_of_a_customer_are_what_its_documents_say(company: Crm, invoices: Mapping[str, Rows]) -> None:
    fields = ("settlements", "late_settlements", "days_to_pay", "average_sale", "largest_sale", "return_amount")
    customers = {row["name"]: row for row in exported(company, "Customer", "name", "net_sales", *fields)}
    payments = by_customer(
        [company.administrator.get("Payment Entry", row["name"]) for row in exported(company, "Payment Entry", "name")],
        "party",
    )
    own = {doc["name"]: doc for docs in invoices.values() for doc in docs}
    for name, row in customers.items():
        sold = [money(d["base_net_total"]) for d in invoices.get(name, ()) if not d["is_return"]]
        back = [money(d["base_net_total"]) for d in invoices.get(name, ()) if d["is_return"]]
        assert money(row["net_sales"]) == sum(sold, Decimal(0)) + sum(back, Decimal(0))
        assert money(row["return_amount"]) == -sum(back, Decimal(0))
        assert money(row["largest_sale"]) == max(sold, default=Decimal(0))
        assert money(row["average_sale"]) == (
            (sum(sold, Decimal(0)) / len(sold)).quantize(Decimal("0.01"), "ROUND_HALF_UP") if sold else 0
        )
        paid = [
            (doc["posting_date"], own[r["reference_name"]]) for doc in payments.get(name, ()) for r in doc["references"]
        ]
        waits = [(date.fromisoformat(day) - date.fromisoformat(doc["posting_date"])).days for day, doc in paid]
        assert row["settlements"] == len(paid)
        assert row["late_settlements"] == sum(day > doc["due_date"] for day, doc in paid)
        assert (row["days_to_pay"] or 0) == pytest.approx(sum(waits) / len(waits) if waits else 0, abs=0.0001)


def test_who_has_sent_everything_back_is_ranked_with_the_others() -> None:
    rows = [
        {"invoice_count": 1, "last_sale_on": date(2026, 1, day), "net_sales": Decimal(sales)}
        for day, sales in ((1, 0), (2, 100))
    ]
    parts = dict.fromkeys(
        (*COSTS, "activity_cost", "base_profit", "cross_selling_profit", "referral_saving"), Decimal(0)
    )
    found = [{**parts, "customer": name} for name in ("甲", "乙")]
    stated = Stated(5, Decimal("0.1"), Decimal(0), Decimal("0.2"), Decimal("0.3"), {})
    rank(found, rows, thresholds(found, stated))
    assert [value["monetary_score"] for value in found] == [1, 3]
    assert {value["cumulative_share"] for value in found} == {Decimal(0)}


@pytest.mark.parametrize(
    "figure", ["invoice_count", "return_count", "deals_won", "call_count", "complaint_count", "payment_count"]
)
def test_a_figure_opens_as_many_records_as_it_says(company: Crm, figure: str) -> None:
    rows = exported(company, "Customer", "name", figure)
    chosen = max(rows, key=lambda row: row[figure] or 0)
    assert chosen[figure]
    behind = company.administrator.call(
        "crm.insight.records", doctype="Customer", name=chosen["name"], fieldname=figure
    )
    found = company.administrator.list(behind["list"], filters=behind["filters"], limit_page_length=0)
    assert len(found) == chosen[figure]


@pytest.mark.parametrize(("figure", "doctype"), [("purchases", "Sales Invoice"), ("campaign_cost", "Customer Cost")])
def test_a_figure_that_is_computed_opens_the_records_that_its_definition_names(
    company: Crm, figure: str, doctype: str
) -> None:
    chosen = max(exported(company, "Customer Value", "name", figure), key=lambda row: row[figure] or 0)
    assert chosen[figure]
    asked = {"doctype": "Customer Value", "name": chosen["name"], "fieldname": figure}
    behind = company.administrator.call("crm.insight.records", **asked)
    assert behind["list"] == doctype
    found = company.administrator.list(doctype, fields=["*"], filters=behind["filters"], limit_page_length=0)
    says = len(found) if figure == "purchases" else sum(row["base_amount"] for row in found)
    assert says == pytest.approx(chosen[figure])


def test_every_roll_up_says_its_list(company: Crm) -> None:
    """One document of each DocType is enough: the list follows from the definition."""
    asked = 0
    for doctype in ("Customer", "Product", "Quotation", "Sales Order", "Sales Invoice", "Survey"):
        (one, *_) = exported(company, doctype, "name")
        fields = company.administrator.get("DocType", doctype)["fields"]
        for field in fields:
            if "from" in (field.get("rollup") or {}):
                figure = {"doctype": doctype, "name": one["name"], "fieldname": field["fieldname"]}
                behind = company.administrator.call("crm.insight.records", **figure)
                company.administrator.list(behind["list"], filters=behind["filters"], limit_page_length=1)
                asked += 1
    assert asked > 40


def test_a_figure_that_was_not_gathered_opens_nothing(company: Crm) -> None:
    (one, *_) = exported(company, "Customer", "name")
    asked = {"doctype": "Customer", "name": one["name"], "fieldname": "customer_name"}
    assert "not gathered" in company.administrator.refused("crm.insight.records", **asked)


def test_survey_indices_are_weighted_means_with_the_weights_shown(company: Crm) -> None:
    answered = exported(company, "Survey Response", "name", docstatus=1)
    assert answered
    for row in answered:
        doc = company.administrator.get("Survey Response", row["name"])
        survey = company.administrator.get("Survey", doc["survey"])
        weights = {d["dimension"]: d["weight"] for d in survey["dimensions"]}
        counted = [d["dimension"] for d in survey["dimensions"] if d["counts_in"] == "Satisfaction Index"]
        index, total = 0.0, 0.0
        for dimension in counted:
            asked = {q["question"]: q["weight"] for q in survey["questions"] if q["dimension"] == dimension}
            points = {a["question"]: (a["score"] - 1) / 9 * 100 for a in doc["answers"]}
            mean = sum(points[q] * w for q, w in asked.items()) / sum(asked.values())
            index, total = index + weights[dimension] * mean, total + weights[dimension]
        assert doc["satisfaction_index"] == pytest.approx(index / total, abs=0.00501)
    index = company.administrator.get("Survey", "客户满意度调查")["satisfaction_index"]
    own = exported(company, "Survey Response", "satisfaction_index", survey="客户满意度调查", docstatus=1)
    assert index == pytest.approx(sum(row["satisfaction_index"] for row in own) / len(own), abs=0.00501)
