"""Nobody approves his own by a way round: a row of an import, or a rule that he sets off."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import ValidationError, WorkflowPermissionError
from support.automation import Desk, desk, desk_template, sets
from support.offers import RIGHTS, MakeOffers, named
from support.sabotage import always, defended_by, nothing
from support.transfer import reasons, run_import, write_csv

__all__ = ["desk", "desk_template"]

BY_NAME: dict[str, Any] = {"key": ["name"], "columns": {name: {"field": name} for name in ("name", "workflow_state")}}


@defended_by("crm_platform.documents.guards:_check_workflow_state", replace_with=nothing)
def test_C12_an_import_approves_nothing(make_offers: MakeOffers, tmp_path: Path) -> None:
    offers = make_offers()
    rights = {**RIGHTS, "import": 1}
    offers.site.insert(
        "Property Setter", doctype_or_field="DocType", doc_type="Offer", property="allow_import", value="1"
    )
    offers.site.insert("Custom DocPerm", parent="Offer", role="Clerk", permlevel=0, **rights)
    li = offers.person("li", "Clerk", "Manager")
    name = offers.offer(li, title="水泵")
    file = write_csv(tmp_path / "offers.csv", ["name", "workflow_state"], [name, "Approved"])
    report = run_import(offers.site, "Offer", file, BY_NAME, user=li)
    assert reasons(report) == [(2, "workflow_state", "Use a workflow action.")]
    assert (offers.state(name), offers.approvals(name)) == ("审批中", [])


@defended_by("crm_platform.automation.checks.values:settable_faults", replace_with=always(()))
def test_C12_no_rule_approves_what_its_author_made(make_offers: MakeOffers) -> None:
    offers = make_offers()
    body = {"rule_name": "Wave through", "document_type": "Offer", "trigger": "Changed", "run_as": "System"}
    with pytest.raises(ValidationError, match="changed by the actions of the workflow only"):
        offers.site.insert("Automation Rule", **body, actions=[sets(workflow_state="Approved")])
    assert not offers.site.read(lambda ctx: ctx.store.exists("Automation Rule", "Wave through"))


@defended_by("crm_platform.automation.actions.set_fields:_check_state", replace_with=nothing)
def test_C12_no_rule_of_before_the_workflow_approves(desk: Desk) -> None:
    """The field was a plain one when the rule was written."""
    desk.rule("Wave through", "Request", "Changed", sets(title="Approved"))
    named(desk.site, "Workflow State", "workflow_state_name", ("Open", "Approved"))
    named(desk.site, "Workflow Action Master", "workflow_action_name", ("Approve",))
    states = [{"state": state, "doc_status": "0", "allow_edit": "All"} for state in ("Open", "Approved")]
    transition = {"state": "Open", "action": "Approve", "next_state": "Approved", "allowed": "System Manager"}
    workflow = {
        "workflow_name": "Requests",
        "document_type": "Request",
        "is_active": 1,
        "workflow_state_field": "title",
    }
    desk.site.insert("Workflow", **workflow, states=states, transitions=[transition])
    name = desk.site.insert("Request", title="Open").name
    with suppress(WorkflowPermissionError):
        desk.site.update("Request", name, priority="High")
    desk.work()
    assert desk.site.get("Request", name).title == "Open"
