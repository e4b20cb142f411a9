"""Surveys: questions come by themselves, answers stay on the scale, a poor index is followed up."""

from __future__ import annotations

from typing import Any

import pytest

from support.crm import Crm

DIMENSIONS = [
    {"dimension": "Perceived Quality", "counts_in": "Satisfaction Index", "weight": 3},
    {"dimension": "Satisfaction", "counts_in": "Satisfaction Index", "weight": 1},
    {"dimension": "Product Value", "counts_in": "Delivered Value", "weight": 1},
    {"dimension": "Money Cost", "counts_in": "Delivered Cost", "weight": 1},
]
QUESTIONS = [
    {"question": "质量如何？", "dimension": "Perceived Quality", "weight": 2},
    {"question": "外观如何？", "dimension": "Perceived Quality", "weight": 1},
    {"question": "总体满意吗？", "dimension": "Satisfaction", "weight": 1},
    {"question": "有用吗？", "dimension": "Product Value", "weight": 1},
    {"question": "贵吗？", "dimension": "Money Cost", "weight": 1},
]


def survey(crm: Crm, title: str, **changes: Any) -> str:
    values = {"scale": 5, "dimensions": DIMENSIONS, "questions": QUESTIONS, **changes}
    return str(crm.sales_manager.create("Survey", title=title, **values)["name"])


def answered(crm: Crm, name: str, scores: list[int], **values: Any) -> dict[str, Any]:
    customer = crm.sales.create("Customer", customer_name=f"受访 {name}", account_manager=crm.sales.email)["name"]
    answers = [{"question": row["question"], "score": score} for row, score in zip(QUESTIONS, scores, strict=True)]
    return crm.sales.create("Survey Response", survey=name, customer=customer, answers=answers, docstatus=1, **values)


def test_the_index_is_the_weighted_mean_of_the_answered_questions(crm: Crm) -> None:
    name = survey(crm, "质量调查")
    weights = {row["question"]: row["final_weight"] for row in crm.sales_manager.get("Survey", name)["questions"]}
    assert weights == {"质量如何？": 2, "外观如何？": 1, "总体满意吗？": 1, "有用吗？": 1, "贵吗？": 1}
    full = answered(crm, name, [5, 3, 1, 4, 2])
    assert full["satisfaction_index"] == pytest.approx((100 * 2 + 50 * 1 + 0 * 1) / 4)
    assert full["delivered_value"] == pytest.approx(75 - 25)
    part = answered(crm, name, [5, 0, 3, 0, 0])
    assert part["satisfaction_index"] == pytest.approx((100 * 2 + 50) / 3, abs=0.005)
    stored = crm.sales_manager.get("Survey", name)
    assert (stored["response_count"], stored["satisfaction_index"]) == (2, pytest.approx((62.5 + 83.33) / 2, abs=0.006))


def test_a_poor_index_brings_a_task_and_a_good_one_none(crm: Crm) -> None:
    name = survey(crm, "跟进调查", follow_up_below=50)
    poor, good = answered(crm, name, [1, 2, 1, 1, 5]), answered(crm, name, [5, 5, 5, 5, 1])
    tasks = crm.administrator.list(
        "Task", fields=["assigned_to", "reference_docname"], filters={"reference_doctype": "Survey Response"}
    )
    assert {"assigned_to": crm.sales.email, "reference_docname": poor["name"]} in tasks
    assert good["name"] not in {task["reference_docname"] for task in tasks}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dimensions": DIMENSIONS[:1]}, "Add this dimension"),
        ({"dimensions": [*DIMENSIONS, DIMENSIONS[0]]}, "twice"),
        ({"dimensions": [{**row, "counts_in": "Nothing"} for row in DIMENSIONS]}, "No question counts"),
        ({"dimensions": [{**row, "weight": 0} for row in DIMENSIONS]}, "No question counts"),
        ({"scale": 1}, "2 or more"),
    ],
)
def test_a_survey_that_measures_nothing_is_refused(crm: Crm, changes: dict[str, Any], said: str) -> None:
    values = {"scale": 5, "dimensions": DIMENSIONS, "questions": QUESTIONS, **changes}
    assert said in crm.sales_manager.refused_new("Survey", title="不成立", **values)


def test_a_score_beyond_the_scale_and_an_empty_answer_are_refused(crm: Crm) -> None:
    name = survey(crm, "评分范围")
    customer = crm.sales.create("Customer", customer_name="评分客户")["name"]
    known = {"survey": name, "customer": customer, "docstatus": 1}
    answers = [{"question": "质量如何？", "score": 6}]
    assert "The best score is 5" in crm.sales.refused_new("Survey Response", **known, answers=answers)
    assert "at least one score" in crm.sales.refused_new("Survey Response", **known)
    crm.sales_manager.change("Survey", name, disabled=1)
    assert "disabled" in crm.sales.refused_new("Survey Response", **known)


def test_the_settings_refuse_more_than_everything_and_two_rates(crm: Crm) -> None:
    change = crm.sales_manager.refused_change
    assert "more than 100 %" in change("Insight Settings", "Insight Settings", high_share=60, middle_share=50)
    rates = [{"activity": "Task", "rate": 10}, {"activity": "Task", "rate": 20}]
    assert "two rates" in change("Insight Settings", "Insight Settings", rates=rates)


def test_a_cost_without_an_exchange_rate_is_refused(crm: Crm) -> None:
    customer = crm.sales.create("Customer", customer_name="外币成本")["name"]
    cost = {"customer": customer, "cost_type": "Acquisition", "amount": 10, "currency": "JPY"}
    assert "exchange rate of JPY" in crm.sales_manager.refused_new("Customer Cost", **cost)
    made = crm.sales_manager.create("Customer Cost", **cost, conversion_rate=0.05, docstatus=1)
    assert made["base_amount"] == 0.5
    assert crm.sales_manager.get("Customer", customer)["acquisition_cost"] == 0.5
    assert crm.sales.refused_new("Customer Cost", **cost)
