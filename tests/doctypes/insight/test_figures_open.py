"""Reports, cards and charts of Insight: each has an answer for who acts on it, and sensitive ones are for few."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import crm_platform
from support.crm import Crm

SHIPPED: list[dict[str, Any]] = json.loads(
    (Path(crm_platform.__file__).parent / "fixtures" / "insight.json").read_text(encoding="utf-8")
)


def shipped(kind: str) -> list[dict[str, Any]]:
    return [record for record in SHIPPED if record["doctype"] == kind]


def test_every_number_and_chart_has_an_answer(crm: Crm) -> None:
    for record in shipped("Number Card"):
        assert crm.administrator.call("crm.dashboard.card", name=record["name"])["filters"] is not None
    for record in shipped("Dashboard Chart"):
        assert "series" in crm.administrator.call("crm.dashboard.chart", name=record["name"])


@pytest.mark.parametrize("role", ["Sales Manager", "Accounts Manager"])
def test_every_report_runs_for_its_roles(crm: Crm, role: str) -> None:
    person = crm.person(f"{role.lower().replace(' ', '.')}@reports.example", role)
    mine = [r["name"] for r in shipped("Report") if role in {row["role"] for row in r["roles"]}]
    assert mine
    for name in mine:
        assert person.call("frappe.desk.query_report.run", report_name=name)["columns"], name


def test_who_sells_sees_no_value_and_no_profit(crm: Crm) -> None:
    customer = crm.sales.create("Customer", customer_name="毛利保密")["name"]
    assert {"net_sales", "invoice_count"} <= crm.sales.get("Customer", customer).keys()
    assert not {"gross_profit", "gross_margin", "acquisition_cost"} & crm.sales.get("Customer", customer).keys()
    assert "gross_profit" in crm.sales_manager.get("Customer", customer)
    assert "Customer Value" in crm.sales.refused("frappe.client.get_list", doctype="Customer Value")
    assert "roles" in crm.sales.refused("frappe.desk.query_report.run", report_name="Lifetime Value")
    assert crm.sales.refused("crm.dashboard.card", name="Value of All Customers")
    assert crm.sales.refused("crm.insight.compute")


def test_nobody_enters_a_value(crm: Crm) -> None:
    customer = crm.sales.create("Customer", customer_name="不可输入")["name"]
    assert crm.sales_manager.refused_new("Customer Value", customer=customer)
