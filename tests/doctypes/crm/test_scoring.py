"""The score of a lead explains itself, and follows the rules."""

from __future__ import annotations

import pytest

from crm_platform.app import create_worker
from support.crm import Crm


def test_a_score_is_the_sum_of_what_speaks_for_a_lead(crm: Crm) -> None:
    known = {"company_name": "嘉禾", "email_id": "a@jiahe.example", "mobile_no": "+86-138-0000-9100"}
    lead = crm.sales.create("Lead", source="Referral", request_type="Product Enquiry", unsubscribed=1, **known)
    points = {row["rule"]: row["points"] for row in lead["score_lines"]}
    assert points["Recommended"] == 25
    assert points["Wants no mail"] == -10
    assert "Larger company" not in points
    assert lead["score"] == sum(points.values()) == 55
    more = crm.sales.change("Lead", lead["name"], no_of_employees=50)
    assert (more["score"], more["score_lines"][1]["reason"]) == (70, "Asks for a product")


def test_a_new_rule_counts_for_the_leads_that_are_there(crm: Crm) -> None:
    lead = crm.sales.create("Lead", first_name="新规则", city="大理")["name"]
    manager = crm.sales_manager
    manager.create("Lead Scoring Rule", rule_name="大理", points=7, condition="doc.city == '大理'", reason="老家")
    while create_worker(crm.site).run_once():
        pass
    (line,) = [row for row in crm.sales.get("Lead", lead)["score_lines"] if row["rule"] == "大理"]
    assert (line["points"], line["reason"]) == (7, "老家")


@pytest.mark.parametrize("condition", ["doc.no_such_field > 1", "doc.city ==", "import os"])
def test_a_condition_that_cannot_work_is_refused(crm: Crm, condition: str) -> None:
    values = {"rule_name": condition, "points": 1, "condition": condition}
    assert "ondition" in crm.sales_manager.refused_new("Lead Scoring Rule", **values)


def test_a_score_is_not_set_by_hand(crm: Crm) -> None:
    name = crm.sales.create("Lead", first_name="自评")["name"]
    assert "Score" in crm.sales.refused_change("Lead", name, score=1000)
