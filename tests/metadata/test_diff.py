"""What differs between two models, and how risky each change is."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.metadata.diff import Change, diff
from support.definitions import Body, doctype, merged, record, row


def between(old: list[Any], new: list[Any]) -> list[Change]:
    return diff(merged(*old).definitions, merged(*new).definitions)


def field_change(old: Body | None, new: Body | None) -> list[tuple[str, str, str, str]]:
    """Changes when the field `old` becomes `new`, beside a field that stays."""
    sides = [[doctype("Order", row("title"), *([field] if field else []))] for field in (old, new)]
    return [(c.action, c.part, c.property, c.risk) for c in between(*sides)]


def test_equal_models_do_not_differ() -> None:
    definitions = [doctype("Order", row("a"), permissions=[{"role": "R", "read": 1}], is_submittable=1)]
    assert not between(definitions, definitions)


def test_doctypes_come_and_go() -> None:
    changes = between([doctype("Old", row("a"))], [doctype("新", row("a"))])
    assert [(c.action, c.part, c.doctype, c.risk) for c in changes] == [
        ("removed", "DocType", "Old", "lossy"),
        ("added", "DocType", "新", "safe"),
    ]


@pytest.mark.parametrize(
    ("new", "risk"),
    [
        (row("a"), "safe"),
        (row("a", reqd=1), "backfill"),
        (row("a", default="x"), "backfill"),
        (row("a", unique=1), "backfill"),
        (row("a", "Section Break"), "safe"),
    ],
)
def test_risk_of_a_new_field(new: Body, risk: str) -> None:
    assert field_change(None, new) == [("added", "field", "", risk)]


@pytest.mark.parametrize(("old", "risk"), [(row("a"), "lossy"), (row("a", "HTML"), "safe")])
def test_risk_of_a_removed_field(old: Body, risk: str) -> None:
    assert field_change(old, None) == [("removed", "field", "", risk)]


@pytest.mark.parametrize(
    ("old", "new", "property", "risk"),
    [
        (row("a"), row("a", label="客户"), "label", "safe"),
        (row("a"), row("a", reqd=1), "reqd", "backfill"),
        (row("a", reqd=1), row("a"), "reqd", "safe"),
        (row("a"), row("a", unique=1), "unique", "backfill"),
        (row("a"), row("a", "Text"), "fieldtype", "safe"),
        (row("a", "Text"), row("a"), "fieldtype", "lossy"),
        (row("a", "Int"), row("a", "Float"), "fieldtype", "backfill"),
        (row("a", "Float"), row("a", "Int"), "fieldtype", "lossy"),
        (row("a", "Date"), row("a"), "fieldtype", "backfill"),
        (row("a"), row("a", "Date"), "fieldtype", "lossy"),
        (row("a", "Select", options="x\ny"), row("a", "Select", options="x\ny\nz"), "options", "safe"),
        (row("a", "Select", options="x\ny"), row("a", "Select", options="x"), "options", "backfill"),
        (row("a", "Link", options="A"), row("a", "Link", options="B"), "options", "backfill"),
        (row("a", length=40), row("a", length=20), "length", "lossy"),
        (row("a", length=40), row("a", length=80), "length", "safe"),
        (row("a", "Float", precision="4"), row("a", "Float", precision="2"), "precision", "lossy"),
        (row("a"), row("a", is_virtual=1), "is_virtual", "lossy"),
    ],
)
def test_risk_of_a_changed_property(old: Body, new: Body, property: str, risk: str) -> None:
    assert field_change(old, new) == [("changed", "property", property, risk)]


def test_values_before_and_after_are_told() -> None:
    (change,) = between([doctype("Order", row("a", label="A"))], [doctype("Order", row("a", label="B"))])
    assert (change.doctype, change.fieldname, change.before, change.after) == ("Order", "a", "A", "B")


def test_moving_a_field_is_one_safe_change() -> None:
    changes = between([doctype("Order", row("a"), row("b"))], [doctype("Order", row("b"), row("a"))])
    assert [(c.property, c.risk, c.after) for c in changes] == [("field_order", "safe", ["b", "a"])]


@pytest.mark.parametrize(("name", "risk"), [("title_field", "safe"), ("istable", "lossy"), ("autoname", "backfill")])
def test_risk_of_a_doctype_property(name: str, risk: str) -> None:
    changes = between([doctype("Order", row("a"))], [doctype("Order", row("a"), **{name: 1})])
    assert [(c.property, c.risk) for c in changes] == [(name, risk)]


def test_permission_rows_are_compared_by_role_level_and_owner() -> None:
    old = [{"role": "A", "read": 1}, {"role": "B", "read": 1}]
    new = [{"role": "A", "read": 1, "write": 1}, {"role": "A", "permlevel": 1, "read": 1}]
    sides = [[doctype("Order", row("a"), permissions=rows)] for rows in (old, new)]
    assert [(c.action, c.part, c.property) for c in between(*sides)] == [
        ("changed", "permission", "A"),
        ("removed", "permission", "B"),
        ("added", "permission", "A"),
    ]


def test_workflows_come_change_and_go() -> None:
    def flow(*states: str) -> Any:
        rows = [{"state": state, "doc_status": "0"} for state in states]
        return record("Workflow", workflow_name="W", document_type="Order", is_active=1, states=rows)

    order = doctype("Order", row("workflow_state"))

    def seen(old: list[Any], new: list[Any]) -> list[tuple[str, str]]:
        return [(c.action, c.risk) for c in between([order, *old], [order, *new]) if c.part == "workflow"]

    assert seen([], [flow("A")]) == [("added", "backfill")]
    assert seen([flow("A")], [flow("A", "B")]) == [("changed", "safe")]
    assert seen([flow("A", "B")], [flow("A")]) == [("changed", "backfill")]
    assert seen([flow("A")], []) == [("removed", "safe")]
    assert seen([flow("A")], [flow("A")]) == []


def test_a_custom_field_taken_away_is_a_removed_field() -> None:
    order = doctype("Order", row("a"))
    custom = record("Custom Field", dt="Order", **row("tier"))
    changes = diff(merged(order, site=(custom,)).definitions, merged(order).definitions)
    assert [(c.action, c.fieldname, c.risk) for c in changes] == [("removed", "tier", "lossy")]
