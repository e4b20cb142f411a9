"""Two administrators change the same in the studio: the second is told, takes over what is new, and both stand."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.served import create
from support.shop import Shop
from support.studio import part, pick

pytestmark = pytest.mark.e2e

VISIT = "Site Visit"
FLOW = "Visit Approval"
FIELDS = [{"fieldname": "title", "fieldtype": "Data", "label": "Title"}]
RIGHTS = [
    {"role": "System Manager", "read": 1, "write": 1, "create": 1},
    {"role": "Sales User", "read": 1},
]
DEFINITION = {"name": VISIT, "module": "CRM", "custom": 1, "fields": FIELDS}
WORKFLOW: dict[str, Any] = {
    "doctype": "Workflow",
    "name": FLOW,
    "workflow_name": FLOW,
    "document_type": VISIT,
    "is_active": 1,
    "states": [
        {"state": "Draft", "doc_status": "0", "allow_edit": "All"},
        {"state": "Approved", "doc_status": "0", "allow_edit": "All"},
    ],
    "transitions": [{"state": "Draft", "action": "Approve", "next_state": "Approved", "allowed": "Sales Manager"}],
}


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """A site with a DocType and its workflow, which change here: others would see it."""
    with own_shop.served.client() as client:
        create(client, "DocType", **DEFINITION, permissions=RIGHTS)
    apply(own_shop, WORKFLOW)
    return own_shop


def apply(shop: Shop, definition: dict[str, Any]) -> None:
    """As another administrator does, who sees what is in force."""
    with shop.served.client() as client:
        answer = client.post("/api/method/crm.plan.apply", json={"definitions": [definition]})
        assert answer.status_code == 200, answer.text


def stored(shop: Shop, doctype: str, name: str) -> dict[str, Any]:
    with shop.served.client() as client:
        found: dict[str, Any] = client.get(f"/api/resource/{doctype}/{name}").json()["data"]
        return found


def plan_of(desk: Page) -> Locator:
    return desk.get_by_role("dialog", name="Plan", exact=True)


def take_over(desk: Page) -> None:
    """Ask for the plan, which tells that it comes second, and take over what is new."""
    desk.get_by_role("button", name="Plan (1)", exact=True).click()
    plan = plan_of(desk)
    expect(plan.get_by_role("alert")).to_contain_text("Administrator changed")
    expect(plan.get_by_role("button", name="Apply", exact=True)).to_be_disabled()
    plan.get_by_role("button", name="Take over what is new", exact=True).click()
    expect(desk.get_by_text("What is new was taken over. Nothing is applied yet.", exact=True)).to_be_visible()
    expect(plan).to_be_hidden()


def apply_in_the_browser(desk: Page) -> None:
    desk.get_by_role("button", name="Plan (1)", exact=True).click()
    plan_of(desk).get_by_role("button", name="Apply", exact=True).click()
    expect(desk.get_by_role("button", name="No changes", exact=True)).to_be_visible()


def test_rights_of_two_administrators_both_stand(desk: Page, shop: Shop) -> None:
    desk.goto(f"/app/studio/permissions?doctype={VISIT.replace(' ', '+')}")
    desk.get_by_role("checkbox", name=f"{VISIT}: Sales User, level 0: Edit", exact=True).check()
    rows = [RIGHTS[0], {**RIGHTS[1], "export": 1}, {"role": "Sales Manager", "read": 1}]
    apply(shop, {"doctype": "DocType", **DEFINITION, "permissions": rows})
    take_over(desk)
    expect(desk.get_by_role("checkbox", name=f"{VISIT}: Sales User, level 0: Export", exact=True)).to_be_checked()
    apply_in_the_browser(desk)
    given = {row["role"]: row for row in stored(shop, "DocType", VISIT)["permissions"]}
    assert given["Sales Manager"]["read"] == 1
    assert [given["Sales User"][action] for action in ("read", "write", "export")] == [1, 1, 1]


def test_changes_of_a_workflow_by_two_administrators_both_stand(desk: Page, shop: Shop) -> None:
    desk.goto(f"/app/studio/workflow/{FLOW.replace(' ', '%20')}")
    part(desk, "State", "Approved").click()
    panel = desk.get_by_role("region", name="Properties", exact=True)
    pick(panel, "Colour", "Success")
    rejected = {"state": "Rejected", "doc_status": "0", "allow_edit": "All"}
    way = {"state": "Draft", "action": "Reject", "next_state": "Rejected", "allowed": "Sales Manager"}
    theirs = {"states": [*WORKFLOW["states"], rejected], "transitions": [*WORKFLOW["transitions"], way]}
    apply(shop, {**WORKFLOW, **theirs})
    take_over(desk)
    expect(part(desk, "State", "Rejected")).to_be_visible()
    apply_in_the_browser(desk)
    states = {row["state"]: row.get("style") for row in stored(shop, "Workflow", FLOW)["states"]}
    assert states.keys() == {"Draft", "Approved", "Rejected"}
    assert states["Approved"] == "Success"


def test_a_doctype_that_was_changed_meanwhile_is_not_removed_unseen(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        create(client, "DocType", **{**DEFINITION, "name": "Old Visit"}, permissions=RIGHTS)
    desk.goto("/app/studio/doctype/Old%20Visit")
    remove = desk.get_by_role("button", name="Remove…", exact=True)
    expect(remove).to_be_visible()
    apply(shop, {"doctype": "DocType", **DEFINITION, "name": "Old Visit", "permissions": RIGHTS[:1]})
    remove.click()
    expect(plan_of(desk).get_by_role("alert")).to_contain_text(
        'Administrator changed "Old Visit" after this work was begun'
    )
    expect(plan_of(desk).get_by_text("load the page again", exact=False)).to_be_visible()
    expect(plan_of(desk).get_by_role("button", name="Apply", exact=True)).to_be_disabled()
