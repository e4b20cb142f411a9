"""Customers: relations that lead nowhere back, stages with their tasks and history, traits of companies and persons."""

from __future__ import annotations

from support.crm import Crm


def test_relations_are_seen_from_both_sides(crm: Crm) -> None:
    rep = crm.sales
    group = rep.create("Customer", customer_name="远东集团")["name"]
    branch = rep.create("Customer", customer_name="远东集团 宁波公司", parent_customer=group, referred_by=group)["name"]
    rep.change("Customer", branch, relations=[{"relation": "Supplier", "customer": group}])
    ways = {
        (way["group"], way["field"]): way["count"]
        for way in rep.call("crm.desk.connections", doctype="Customer", name=group)
        if way["doctype"] == "Customer"
    }
    assert ways["Relations", "Parent Customer"] == 1
    assert ways["Relations", "Referred By"] == 1
    assert ways["Relations", "Customer"] == 1


def test_a_household_shows_its_members(crm: Crm) -> None:
    rep = crm.sales
    household = rep.create("Household", household_name="李家")["name"]
    for name in ("李明", "李小红"):
        rep.create("Customer", customer_name=name, customer_type="Individual", household=household)
    rep.create("Customer", customer_name="李外人", customer_type="Individual")
    (way,) = [
        way
        for way in rep.call("crm.desk.connections", doctype="Household", name=household)
        if way["doctype"] == "Customer"
    ]
    assert way["count"] == 2


def test_nobody_is_related_to_itself(crm: Crm) -> None:
    rep = crm.sales
    top, middle, low = (rep.create("Customer", customer_name=f"环 {n}")["name"] for n in "甲乙丙")
    rep.change("Customer", middle, parent_customer=top)
    rep.change("Customer", low, parent_customer=middle)
    assert "lead back" in rep.refused_change("Customer", top, parent_customer=low)
    assert "lead back" in rep.refused_change("Customer", top, parent_customer=top)
    assert "itself" in rep.refused_change("Customer", top, referred_by=top)
    assert "itself" in rep.refused_change("Customer", top, relations=[{"relation": "Partner", "customer": top}])
    assert rep.get("Customer", top).get("parent_customer") is None


def test_a_stage_brings_its_tasks_and_is_remembered(crm: Crm) -> None:
    rep = crm.sales
    made = rep.create(
        "Customer", customer_name="晨光食品", life_cycle_stage="Target", account_manager="sales.user@example.com"
    )
    name = made["name"]
    rep.change("Customer", name, life_cycle_stage="Welcome")
    rep.change("Customer", name, website="https://chenguang.example")
    history = [(row.get("from_stage"), row["to_stage"]) for row in rep.get("Customer", name)["stage_history"]]
    assert history == [(None, "Target"), ("Target", "Welcome")]
    of_customer = {"reference_doctype": "Customer", "reference_docname": name, "life_cycle_stage": "Welcome"}
    tasks = rep.list("Task", filters=of_customer, fields=["subject", "assigned_to"], order_by="due_date asc")
    assert [task["subject"] for task in tasks] == [
        "Welcome visit: 晨光食品",
        "Ask about the first experience: 晨光食品",
    ]
    assert {task["assigned_to"] for task in tasks} == {"sales.user@example.com"}


def test_the_history_is_not_written_by_hand(crm: Crm) -> None:
    name = crm.sales.create("Customer", customer_name="手写历史", life_cycle_stage="Target")["name"]
    forged = [{"from_stage": "Target", "to_stage": "Development"}]
    crm.sales.client.put(f"/api/resource/Customer/{name}", json={"stage_history": forged})
    assert [row["to_stage"] for row in crm.sales.get("Customer", name)["stage_history"]] == ["Target"]


def test_who_may_see_customers(crm: Crm) -> None:
    name = crm.sales.create("Customer", customer_name="只读")["name"]
    assert crm.marketing.get("Customer", name)["customer_name"] == "只读"
    assert crm.marketing.client.put(f"/api/resource/Customer/{name}", json={"risk": "High"}).status_code == 403
    assert crm.person("nobody@example.com").client.get(f"/api/resource/Customer/{name}").status_code == 403
