"""Service requests: who asks is known by the address, the workflow leads to a call-back, a complaint has effects."""

from __future__ import annotations

from support.crm import Crm


def test_who_asks_is_known_by_the_address(crm: Crm) -> None:
    rep = crm.sales
    customer = rep.create("Customer", customer_name="云岭茶业")["name"]
    links = [{"link_doctype": "Customer", "link_name": customer}]
    contact = rep.create("Contact", first_name="段", email_id="duan@yunling.example", links=links)["name"]
    made = crm.service.create("Service Request", subject="无法登录", raised_by="duan@yunling.example")
    assert (made["customer"], made["contact"], made["customer_name"]) == (customer, contact, "云岭茶业")
    unknown = crm.service.create("Service Request", subject="?", raised_by="who@unknown.example")
    assert unknown.get("customer") is None


def test_a_request_with_a_call_back(crm: Crm) -> None:
    agent = crm.service
    name = agent.create("Service Request", subject="泵停转", request_type="Fault", priority="High")["name"]
    assert agent.act("Service Request", name, "Start Work")["status"] == "Replied"
    assert "resolution" in agent.refused(
        "frappe.model.workflow.apply_workflow",
        doc=agent.get("Service Request", name) | {"doctype": "Service Request"},
        action="Resolve",
    )
    agent.change("Service Request", name, resolution_details="更换密封圈", call_back_on="2026-05-04 10:00:00")
    resolved = agent.act("Service Request", name, "Resolve")
    assert resolved["resolution_date"]
    assert "call_back_done" in agent.refused(
        "frappe.model.workflow.apply_workflow", doc=resolved | {"doctype": "Service Request"}, action="Close"
    )
    agent.change("Service Request", name, call_back_done=1, satisfaction="Satisfied")
    assert agent.act("Service Request", name, "Close")["status"] == "Closed"


def test_a_request_has_its_service_level(crm: Crm) -> None:
    name = crm.service.create("Service Request", subject="很急", priority="Urgent")["name"]
    of_request = {"reference_doctype": "Service Request", "reference_name": name}
    clocks = crm.administrator.list("SLA Clock", filters=of_request, fields=["kind", "state"], order_by="kind asc")
    assert clocks == [{"kind": "Resolution", "state": "Running"}, {"kind": "Response", "state": "Running"}]
    crm.service.act("Service Request", name, "Start Work")
    clocks = crm.administrator.list("SLA Clock", filters=of_request, fields=["kind", "state"], order_by="kind asc")
    assert clocks[1] == {"kind": "Response", "state": "Fulfilled"}


def test_the_state_changes_by_actions_only(crm: Crm) -> None:
    name = crm.service.create("Service Request", subject="直接关闭")["name"]
    assert crm.service.refused_change("Service Request", name, status="Closed")
    assert crm.service.refused_change("Service Request", name, workflow_state="Closed")
    assert crm.service.get("Service Request", name)["status"] == "Open"


def test_a_complaint_moves_its_customer(crm: Crm) -> None:
    customer = crm.sales.create("Customer", customer_name="投诉者", life_cycle_stage="Development")["name"]
    crm.service.create("Service Request", subject="谢谢", customer=customer, request_type="Praise")
    assert crm.sales.get("Customer", customer)["life_cycle_stage"] == "Development"
    crm.service.create("Service Request", subject="太慢", customer=customer, request_type="Complaint")
    assert crm.sales.get("Customer", customer)["life_cycle_stage"] == "Problem Handling"
