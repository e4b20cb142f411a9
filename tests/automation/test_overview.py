"""crm.automation.rules: the rules of a site with their runs, their faults and the bounds of loop protection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.api_site import Api
from support.automation import Desk, sets

RULES = "/api/method/crm.automation.rules"
NOTIFY = {"action": "Notify", "users": "Administrator", "subject": "新"}


@pytest.fixture
def api(desk: Desk) -> Iterator[Api]:
    made = desk.api()
    yield made
    made.runner.close()


def told(desk: Desk, api: Api) -> dict[str, Any]:
    answer: dict[str, Any] = desk.client(api, "Administrator").get(RULES).json()["message"]
    return answer


def test_each_rule_is_told_with_its_runs(desk: Desk, api: Api) -> None:
    desk.rule("大客户", "Request", "Created", sets(priority="High"), condition="doc.amount > 10")
    desk.rule("Off", "Request", "Created", NOTIFY, enabled=0)
    desk.rule("Always", "Request", "Created", NOTIFY)
    for amount in (5, 50):
        desk.site.insert("Request", title="t", amount=amount)
    desk.work()
    found = told(desk, api)
    rules = {rule["name"]: rule for rule in found["rules"] if rule["document_type"] == "Request"}
    assert found["limits"] == {"steps": 8, "runs_per_minute": 20, "days_kept": 30}
    seen = {name: (rule["enabled"], rule["runs"], rule["failed"], rule["fault"]) for name, rule in rules.items()}
    assert seen == {"大客户": (True, 1, 0, ""), "Off": (False, 0, 0, ""), "Always": (True, 2, 0, "")}
    assert (rules["Off"]["last"], rules["Off"]["when"]) == (None, "Created")
    assert min(rules["Always"]["last"], rules["大客户"]["last"]) > "2026"


def test_a_rule_that_can_work_no_more_says_why(desk: Desk, api: Api) -> None:
    name = desk.site.insert("Webhook", request_url="https://example.com/x", webhook_doctype="Request")["name"]
    desk.rule("Calls", "Request", "Created", {"action": "Webhook", "webhook": name})
    desk.site.system(lambda ctx: ctx.connection.delete_rows(ctx.definitions["Webhook"], {"name": name}))
    (rule,) = [one for one in told(desk, api)["rules"] if one["name"] == "Calls"]
    assert rule["fault"] == f"There is no Webhook {name}."


def test_only_system_managers_see_them(desk: Desk, api: Api) -> None:
    user = desk.site.user("clerk@example.com")
    assert desk.client(api, user).get(RULES).status_code == 403
    assert api.guest.get(RULES).status_code == 403
