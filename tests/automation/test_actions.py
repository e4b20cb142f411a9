"""What rules do after the commit: documents, assignments, mail, webhooks; with whose rights, and all or nothing."""

from __future__ import annotations

import json

import pytest

from crm_platform.testing import TestSite
from support.automation import Desk, computed, creates, sets

AGENTS = ("a@example.com", "b@example.com", "c@example.com")


@pytest.fixture
def agents(desk: Desk) -> tuple[str, ...]:
    desk.site.role("Agent")
    return tuple(desk.site.user(name, "Agent") for name in AGENTS)


def allocated(desk: Desk) -> list[str]:
    desk.work()
    return [row["allocated_to"] for row in desk.rows("ToDo", "allocated_to")]


def request(site: TestSite, **values: object) -> str:
    return str(site.insert("Request", title="请求", **values).name)


def test_round_robin_goes_on_where_it_stopped(desk: Desk, agents: tuple[str, ...]) -> None:
    desk.rule("Turn", "Request", "Created", {"action": "Assign", "choose_by": "Round Robin", "role": "Agent"})
    for _ in range(4):
        request(desk.site)
    assert allocated(desk) == [*agents, agents[0]]
    desk.site.update("User", agents[1], enabled=0)
    request(desk.site)
    assert allocated(desk)[-1] == agents[2], "whoever cannot sign in is left out"


def test_by_load_takes_who_has_the_fewest_open_assignments(desk: Desk, agents: tuple[str, ...]) -> None:
    for user, count in zip(agents, (2, 0, 1), strict=True):
        for number in range(count):
            desk.site.insert("ToDo", allocated_to=user, description=str(number))
    desk.rule("Load", "Request", "Created", {"action": "Assign", "choose_by": "Load", "users": "\n".join(agents)})
    before = len(desk.rows("ToDo", "name"))
    for _ in range(3):
        request(desk.site)
    assert allocated(desk)[before:] == [agents[1], agents[1], agents[2]]


@pytest.mark.parametrize(
    ("lookup", "values", "expected"),
    [
        ({"lookup_field": "region", "lookup": {"华东": AGENTS[0], "*": AGENTS[1]}}, {"region": "华东"}, [AGENTS[0]]),
        ({"lookup_field": "region", "lookup": {"华东": AGENTS[0], "*": AGENTS[1]}}, {"region": "South"}, [AGENTS[1]]),
        ({"lookup_field": "region", "lookup": {"华东": [AGENTS[2], AGENTS[0]]}}, {"region": "华东"}, [AGENTS[2]]),
        ({"lookup_field": "agent"}, {"agent": AGENTS[1]}, [AGENTS[1]]),
        ({"lookup_field": "agent.email"}, {"agent": AGENTS[2]}, [AGENTS[2]]),
    ],
)
def test_a_table_or_a_linked_document_names_the_user(
    desk: Desk, agents: tuple[str, ...], lookup: dict[str, object], values: dict[str, str], expected: list[str]
) -> None:
    table = {"lookup": json.dumps(lookup["lookup"])} if "lookup" in lookup else {}
    action = {"action": "Assign", "choose_by": "Lookup", "lookup_field": lookup["lookup_field"], **table}
    desk.rule("Table", "Request", "Created", action)
    request(desk.site, **values)
    assert allocated(desk) == expected


def test_a_document_is_not_assigned_twice_to_the_same_person(desk: Desk, agents: tuple[str, ...]) -> None:
    desk.rule("Everyone", "Request", "Changed", {"action": "Assign", "users": "\n".join(agents[:2])})
    name = request(desk.site)
    for region in ("North", "South"):
        desk.site.update("Request", name, region=region)
    assert allocated(desk) == list(agents[:2])


def test_mail_goes_to_users_addresses_and_fields_with_what_each_may_read(desk: Desk, agents: tuple[str, ...]) -> None:
    action = {
        "action": "Send Mail",
        "users": f"Administrator\n{agents[0]}\nclient@example.org",
        "user_fields": "agent",
        "subject": "{{ doc.title }}: {{ doc.secret }}",
    }
    desk.site.insert("Custom DocPerm", parent="Request", role="Agent", permlevel=0, read=1)
    desk.rule("Mail", "Request", "Created", action)
    desk.site.update("User", "Administrator", email="admin@example.com")
    name = request(desk.site, secret="CANARY", agent=agents[2])
    desk.work()
    sent = {mail["recipients"][0]: mail for mail in desk.post.mails}
    assert {address: mail["subject"] for address, mail in sent.items()} == {
        "admin@example.com": "请求: CANARY",
        agents[0]: "请求: {{ doc.secret }}",
        agents[2]: "请求: {{ doc.secret }}",
        "client@example.org": "请求: CANARY",
    }
    assert {(mail["reference_doctype"], mail["reference_name"]) for mail in desk.post.mails} == {("Request", name)}


def test_actions_are_done_together_or_not_at_all(desk: Desk) -> None:
    wrong_stage = creates("Visit", title="x", stage=computed("concat('No', ' stage')"))
    desk.rule("Both", "Request", "Created", creates("Visit", title="first"), wrong_stage)
    request(desk.site)
    desk.work()
    assert desk.rows("Visit", "name") == []
    ((result, error),) = desk.log("result", "error")
    assert result == "Failed"
    assert "No stage" in error
    assert desk.work() == 0, "a refusal is final: nothing is tried again"


def test_a_user_without_the_right_sets_off_a_rule_that_may_not_do_it_either(desk: Desk) -> None:
    desk.site.role("Clerk")
    clerk = desk.site.user("clerk@example.com", "Clerk")
    rights = {"read": 1, "write": 1, "create": 1}
    desk.site.insert("Custom DocPerm", parent="Request", role="Clerk", permlevel=0, **rights)
    actions = (sets(secret="set by a rule"), creates("Visit", title=computed("concat('secret: ', doc.secret)")))
    desk.rule("As the user", "Request", "Created", actions[0], run_as="Triggering User")
    desk.rule("Visit as the user", "Request", "Created", actions[1], run_as="Triggering User")
    desk.rule("Visit as the system", "Request", "Created", actions[1], run_as="System")
    made = desk.site.insert("Request", clerk, title="t")
    desk.work()
    assert not made.secret
    assert len(desk.rows("Visit", "name")) == 1
    assert sorted(desk.log("rule", "result", "error")) == [
        ("As the user", "Failed", "Secret cannot be set by you."),
        ("Visit as the system", "Done", None),
        ("Visit as the user", "Failed", "Insufficient Permission for Visit (create)"),
    ]
    assert {row["owner"] for row in desk.rows("Visit", "owner")} == {clerk}
