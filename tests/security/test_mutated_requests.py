"""Requests that are right but for one place: whatever stands there, the answer is a refusal with a sentence or sense.

Each body is first sent as it is; then each of its values, however deep, is replaced by each of `ODD`, and each key is
left out. Nothing here changes definitions or sends anything away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import pytest

from support.crm import Crm

ODD: tuple[Any, ...] = (
    None,
    "",
    "\0",
    "张" * 300,
    -1,
    10**18,
    1e308,
    True,
    [],
    [None],
    [[]],
    ["name", "like"],
    {},
    {"name": {}},
    {"doctype": 5, "name": []},
    "[[null]]",
)

CUSTOMER: Mapping[str, Any] = {"doctype": "Customer", "customer_name": "甲", "disabled": 0}
FIELD: Mapping[str, Any] = {
    "doctype": "Custom Field",
    "name": "Customer-odd",
    "dt": "Customer",
    "fieldname": "odd",
    "fieldtype": "Int",
    "label": "Odd",
    "formula": "1 + 1",
}
QUERY: Mapping[str, Any] = {
    "columns": ["name", {"field": "account_manager.full_name", "label": "Manager"}],
    "filters": [["disabled", "=", 0], ["creation", "between", ["2026-01-01", "2026-12-31"]]],
    "order_by": "modified desc",
    "limit": 3,
}
GROUPED: Mapping[str, Any] = {
    "group_by": ["customer_type"],
    "aggregates": [{"function": "count", "field": "name", "distinct": True}],
}
RULE: Mapping[str, Any] = {
    "rule_name": "New",
    "document_type": "Customer",
    "trigger": "Created",
    "condition": "doc.customer_name != ''",
    "actions": [{"action": "Set Fields", "field_values": {"website": "https://example.com"}}],
}
WORKFLOW: Mapping[str, Any] = {
    "workflow_name": "Odd",
    "document_type": "Customer",
    "is_active": 1,
    "workflow_state_field": "workflow_state",
    "states": [
        {"state": "Draft", "doc_status": "0", "allow_edit": "System Manager"},
        {"state": "Approved", "doc_status": "0", "allow_edit": "System Manager"},
    ],
    "transitions": [
        {
            "state": "Draft",
            "action": "Approve",
            "next_state": "Approved",
            "allowed": "System Manager",
            "condition": "doc.disabled == 0",
            "approvals_required": 2,
        }
    ],
}

BODIES: Mapping[str, Mapping[str, Any]] = {
    "frappe.client.get_list": {
        "doctype": "Customer",
        "fields": ["name", "customer_name as title"],
        "filters": [["Customer", "customer_name", "like", "%a%"], ["disabled", "=", 0]],
        "or_filters": {"customer_type": ["in", ["Company", "Person"]]},
        "order_by": "modified desc, name asc",
        "limit_page_length": 3,
    },
    "frappe.client.get_count": {
        "doctype": "Customer",
        "filters": {"creation": ["between", ["2026-01-01", "2026-12-31"]]},
    },
    "frappe.desk.reportview.get": {
        "doctype": "Customer",
        "fields": ["`tabCustomer`.`customer_type`", "count(name) as n"],
        "filters": [["Customer", "disabled", "=", 0, False]],
        "group_by": "customer_type",
        "start": 0,
        "page_length": 3,
    },
    "frappe.desk.search.search_link": {
        "doctype": "User",
        "txt": "a",
        "filters": [["User", "enabled", "=", 1]],
        "page_length": 3,
    },
    "frappe.client.insert": {"doc": CUSTOMER},
    "frappe.client.insert_many": {"docs": [CUSTOMER, CUSTOMER]},
    "frappe.desk.form.load.getdoctype": {"doctype": "Customer"},
    "crm.desk.titles": {"wanted": {"Customer": ["x", "y"], "User": ["Administrator"]}},
    "crm.desk.rights": {"doctype": "Customer", "name": "CUSTOMER"},
    "crm.search.query": {"text": "上海 a", "doctypes": ["Customer"], "limit": 3},
    "crm.studio.expression": {"expression": "odd * 2", "doctype": "Customer", "fields": [FIELD], "field": "odd"},
    "crm.automation.test": {"rule": RULE, "name": "CUSTOMER", "changes": {"website": "https://example.org"}},
    "crm.report.preview": {"report": {"report_name": "x", "ref_doctype": "Customer", "json": QUERY}, "limit": 3},
    "crm.report.preview ": {"report": {"report_name": "x", "ref_doctype": "Customer", "json": GROUPED}},
    "crm.dashboard.preview_card": {
        "card": {
            "type": "Document Type",
            "document_type": "Customer",
            "function": "Count",
            "filters_json": [["disabled", "=", 0]],
        }
    },
    "crm.dashboard.preview_chart": {
        "chart": {
            "chart_type": "Count",
            "document_type": "Customer",
            "based_on": "creation",
            "timespan": "Last Year",
            "time_interval": "Monthly",
            "timeseries": 1,
            "type": "Line",
            "filters_json": [["disabled", "=", 0]],
        }
    },
    "crm.studio.simulate_workflow": {"workflow": WORKFLOW, "limit": 2},
    "frappe.client.bulk_update": {
        "docs": [{"doctype": "Customer", "docname": "CUSTOMER", "website": "https://a.example"}]
    },
    "frappe.desk.form.assign_to.add": {
        "doctype": "Customer",
        "name": "CUSTOMER",
        "assign_to": ["Administrator"],
        "description": "回电",
        "date": "2026-12-31",
    },
    "frappe.client.set_value": {
        "doctype": "Customer",
        "name": "CUSTOMER",
        "fieldname": {"website": "https://b.example"},
    },
    "crm.access.explain": {"doctype": "Customer", "name": "CUSTOMER", "action": "read", "user": "Administrator"},
}


def changed(value: Any) -> Iterator[Any]:
    """`value` with one place of it replaced or left out, in every way."""
    yield from ODD
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(places):
        if isinstance(value, dict):
            yield {name: kept for name, kept in value.items() if name != key}
        for other in changed(inner):
            made = value.copy()
            made[key] = other
            yield made


TEXTS = ("json", "field_values", "filters_json")
"""Keys whose value is sent as the text of its JSON."""


def sent(value: Any) -> Any:
    """A body as it goes over the wire."""
    if isinstance(value, list):
        return [sent(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: orjson.dumps(inner).decode() if key in TEXTS and isinstance(inner, dict | list) else sent(inner)
        for key, inner in value.items()
    }


@pytest.mark.parametrize("method", BODIES)
def test_one_odd_value_is_never_a_fault_of_the_server(crm: Crm, method: str) -> None:
    name = crm.sales.create("Customer", customer_name="甲公司")["name"]
    right = orjson.loads(orjson.dumps(BODIES[method]).replace(b'"CUSTOMER"', orjson.dumps(name)))
    client, address = crm.administrator.client, f"/api/method/{method.strip()}"
    answer = client.post(address, json=sent(right))
    assert answer.status_code == 200, answer.text
    faults = []
    for key, value in right.items():
        for odd in changed(value):
            answer = client.post(address, json=sent({**right, key: odd}))
            faults += [{key: odd}] if answer.status_code >= 500 else []
    assert faults == []
