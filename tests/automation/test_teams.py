"""Teams (Frappe's User Group): rules give their members work, as long as the team is not disabled."""

from __future__ import annotations

import pytest

from crm_platform.automation.teams import members
from support.automation import Desk

TEAM = "华东销售"


@pytest.fixture
def agents(desk: Desk) -> tuple[str, ...]:
    """The members of a team; the first one leads it."""
    desk.site.role("Agent")
    users = tuple(desk.site.user(f"{name}@example.com", "Agent") for name in ("anna", "bao", "chen"))
    rows = [{"user": user} for user in users]
    desk.site.insert("User Group", name=TEAM, leader=users[0], user_group_members=rows)
    return users


def allocated(desk: Desk) -> list[str]:
    desk.work()
    return [row["allocated_to"] for row in desk.rows("ToDo", "allocated_to")]


def test_a_rule_gives_documents_to_a_team_in_turn(desk: Desk, agents: tuple[str, ...]) -> None:
    desk.rule("Turn", "Request", "Created", {"action": "Assign", "choose_by": "Round Robin", "user_group": TEAM})
    for _ in range(4):
        desk.site.insert("Request", title="请求")
    assert allocated(desk) == [*agents, agents[0]]


def test_nobody_gets_work_as_one_of_a_disabled_team(desk: Desk, agents: tuple[str, ...]) -> None:
    assert desk.site.read(lambda ctx: members(ctx, TEAM)) == list(agents)
    desk.site.update("User Group", TEAM, disabled=1)
    assert desk.site.read(lambda ctx: members(ctx, TEAM)) == []
    assert desk.site.read(lambda ctx: members(ctx, "没有")) == []
