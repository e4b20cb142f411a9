"""A test run tells what a rule would do to a real document, and leaves no trace anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from crm_platform.access.keys import LAST_USED
from crm_platform.documents.context import Context
from crm_platform.jobs.tables import JOB_TABLES
from support.api_site import Api, Client
from support.automation import Desk, computed, creates, sets

TEST = "/api/method/crm.automation.test"


@pytest.fixture
def api(desk: Desk) -> Iterator[Api]:
    made = desk.api()
    yield made
    made.runner.close()


@pytest.fixture
def admin(desk: Desk, api: Api) -> Client:
    return desk.client(api, "Administrator")


def digest(desk: Desk) -> str:
    """Every row of the documents, and every job; not when a key was last used, which is written down beside it."""

    def collect(ctx: Context) -> Any:
        rows = {
            name: sorted(str({**row, LAST_USED: None}) for row in ctx.store.list(name, fields=["*"], limit=None))
            for name, meta in ctx.definitions.items()
            if not meta.istable and not meta.is_virtual
        }
        return rows, [sorted(map(str, ctx.connection.fetch(table))) for table in JOB_TABLES]

    return hashlib.sha256(orjson.dumps(desk.site.system(collect), option=orjson.OPT_NON_STR_KEYS)).hexdigest()


def test_it_tells_what_would_happen_and_why(desk: Desk, admin: Client) -> None:
    actions = (
        sets(priority="High", region=computed("upper(doc.region)")),
        creates("Visit", title=computed("concat('visit ', doc.region)")),
        {"action": "Assign", "choose_by": "Round Robin", "users": "Administrator"},
        {"action": "Notify", "users": "Administrator", "subject": "told"},
        {"action": "Send Mail", "users": "client@example.org", "subject": "mail"},
    )
    desk.rule("Rule", "Request", "Changed", *actions, watched_fields="status", condition="before.status == 'Open'")
    name = desk.site.insert("Request", title="t", region="north").name
    before = digest(desk)
    answer = admin.post(TEST, json={"rule": "Rule", "name": name, "changes": {"status": "Closed"}}).json()["message"]
    assert answer == {
        "set_off": True,
        "matched": True,
        "reason": "before.status == 'Open' holds.",
        "error": "",
        "effects": [
            "priority is set to High.",
            "region is set to NORTH.",
            "Visit is created (title: visit NORTH).",
            "Assigned to Administrator.",
            "Administrator is told: told",
            "Mail to client@example.org: mail",
        ],
        "faults": [],
    }
    assert digest(desk) == before


@pytest.mark.parametrize(
    ("changes", "set_off", "matched", "reason"),
    [
        ({}, False, True, "holds"),
        ({"amount": 5}, True, False, "doc.amount > 10 does not hold (amount: 5)."),
        ({"amount": 50}, True, True, "holds"),
    ],
)
def test_it_tells_what_does_not_hold(
    desk: Desk, admin: Client, changes: dict[str, Any], set_off: bool, matched: bool, reason: str
) -> None:
    desk.rule("Rule", "Request", "Changed", sets(priority="High"), watched_fields="amount", condition="doc.amount > 10")
    name = desk.site.insert("Request", title="t", amount=11).name
    answer = admin.post(TEST, json={"rule": "Rule", "name": name, "changes": changes}).json()["message"]
    assert (answer["set_off"], answer["matched"]) == (set_off, matched)
    assert reason in answer["reason"]


def test_a_rule_is_tried_before_it_is_saved_and_its_faults_are_told(desk: Desk, admin: Client) -> None:
    name = desk.site.insert("Request", title="t").name
    body = {
        "rule_name": "New",
        "document_type": "Request",
        "trigger": "Created",
        "actions": [sets(priority="High"), {**sets(due=computed("doc.title")), "idx": 2}],
    }
    answer = admin.post(TEST, json={"rule": body, "name": name}).json()["message"]
    assert answer["effects"] == ["priority is set to High."]
    assert "t is not a valid date" in answer["faults"][0]
    refused = admin.post(TEST, json={"rule": {**body, "condition": "doc.nothing"}, "name": name})
    assert refused.status_code == 417
    assert "New" not in {row["name"] for row in desk.rows("Automation Rule", "name")}


@pytest.mark.parametrize("action", [{"name": {}}, [], "No Such Action", 5])
def test_a_rule_with_values_that_fit_no_field_is_refused(desk: Desk, admin: Client, action: Any) -> None:
    name = desk.site.insert("Request", title="t").name
    rule = {"rule_name": "New", "document_type": "Request", "trigger": "Created", "actions": [{"action": action}]}
    answer = admin.post(TEST, json={"rule": rule, "name": name})
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "ValidationError")
    assert {"action"} == {fault["field"].rsplit(".", 1)[-1] for fault in answer.json()["errors"]}


def test_an_action_that_is_not_chosen_yet_is_told(desk: Desk, admin: Client) -> None:
    name = desk.site.insert("Request", title="t").name
    actions = [{"action": "Set Fields", "field_values": '{"region": "n"}'}, {"action": ""}, {}]
    rule = {"rule_name": "New", "document_type": "Request", "trigger": "Created", "actions": actions}
    answer = admin.post(TEST, json={"rule": rule, "name": name}).json()["message"]
    assert answer["faults"] == ["Choose what action 2 does.", "Choose what action 3 does."]
    assert len(answer["effects"]) == 1


def test_only_system_managers_try_rules(desk: Desk, api: Api) -> None:
    desk.rule("Rule", "Request", "Created", sets(priority="High"))
    name = desk.site.insert("Request", title="t").name
    user = desk.site.user("clerk@example.com")
    answer = desk.client(api, user).post(TEST, json={"rule": "Rule", "name": name})
    assert answer.status_code == 403
