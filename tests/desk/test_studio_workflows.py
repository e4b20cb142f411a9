"""crm.studio.*workflow*: a workflow is studied, checked and tried before it is in force; its documents follow it."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from support.api_site import Api, Client, create
from support.sabotage import defended_by, no, nothing

RIGHTS = dict.fromkeys(("read", "write", "create", "submit", "cancel", "delete"), 1)
CLERK, FIRST, SECOND = "lend@example.com", "lead1@example.com", "lead2@example.com"
LEND: dict[str, Any] = {
    "doctype": "Workflow",
    "name": "Lending",
    "workflow_name": "Lending",
    "document_type": "Loan",
    "is_active": 1,
    "workflow_state_field": "workflow_state",
    "states": [
        {"state": "Draft", "doc_status": "0", "allow_edit": "All"},
        {"state": "审核", "doc_status": "0", "allow_edit": "All"},
        {"state": "Lent", "doc_status": "1", "allow_edit": "All"},
    ],
    "transitions": [
        {"state": "Draft", "action": "Ask", "next_state": "审核", "allowed": "Lender", "condition": "doc.amount > 10"},
        {
            "state": "审核",
            "action": "Grant",
            "next_state": "Lent",
            "allowed": "Lead",
            "allow_self_approval": 0,
            "approvals_required": 2,
        },
    ],
}
RENAMED: dict[str, Any] = {
    **LEND,
    "states": [
        LEND["states"][0],
        {"state": "Checking", "doc_status": "0", "allow_edit": "All"},
        LEND["states"][2],
    ],
    "transitions": [
        {**LEND["transitions"][0], "next_state": "Checking"},
        {**LEND["transitions"][1], "state": "Checking"},
    ],
}
MAPPED = {**RENAMED, "state_mapping": [{"old_state": "审核", "new_state": "Checking"}]}
NAMES = [
    {"doctype": kind, "name": name, field: name}
    for kind, field, names in (
        ("Workflow State", "workflow_state_name", ("审核", "Checking", "Lent")),
        ("Workflow Action Master", "workflow_action_name", ("Ask", "Grant")),
    )
    for name in names
]


def call(client: Client, method: str, **arguments: Any) -> Any:
    answer = client.post(f"/api/method/crm.{method}", json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


@pytest.fixture
def lending(api: Api) -> Api:
    return with_loans(api)


def with_loans(api: Api) -> Api:
    """A site with loans that two leads grant; made once for each database."""
    if api.admin.get("/api/resource/DocType/Loan").status_code == 200:
        return api
    for role in ("Lender", "Lead"):
        create(api.admin, "Role", {"role_name": role, "desk_access": 1})
    fields = [
        {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
        {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
    ]
    rows = [{"role": role, **RIGHTS} for role in ("Lender", "Lead", "System Manager")]
    loan = {
        "name": "Loan",
        "module": "Core",
        "custom": 1,
        "is_submittable": 1,
        "track_changes": 1,
        "autoname": "LN-.###",
    }
    create(api.admin, "DocType", {**loan, "title_field": "title", "fields": fields, "permissions": rows})
    api.make_user(CLERK, "Lender")
    for lead in (FIRST, SECOND):
        api.make_user(lead, "Lead")
    return api


def in_force(api: Api) -> int:
    plan: int = call(api.admin, "plan.apply", definitions=[LEND, *NAMES], title="Lending")["plan"]
    return plan


def take_back(api: Api, plan: int) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = call(api.admin, "plan.rollback", plan=plan)["taken"]
    return taken


def loan(client: Client, amount: int, *, asked: bool) -> str:
    name: str = create(client, "Loan", {"title": f"贷款 {amount}", "amount": amount})["name"]
    if asked:
        act(client, name, "Ask")
    return name


def act(client: Client, name: str, action: str) -> dict[str, Any]:
    doc = client.get(f"/api/resource/Loan/{name}").json()["data"]
    answer = client.post(
        "/api/method/frappe.model.workflow.apply_workflow", json={"doc": {**doc, "doctype": "Loan"}, "action": action}
    )
    assert answer.status_code == 200, answer.text
    moved: dict[str, Any] = answer.json()["message"]
    return moved


def state(api: Api, name: str) -> str:
    found: str = api.admin.get(f"/api/resource/Loan/{name}").json()["data"]["workflow_state"]
    return found


def problems(api: Api, workflow: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(one["id"], one["state"]) for one in call(api.admin, "studio.check_workflow", workflow=workflow)}


def test_a_workflow_that_is_not_stored_is_checked(lending: Api) -> None:
    states = [*LEND["states"], {"state": "Lost", "doc_status": "0", "allow_edit": "All"}]
    past = {"state": "Draft", "action": "Grant", "next_state": "Lent", "allowed": "Bench Role"}
    bad = {**LEND, "states": states, "transitions": [*LEND["transitions"], past]}
    assert problems(lending, LEND) == set()
    assert problems(lending, bad) == {("D805", "Lost"), ("D806", "Lost"), ("D817", "Draft"), ("D818", "Lent")}
    names = [row["name"] for row in call(lending.admin, "studio.workflows")]
    assert "Lending" not in names, "a check changes nothing"


def test_only_system_managers_shape_workflows(lending: Api) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("workflows", {}),
        ("workflow", {"name": "Lead Qualification"}),
        ("workflow_ground", {"doctype": "Loan"}),
        ("check_workflow", {"workflow": LEND}),
        ("simulate_workflow", {"workflow": LEND}),
    ]
    for method, arguments in asked:
        for client in (lending.guest, lending.client(FIRST)):
            answer = client.post(f"/api/method/crm.studio.{method}", json=arguments)
            assert (answer.status_code, answer.json()["exc_type"]) == (403, "PermissionError"), method
    for method, arguments in (("workflow", {"name": "Nope"}), ("workflow_ground", {"doctype": "Nope"})):
        answer = lending.admin.post(f"/api/method/crm.studio.{method}", json=arguments)
        assert (answer.status_code, answer.json()["exc_type"]) == (404, "DoesNotExistError")


def test_it_is_tried_on_documents_before_it_is_in_force(lending: Api) -> None:
    clerk = lending.client(CLERK)
    small, large = loan(clerk, 5, asked=False), loan(clerk, 50, asked=False)
    tried = call(lending.admin, "studio.simulate_workflow", workflow=LEND, limit=2)
    found = {row["name"]: row for row in tried["documents"]}
    assert {name: (row["state"], row["placing"], row["outcome"]) for name, row in found.items()} == {
        small: ("Draft", "first", "stuck"),
        large: ("Draft", "first", "open"),
    }
    assert found[small]["ways"][0]["reason"] == "The condition doc.amount > 10 does not hold."
    assert found[large]["ways"] == [{"action": "Ask", "next": "审核", "users": [CLERK], "reason": ""}]
    assert tried["outcomes"] == {"stuck": 1, "open": 1}
    assert "workflow_state" not in clerk.get(f"/api/resource/Loan/{large}").json()["data"], "nothing has changed"


@defended_by("crm_platform.desk.studio_workflows:is_closed", replace_with=no)
@defended_by("crm_platform.desk.expressions:is_closed", replace_with=no)
def test_B03_B06_a_workflow_that_is_tried_asks_for_no_closed_value(lending: Api) -> None:
    code = {"fieldname": "code", "fieldtype": "Data", "label": "Code", "permlevel": 1}
    body = {"name": "Sealed Loan", "module": "Core", "custom": 1, "title_field": "code", "fields": [code]}
    create(lending.admin, "DocType", {**body, "permissions": [{"role": "System Manager", **RIGHTS, "submit": 0}]})
    name = create(lending.admin, "Sealed Loan", {"code": "K-密"})["name"]
    lending.make_user("chief@example.com", "System Manager")
    chief, path = lending.client("chief@example.com"), "/api/method/crm.studio.simulate_workflow"
    sealed = {**LEND, "document_type": "Sealed Loan", "states": LEND["states"][:2], "transitions": []}
    (row,) = chief.post(path, json={"workflow": sealed}).json()["message"]["documents"]
    assert (row["name"], row["title"]) == (name, name)
    asking = {**LEND["transitions"][0], "condition": "doc.code == 'K-密'"}
    refused = chief.post(path, json={"workflow": {**sealed, "transitions": [asking]}})
    assert (refused.status_code, refused.json()["exc_type"]) == (403, "PermissionError"), refused.text
    assert lending.admin.post(path, json={"workflow": {**sealed, "transitions": [asking]}}).status_code == 200


def test_more_approvals_than_there_are_people_are_told_at_once(lending: Api) -> None:
    """As many seats as approvals would take all memory."""
    name = loan(lending.client(CLERK), 50, asked=False)
    many = {**LEND["transitions"][0], "approvals_required": 10**15}
    tried = call(lending.admin, "studio.simulate_workflow", workflow={**LEND, "transitions": [many]}, limit=1)
    (row,) = tried["documents"]
    assert (row["name"], row["outcome"], row["ways"][0]["users"]) == (name, "stuck", [CLERK])
    assert "1000000000000000 different persons" in row["ways"][0]["reason"]


def test_the_past_is_held_against_another_workflow(lending: Api) -> None:
    plan = in_force(lending)
    name = loan(lending.client(CLERK), 50, asked=True)
    assert lending.client(CLERK).put(f"/api/resource/Loan/{name}", json={"amount": 500}).status_code == 200
    stricter = {
        **MAPPED,
        "transitions": [{**MAPPED["transitions"][0], "condition": "doc.amount > 100"}, *MAPPED["transitions"][1:]],
    }
    needs_three = [MAPPED["transitions"][0], {**MAPPED["transitions"][1], "approvals_required": 3}]
    (kept,), (refused,), (short,) = (
        call(lending.admin, "studio.simulate_workflow", workflow=flow, limit=1)["documents"]
        for flow in (MAPPED, stricter, {**MAPPED, "transitions": needs_three})
    )
    assert (kept["name"], kept["before"], kept["state"], kept["placing"]) == (name, "审核", "Checking", "mapped")
    assert kept["ways"] == [{"action": "Grant", "next": "Lent", "users": [FIRST, SECOND], "reason": ""}]
    assert [(one["state"], one["next"], one["user"], one["reason"]) for one in kept["past"]] == [
        ("Draft", "审核", CLERK, "")
    ]
    assert refused["past"][0]["reason"] == "The condition doc.amount > 100 did not hold."
    assert (short["outcome"], short["ways"][0]["reason"]) == (
        "stuck",
        "3 different persons with the role Lead are needed; there are fewer.",
    )
    take_back(lending, plan)


def test_documents_in_a_state_that_goes_follow_the_mapping_and_come_back(lending: Api) -> None:
    plan = in_force(lending)
    clerk = lending.client(CLERK)
    waiting, draft = loan(clerk, 50, asked=True), loan(clerk, 60, asked=False)
    act(lending.client(FIRST), waiting, "Grant")
    count = call(lending.admin, "studio.workflow_ground", doctype="Loan")["used"]["审核"]
    found = call(lending.admin, "plan.preview", definitions=[RENAMED])
    (fault,) = [one for one in found["problems"] if one["id"] == "D825"]
    assert fault["message"] == f"The workflow Lending: the state 审核 goes, but {count} documents of Loan are in it."
    refused = lending.admin.post("/api/method/crm.plan.apply", json={"definitions": [RENAMED]})
    assert (refused.status_code, refused.json()["exc_type"]) == (417, "DefinitionError")
    assert state(lending, waiting) == "审核"

    turned = [LEND["states"][0], {**LEND["states"][1], "doc_status": "1"}, LEND["states"][2]]
    found = call(lending.admin, "plan.preview", definitions=[{**LEND, "states": turned}])
    assert [one["id"] for one in found["problems"] if one["level"] == "error"] == ["D826"]

    steps = call(lending.admin, "plan.preview", definitions=[MAPPED], measured=True)["steps"]
    assert [(one["action"], one["rows"], one["risk"], one["message"]) for one in steps] == [
        ("move states", count, "backfill", "Move documents of Loan from 审核 to Checking")
    ]
    moved = call(lending.admin, "plan.apply", definitions=[MAPPED])["plan"]
    assert (state(lending, waiting), state(lending, draft)) == ("Checking", "Draft")
    act(lending.client(SECOND), waiting, "Grant")
    assert state(lending, waiting) == "Lent", "the approval that was given before has gone along"
    later = loan(clerk, 70, asked=True)
    act(lending.client(FIRST), later, "Grant")

    assert take_back(lending, moved)[0]["kept"] == []
    assert (state(lending, waiting), state(lending, draft), state(lending, later)) == ("Lent", "Draft", "审核")
    act(lending.client(SECOND), later, "Grant")
    assert state(lending, later) == "Lent"
    take_back(lending, plan)


def test_a_moved_document_comes_back_from_a_state_that_others_are_in_too(lending: Api) -> None:
    plan = in_force(lending)
    waiting, draft = (loan(lending.client(CLERK), 50, asked=asked) for asked in (True, False))
    to_draft = {
        **LEND,
        "states": [LEND["states"][0], LEND["states"][2]],
        "transitions": [{**LEND["transitions"][1], "state": "Draft"}],
        "state_mapping": [{"old_state": "审核", "new_state": "Draft"}],
    }
    merged = call(lending.admin, "plan.apply", definitions=[to_draft])["plan"]
    assert {state(lending, name) for name in (waiting, draft)} == {"Draft"}
    take_back(lending, merged)
    assert (state(lending, waiting), state(lending, draft)) == ("审核", "Draft")
    take_back(lending, plan)


@pytest.mark.parametrize(("other", "went_to"), [(MAPPED, "Checking"), (RENAMED, "Draft")])
def test_no_document_stays_in_a_state_of_a_workflow_that_was_taken_off(
    lending: Api, other: dict[str, Any], went_to: str
) -> None:
    """Its field was hidden, with the states in it, when the next workflow came."""
    plan = in_force(lending)
    waiting, draft = (loan(lending.client(CLERK), 50, asked=asked) for asked in (True, False))
    gone = call(lending.admin, "plan.apply", definitions=[], removed=[["Workflow", "Lending"]])["plan"]
    came = call(lending.admin, "plan.apply", definitions=[other])["plan"]
    assert (state(lending, waiting), state(lending, draft)) == (went_to, "Draft")
    take_back(lending, came)
    take_back(lending, gone)
    assert (state(lending, waiting), state(lending, draft)) == ("审核", "Draft")
    take_back(lending, plan)


def test_the_site_says_what_a_workflow_of_the_product_is_and_takes_it_back(lending: Api) -> None:
    delivered = call(lending.admin, "studio.workflow", name="Opportunity Review")
    assert (delivered["layer"], delivered["delivered"], delivered["is_in_force"]) == ("core", None, 0)
    own = {**delivered["body"], "is_active": 1}
    plan = call(lending.admin, "plan.apply", definitions=[own])["plan"]
    changed = call(lending.admin, "studio.workflow", name="Opportunity Review")
    assert (changed["layer"], changed["delivered_layer"], changed["is_in_force"]) == ("site", "core", 1)
    assert changed["delivered"] == delivered["body"]
    ground = call(lending.admin, "studio.workflow_ground", doctype="Opportunity")
    assert ground["in_force"] == "Opportunity Review"
    assert [one["name"] for one in ground["others"]] == ["Opportunity Review"]
    take_back(lending, plan)
    again = call(lending.admin, "studio.workflow", name="Opportunity Review")
    assert (again["layer"], again["body"]) == ("core", delivered["body"])
    shown = lending.admin.get("/api/resource/Workflow/Opportunity Review").json()["data"]
    assert shown["is_active"] == 0, "its record is there again as the product brings it"


@defended_by("crm_platform.documents.saving:refuse_gone_state", replace_with=nothing)
def test_C11_who_waited_for_a_switch_writes_no_state_that_went_with_it(api_on_postgresql: Api) -> None:
    """Only PostgreSQL lets somebody write beside a switch."""
    api, later = with_loans(api_on_postgresql), {**LEND["states"][0], "state": "New"}
    leaving = {**LEND["transitions"][0], "state": "New"}
    draft_is_new = {**LEND, "states": [later, *LEND["states"][1:]], "transitions": [leaving, LEND["transitions"][1]]}
    name = {"doctype": "Workflow State", "name": "New", "workflow_state_name": "New"}
    plan = in_force(api)
    plans = []

    def late(ctx: Context) -> None:
        flow = {**draft_is_new, "state_mapping": [{"old_state": "Draft", "new_state": "New"}]}
        plans.append(call(api.admin, "plan.apply", definitions=[flow, name], title="New")["plan"])
        ctx.store.insert(ctx.store.new("Loan", {"title": "迟到", "amount": 1}))

    with pytest.raises(ValidationError, match="has just changed"):
        api.site.runtime.write(lambda ctx: late(ctx.as_system()))
    take_back(api, plans[0])
    take_back(api, plan)
