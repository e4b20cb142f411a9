"""Why a field has its value: each rule, formula, default, assignment and step of a workflow says who it is, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_platform import __version__
from crm_platform.api.explain_methods import decisions, value
from crm_platform.app import create_worker
from crm_platform.testing import TestSite
from crm_platform.workflow import applying
from support.automation import sets
from support.offices import work_off
from support.packs import answering, enabled, make_pack, thing

MOUNTAIN = thing(
    "Mountain",
    {"fieldname": "title", "fieldtype": "Data", "label": "名称"},
    {"fieldname": "height", "fieldtype": "Int", "label": "Height"},
    {"fieldname": "feet", "fieldtype": "Float", "label": "Feet", "formula": "doc.height * 3"},
    {"fieldname": "colour", "fieldtype": "Data", "label": "Colour", "default": "白"},
    {"fieldname": "grade", "fieldtype": "Data", "label": "Grade"},
    {"fieldname": "state", "fieldtype": "Link", "label": "State", "options": "Workflow State"},
    autoname="M-.###",
)
WORKFLOW = {
    "doctype": "Workflow",
    "name": "Ascent",
    "workflow_name": "Ascent",
    "document_type": "Mountain",
    "is_active": 1,
    "workflow_state_field": "state",
    "states": [{"state": state, "doc_status": "0", "allow_edit": "System Manager"} for state in ("Planned", "Climbed")],
    "transitions": [
        {
            "state": "Planned",
            "action": "Climb",
            "next_state": "Climbed",
            "allowed": "System Manager",
            "condition": "doc.height > 5",
        }
    ],
}
MASTERS = [
    *({"doctype": "Workflow State", "name": one, "workflow_state_name": one} for one in ("Planned", "Climbed")),
    {"doctype": "Workflow Action Master", "name": "Climb", "workflow_action_name": "Climb"},
]
GRADES = {
    "rule_name": "高山",
    "document_type": "Mountain",
    "trigger": "Created",
    "condition": "doc.height > 1000",
    "enabled": 1,
    "actions": [sets(grade="大")],
}
GUIDES = {
    "name": "向导",
    "document_type": "Mountain",
    "rule": "Round Robin",
    "description": "{{ doc.title }}",
    "assign_condition": "doc.height > 5000",
    "users": [{"user": "Administrator"}],
}


@pytest.fixture
def mountains(site: TestSite, tmp_path: Path) -> TestSite:
    """Mountains of a pack with a workflow and a hook, and two rules of the site about them."""
    hooks = answering("document_events", {"Mountain": {"validate": lambda ctx, doc: None}})
    pack = make_pack(tmp_path, "alps", MOUNTAIN, WORKFLOW, *MASTERS, version="2.1", **hooks)
    enabled(site, pack)
    site.insert("Automation Rule", **GRADES)
    site.insert("Assignment Rule", **GUIDES)
    return site


def explained(site: TestSite, name: str, fieldname: str, user: str = "Administrator") -> dict[str, Any]:
    return site.read(lambda ctx: value(ctx, "Mountain", name, fieldname), user)


def test_every_value_says_by_which_rule_of_which_pack_and_why(mountains: TestSite) -> None:
    name = str(mountains.insert("Mountain", title="珠穆朗玛", height=8848).name)
    work_off(create_worker(mountains.site))
    mountains.write(lambda ctx: applying.apply(ctx, "Mountain", name, "Climb"))

    for fieldname, says in (("feet", ("formula", "doc.height * 3")), ("colour", ("default", "白"))):
        (filling,) = explained(mountains, name, fieldname)["filled_by"]
        assert (filling["property"], filling["says"]) == says
        assert (filling["layer"], filling["version"]) == ("alps", "2.1")

    grade = explained(mountains, name, "grade")
    assert [one["sentence"] for one in grade["decided_by"]] == [
        "grade is set to 大. By Automation Rule 高山, revision 1, of site: doc.height > 1000 holds."
    ]
    assert [(one["pack"], one["version"]) for one in grade["hooks"]] == [("alps", "2.1")]

    assert [one["sentence"] for one in explained(mountains, name, "state")["decided_by"]] == [
        "Set to Climbed by Administrator: Climb of the workflow Ascent, of alps 2.1, is open to System Manager. "
        "The condition doc.height > 5 held."
    ]
    told = mountains.read(lambda ctx: decisions(ctx, "Mountain", name))
    assert [one["to"] for one in told["steps"]] == ["Climbed"]
    assert {(one["rule"], one["because"]) for one in told["rules"]} == {
        ("Automation Rule 高山", "doc.height > 1000 holds."),
        ("Assignment Rule 向导", "doc.height > 5000 holds. Administrator is next in turn."),
    }


def test_a_field_of_the_product_says_its_version(sqlite_site: TestSite) -> None:
    name = str(sqlite_site.insert("Customer", customer_name="上海").name)
    told = sqlite_site.read(lambda ctx: value(ctx, "Customer", name, "customer_type"))
    assert [(one["property"], one["layer"], one["version"]) for one in told["filled_by"]] == [
        ("default", "core", __version__)
    ]


def test_who_may_not_read_the_log_and_workflows_learns_no_condition(mountains: TestSite) -> None:
    row = {"role": "Sales User", "parent": "Mountain", "permlevel": 0, "read": 1}
    mountains.insert("Custom DocPerm", **row)
    name = str(mountains.insert("Mountain", title="乔戈里", height=8611).name)
    mountains.write(lambda ctx: applying.apply(ctx, "Mountain", name, "Climb"))
    li = mountains.user("li@example.com", "Sales User")
    assert explained(mountains, name, "grade", li)["decided_by"] == []
    (step,) = explained(mountains, name, "state", li)["decided_by"]
    assert (step["action"], step["condition"]) == ("Climb", "")
    assert "height" not in step["sentence"]
    assert mountains.read(lambda ctx: decisions(ctx, "Mountain", name), li)["rules"] == []
