"""What plans, statements and sales teams refuse, and who may see which statement."""

from __future__ import annotations

from typing import Any

from support.commission import STATEMENT, sales_force
from support.selling import Trade, submit

OPEN = {"from_amount": 0, "rate": 1}


def test_plans(trade: Trade) -> None:
    force = sales_force(trade)
    persons = [{"sales_person": force.persons[0]}]

    def refused(*tiers: dict[str, Any], **values: Any) -> str:
        given = {"plan_name": "提成", "valid_from": "2025-01-01", "persons": persons, "tiers": tiers, **values}
        return trade.manager.refused_new("Commission Plan", **given)

    low = {"from_amount": 0, "to_amount": 100, "rate": 1}
    assert "gap: this one must begin at 100" in refused(low, {"from_amount": 100.01, "rate": 2})
    assert "gap: this one must begin at 0" in refused({"from_amount": 5, "rate": 2})
    assert "overlap" in refused(low, {"from_amount": 99.99, "rate": 2})
    assert "overlap" in refused(OPEN, OPEN)
    assert "Leave To Amount empty" in refused(low)
    assert "ends before it begins" in refused({"from_amount": 100, "to_amount": 50, "rate": 1})
    assert "named twice" in refused(OPEN, persons=persons * 2)
    assert "The plan ends before" in refused(OPEN, valid_to="2024-12-31")
    assert "Insufficient Permission" in trade.sales.refused_new("Commission Plan", plan_name="我的")

    plan = force.plan(OPEN)
    second = trade.manager.create(
        "Commission Plan", plan_name="二", valid_from="2025-07-01", persons=persons, tiers=[OPEN]
    )
    overlap = trade.manager.refused_change("Commission Plan", second["name"], docstatus=1)
    assert f"has the plan {plan} for the same days" in overlap
    force.invoice("2025-06-30", 100, (), sales_person=force.persons[0])
    statement = force.close(force.persons[0], "2025-01-01", "2025-06-30")
    early = trade.manager.refused_change("Commission Plan", plan, valid_to="2025-06-29")
    assert f"{statement['name']} states commissions" in early
    trade.manager.change("Commission Plan", plan, valid_to="2025-06-30")
    submit(trade.manager, "Commission Plan", second["name"])
    in_use = trade.manager.client.put(f"/api/resource/Commission Plan/{plan}", json={"docstatus": 2})
    assert in_use.status_code == 417
    assert "was made from" in in_use.json()["exception"]


def test_statements(trade: Trade) -> None:
    force = sales_force(trade)
    person = force.persons[0]
    period = {"sales_person": person, "from_date": "2025-01-01", "to_date": "2025-01-31"}
    assert "has no commission plan" in trade.manager.refused_new(STATEMENT, **period)
    force.plan(OPEN)
    backwards = trade.manager.refused_new(STATEMENT, **{**period, "to_date": "2024-12-31"})
    assert "ends before it begins" in backwards
    drafts = [force.draft(person, "2025-01-01", "2025-01-31")["name"] for _ in range(2)]
    assert "is not closed" in trade.manager.refused("crm.commission.run_again", name=drafts[0])
    submit(trade.manager, STATEMENT, drafts[0])
    assert "Save this one again first" in trade.manager.refused_change(STATEMENT, drafts[1], docstatus=1)
    future = force.draft(person, "2025-02-01", "2099-12-31")["name"]
    assert "not over yet" in trade.manager.refused_change(STATEMENT, future, docstatus=1)


def test_what_is_taken_back_only_by_a_plan_that_says_so(trade: Trade) -> None:
    force = sales_force(trade, persons=1)
    force.plan(OPEN, claw_back=0)
    (person,) = force.persons
    bill = force.invoice("2025-01-10", 1000, (), sales_person=person)
    force.close(person, "2025-01-01", "2025-01-31")
    trade.accounts.change("Sales Invoice", bill, docstatus=2)
    assert force.close(person, "2025-02-01", "2025-02-28")["lines"] == []


def test_a_sales_team_shares_all_of_it(trade: Trade) -> None:
    force = sales_force(trade)
    rows = [{"sales_person": person, "allocated_percentage": 49.5} for person in force.persons]
    item = {"product": force.work, "qty": 1}
    refused = trade.sales.refused_new("Sales Order", customer=force.customer, items=[item], sales_team=rows)
    assert "must add up to 100 %" in refused


def test_a_sales_person_sees_the_own_statements(trade: Trade) -> None:
    force = sales_force(trade)
    force.plan(OPEN)
    wang, li = force.persons
    own = trade.crm.person(f"{wang}@team.example".replace(" ", ""), "Sales User")
    trade.manager.change("Sales Person", wang, user=own.email)
    mine, other = (force.close(person, "2025-01-01", "2025-01-31")["name"] for person in (wang, li))
    assert [row["name"] for row in own.list(STATEMENT)] == [mine]
    assert own.client.get(f"/api/resource/{STATEMENT}/{other}").status_code in (403, 404)
    both = trade.accounts.list(STATEMENT, filters=[["name", "in", [mine, other]]])
    assert {mine, other} == {row["name"] for row in both}
