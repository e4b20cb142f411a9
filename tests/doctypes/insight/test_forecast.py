"""Forecasts: deals by month and category, history by statsforecast, errors of what was said."""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from crm_platform.app import create_worker
from crm_platform.doctypes.insight.by_history import MissingLibrary, TooShort, by_history
from support.crm import Crm, Person
from support.history_fixtures import UNTIL
from support.offices import work_off


def forecast(company: Crm, **values: object) -> dict[str, object]:
    """One whose history was added."""
    name = company.administrator.create("Sales Forecast", **values)["name"]
    work_off(create_worker(company.site))
    return company.administrator.get("Sales Forecast", str(name))


def sold(person: Person) -> dict[str, Decimal]:
    """Net sales by month, added up from exported rows."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    fields = ["posting_date", "base_net_total"]
    for row in person.list("Sales Invoice", fields=fields, filters={"docstatus": 1}, limit_page_length=0):
        found[row["posting_date"][:7]] += Decimal(str(row["base_net_total"]))
    return found


def test_what_was_said_is_held_against_what_was_sold(company: Crm) -> None:
    made = forecast(company, made_on=UNTIL.replace(month=1, day=15).isoformat(), horizon=2)
    assert "AutoETS" in str(made["method"])
    assert "not known" in str(made["note"])
    rows, real = made["months"], sold(company.administrator)
    assert isinstance(rows, list)
    assert [row["month"] for row in rows] == ["2026-02-01", "2026-03-01"]
    errors = []
    for row in rows:
        assert row["is_over"]
        assert Decimal(str(row["actual"])) == real[row["month"][:7]]
        assert 0 <= row["lower"] <= row["by_history"] <= row["upper"]
        errors.append(abs(row["by_history"] - row["actual"]) / row["actual"] * 100)
        assert row["history_error"] == pytest.approx(errors[-1], abs=0.01)
    assert made["history_error"] == pytest.approx(sum(errors) / 2, abs=0.01)
    assert made["weighted_error"] == 0


def test_open_deals_stand_in_their_month_and_category(company: Crm) -> None:
    today = date.today()  # the site's clock is the machine's
    following = date(today.year + today.month // 12, today.month % 12 + 1, 10)
    customer = company.administrator.create("Customer", customer_name="预测客户")["name"]
    for stage, amount in (("Engaging", 4000), ("Prospecting", 1000)):
        company.administrator.create(
            "Opportunity",
            title=f"商机 {stage}",
            customer=customer,
            sales_stage=stage,
            opportunity_amount=amount,
            expected_closing=following.isoformat(),
        )
    fields = ["opportunity_amount", "conversion_rate", "probability", "forecast_category", "expected_closing"]
    deals = company.administrator.list(
        "Opportunity", fields=fields, filters={"stage_type": ["in", ["Open", "Ongoing"]]}, limit_page_length=0
    )
    made = company.administrator.create("Sales Forecast", horizon=1)
    (month,) = made["months"]
    in_month = [row for row in deals if (row["expected_closing"] or "")[:7] == month["month"][:7]]
    weighted = sum(row["opportunity_amount"] * row["conversion_rate"] * row["probability"] / 100 for row in in_month)
    assert month["weighted"] == pytest.approx(weighted, abs=0.02)
    for category, fieldname in (("Commit", "commit"), ("Best Case", "best_case"), ("Pipeline", "pipeline")):
        amounts = [row["opportunity_amount"] for row in in_month if row["forecast_category"] == category]
        assert month[fieldname] == pytest.approx(sum(amounts), abs=0.02)


@pytest.mark.parametrize("horizon", [0, -1, 37])
def test_a_forecast_of_no_or_too_many_months_is_refused(company: Crm, horizon: int) -> None:
    assert "months ahead" in company.administrator.refused_new("Sales Forecast", horizon=horizon)


def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsforecast.models", None)
    with pytest.raises(MissingLibrary, match=r"pip install crm_platform\[forecast\]"):
        by_history([Decimal(1)] * 12, 3, 80)


def test_too_few_months_are_no_history() -> None:
    with pytest.raises(TooShort, match="six months"):
        by_history([Decimal(0)] * 30 + [Decimal(5)] * 5, 3, 80)
