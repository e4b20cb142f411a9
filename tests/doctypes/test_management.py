"""Management reads the figures of the company and the records behind them, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

import crm_platform
from support.crm import Crm, Person

DOCTYPES = Path(crm_platform.__file__).parent / "doctypes"
MAY = {"select", "read", "print", "report", "export"}
ROLE = "Management"


def shipped(kind: str) -> dict[str, dict[str, Any]]:
    fixtures = (json.loads(path.read_text("utf-8")) for path in DOCTYPES.parent.glob("fixtures/*.json"))
    return {record["name"]: record for records in fixtures for record in records if record["doctype"] == kind}


CARDS, CHARTS = shipped("Number Card"), shipped("Dashboard Chart")


def reads() -> Iterator[tuple[str, Mapping[str, int]]]:
    """Each DocType and a row of rights that management has in it."""
    for path in sorted(DOCTYPES.glob("*/*.json")):
        definition = json.loads(path.read_text(encoding="utf-8"))
        for row in definition.get("permissions", ()):
            if row["role"] == ROLE:
                yield definition["name"], {key: value for key, value in row.items() if key not in {"role", "permlevel"}}


@pytest.fixture(scope="module")
def director(company: Crm) -> Person:
    """Whom the demo has for it."""
    company.make_keys("management@example.com")
    return company.person("management@example.com")


@pytest.fixture
def outsider(crm: Crm) -> Person:
    return crm.person("director@management.example", ROLE)


def test_management_may_nothing_but_read() -> None:
    rights = list(reads())
    assert len(rights) > 40
    assert {name for name, row in rights if not row.keys() <= MAY} == set()


def test_the_numbers_of_management_open_the_records_that_they_count(director: Person) -> None:
    (page,) = director.call("crm.desk.workspaces")
    assert page["name"] == "Management"
    told = 0
    for shown in page["number_cards"]:
        said = director.call("crm.dashboard.card", name=shown["name"])
        card = CARDS[shown["name"]]
        field = card.get("aggregate_function_based_on", "name")
        rows = [
            row[field]
            for row in director.list(said["doctype"], fields=[field], filters=said["filters"], limit_page_length=0)
        ]
        figure = {"Count": len, "Sum": sum, "Average": lambda values: fmean(values) if values else 0}[card["function"]]
        assert (said["value"] or 0) == pytest.approx(figure(rows)), shown["name"]
        told += bool(said["value"])
    assert told > len(page["number_cards"]) / 2


def test_charts_dashboards_and_reports_of_management_answer_it(director: Person) -> None:
    (page,) = director.call("crm.desk.workspaces")
    links = [link for card in page["cards"] for link in card["links"]]
    shown = [chart["name"] for chart in page["charts"]]
    for name in (link["link_to"] for link in links if link["type"] == "Dashboard"):
        whole = director.call("crm.dashboard.get", name=name)
        shown += [chart["name"] for chart in whole["charts"]]
    for name in shown:
        (series, *_) = director.call("crm.dashboard.chart", name=name)["series"]
        for point in (point for point in series["points"] if point["value"] and point["filters"]):
            assert director.list(CHARTS[name]["document_type"], filters=point["filters"], limit_page_length=1), name
    for name in (link["link_to"] for link in links if link["type"] == "Report"):
        assert director.call("frappe.desk.query_report.run", report_name=name)["columns"], name


def test_the_value_of_a_customer_opens_its_invoices_for_management(director: Person) -> None:
    (best,) = director.call(
        "frappe.client.get_list", doctype="Customer Value", fields=["name", "customer", "purchases"],
        order_by="value desc", limit_page_length=1,
    )  # fmt: skip
    asked = {"doctype": "Customer Value", "name": best["name"], "fieldname": "purchases"}
    behind = director.call("crm.insight.records", **asked)
    assert len(director.list(behind["list"], filters=behind["filters"], limit_page_length=0)) == best["purchases"] > 0
    assert director.get("Customer", best["customer"])["gross_profit"] > 0


def test_management_changes_nothing(crm: Crm, outsider: Person) -> None:
    customer = crm.sales.create("Customer", customer_name="只读企业")["name"]
    lead = crm.sales.create("Lead", first_name="只读", company_name="只读线索")["name"]
    assert outsider.get("Customer", customer)["customer_name"] == "只读企业"
    assert outsider.refused_change("Customer", customer, customer_name="改名")
    assert outsider.refused_new("Customer", customer_name="新建")
    assert outsider.client.delete(f"/api/resource/Customer/{customer}").status_code == 403
    assert outsider.refused("crm.lead.convert", name=lead)
    assert outsider.refused("frappe.client.get_list", doctype="Commission Statement")
    assert outsider.refused("frappe.client.get_list", doctype="Audit Log")
    assert crm.sales.get("Customer", customer)["customer_name"] == "只读企业"
