"""The history of the large demo: the same every time, and what it says of money is what the documents come to."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from orjson import loads

import crm_platform
from crm_platform.demo.history import CUSTOMERS, history, small_history, work_of_today
from support.crm import Crm
from support.history_fixtures import CUSTOMERS as FEW
from support.history_fixtures import UNTIL

PERSONAL = {
    "Opportunity": "opportunity_owner",
    "Task": "assigned_to",
    "Call Log": "call_back_by",
    "Service Request": "assigned_to",
}
"""DocType → the field by which a start page counts what is mine."""


def test_the_same_day_gives_the_same_history() -> None:
    one, again, later = (list(history(day, 20)) for day in (UNTIL, UNTIL, date(2026, 4, 30)))
    assert one == again
    assert one != later


def test_the_same_day_gives_the_same_small_demo() -> None:
    one, again, later = ([*small_history(day), *work_of_today(day)] for day in (UNTIL, UNTIL, date(2026, 4, 30)))
    assert one == again
    assert one != later


@pytest.mark.parametrize(("doctype", "field"), PERSONAL.items())
def test_everybody_who_signs_in_has_work_in_hand(doctype: str, field: str) -> None:
    """The numbers on the start pages count by the person: none is 0 at the first look."""
    busy = {record["values"][field] for record in work_of_today(UNTIL) if record["doctype"] == doctype}
    assert "Administrator" in busy
    assert len(busy) > 3


def test_the_large_one_is_as_large_as_it_says() -> None:
    """Stages bring a task for most customers besides."""
    counts = Counter(record["doctype"] for record in history(UNTIL))
    assert counts["Customer"] == CUSTOMERS
    assert 35_000 < sum(counts.values()) < 42_000
    assert len(counts) > 15


def rows(company: Crm, doctype: str, *fields: str, **filters: Any) -> list[dict[str, Any]]:
    return company.administrator.list(doctype, fields=list(fields or ("name",)), filters=filters, limit_page_length=0)


def test_every_record_is_there(company: Crm) -> None:
    given = Counter(record["doctype"] for record in history(UNTIL, FEW) if "update" not in record)
    for doctype in ("Sales Invoice", "Payment Entry", "Call Log", "Customer Visit", "Event", "Lead", "Delivery Note"):
        assert len(rows(company, doctype)) == given[doctype], doctype
    assert len(rows(company, "Customer", external_id=["like", "H-%"])) == FEW


def test_what_was_paid_leaves_nothing_open(company: Crm) -> None:
    """The generator adds up by itself what a payment pays; one cent more would be refused, one less stays open."""
    paid = {row["reference_name"] for row in _references()}
    found = {row["external_id"]: row for row in rows(company, "Customer", "external_id", "balance")}
    unpaid = [
        record
        for record in history(UNTIL, FEW)
        if record["doctype"] == "Sales Invoice" and "id" in record and f"@{record['id']}" not in paid
    ]
    owing = {record["values"]["customer"] for record in unpaid}
    for number in range(FEW):
        if f"@customer-h{number}" not in owing:
            assert found[f"H-{number:05}"]["balance"] == pytest.approx(0, abs=0.001)
    assert sum(Decimal(str(row["balance"])) for row in found.values()) > 0


def _references() -> list[dict[str, Any]]:
    payments = (record for record in history(UNTIL, FEW) if record["doctype"] == "Payment Entry")
    return [row for record in payments for row in record["values"]["references"]]


def test_the_papers_of_a_sale_lead_to_each_other(company: Crm) -> None:
    orders = rows(company, "Sales Order", "name", "status", "delivery_status", "billing_status")
    assert orders
    assert {row["status"] for row in orders} == {"Completed"}


WORKFLOWS = [loads(path.read_bytes()) for path in sorted(Path(crm_platform.__file__).parent.glob("workflows/*.json"))]
SETTING = [flow for flow in WORKFLOWS if all("update_field" in state for state in flow["states"])]


@pytest.mark.parametrize("workflow", SETTING, ids=lambda workflow: str(workflow["document_type"]))
def test_what_a_state_sets_agrees_with_the_state(company: Crm, workflow: dict[str, Any]) -> None:
    """Else a document that is closed would still offer the first step."""
    field = workflow["states"][0]["update_field"]
    sets = {state["state"]: state["update_value"] for state in workflow["states"]}
    found = rows(company, workflow["document_type"], "workflow_state", field)
    assert {row[field] for row in found} - {sets[workflow["states"][0]["state"]]}
    assert [row for row in found if sets[row["workflow_state"]] != row[field]] == []
