"""Opportunities: pipelines with stages of their own, expected value, reasons and competitors."""

from __future__ import annotations

from support.crm import Crm


def test_a_stage_belongs_to_its_pipeline(crm: Crm) -> None:
    rep = crm.sales
    made = rep.create("Opportunity", title="续约", sales_pipeline="Renewals", sales_stage="Renewal Offered")
    assert (made["probability"], made["forecast_category"]) == (80, "Commit")
    assert "another pipeline" in rep.refused_new("Opportunity", title="新单", sales_stage="Renewal Due")
    assert rep.change("Opportunity", made["name"], sales_stage="Engaging")["forecast_category"] == "Best Case"


def test_the_expected_value_is_amount_times_probability(crm: Crm) -> None:
    made = crm.sales.create("Opportunity", title="泵站", opportunity_amount=1234.55, sales_stage="Engaging")
    assert made["expected_value"] == 493.82


def test_a_lost_one_names_reasons_and_competitors(crm: Crm) -> None:
    rep = crm.sales
    rep.create("Competitor", competitor_name="蓝鲸科技")
    made = rep.create("Opportunity", title="丢单", competitors=[{"competitor": "蓝鲸科技"}])["name"]
    assert "Closed On" in rep.refused_change("Opportunity", made, sales_stage="Lost")
    lost = {"sales_stage": "Lost", "closed_date": "2026-03-01", "engage_date": "2026-04-01"}
    assert "before it was engaged" in rep.refused_change("Opportunity", made, **lost)
    lost |= {"engage_date": "2026-02-01"}
    reasons = [{"lost_reason": "Price too high"}]
    assert rep.change("Opportunity", made, **lost, lost_reasons=reasons)["stage_type"] == "Lost"
    (way,) = [
        one
        for one in rep.call("crm.desk.connections", doctype="Competitor", name="蓝鲸科技")
        if one["doctype"] == "Opportunity"
    ]
    assert way["count"] == 1
