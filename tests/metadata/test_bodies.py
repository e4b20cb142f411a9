"""DocType ↔ JSON body: nothing is lost on the way, known properties have their types."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.metadata.bodies import (
    body_of,
    field_from_body,
    permission_from_body,
    read_doctype,
    workflow_from_body,
)
from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.metadata.properties import DOCFIELD, DOCPERM, DOCTYPE, ValueType
from support.definitions import merged, record

WORDS = st.text("ab_ 客户\n", max_size=6)
VALUES: dict[ValueType, st.SearchStrategy[Any]] = {
    "check": st.sampled_from([0, 1, "0", "1", True, False, None]),
    "int": st.integers(0, 9) | st.none(),
    "text": WORDS | st.none() | st.integers(0, 5),
    "any": st.none() | st.lists(WORDS, max_size=2),
}


def properties_of(table: Any) -> st.SearchStrategy[dict[str, Any]]:
    chosen = {name: VALUES[kind] for name, kind in table.items() if kind in VALUES}
    return st.fixed_dictionaries({}, optional=chosen | {"our own key": WORDS})


fields = st.builds(
    lambda properties, fieldtype: {**properties, "fieldtype": fieldtype},
    properties_of(DOCFIELD),
    st.sampled_from(sorted(FIELD_KINDS)),
)
bodies = st.builds(
    lambda own, rows, permissions: {**own, "name": "Lead", "fields": rows, "permissions": permissions},
    properties_of({name: kind for name, kind in DOCTYPE.items() if name != "field_order"}),
    st.lists(fields, max_size=3, unique_by=lambda row: str(row.get("fieldname"))),
    st.lists(properties_of(DOCPERM), max_size=2),
)


@given(bodies)
def test_a_body_comes_back_as_it_was(body: dict[str, Any]) -> None:
    assert body_of(read_doctype(body)) == body


@given(bodies.filter(lambda body: not (set(body) & {"is_submittable", "is_tree"})))
def test_a_body_comes_back_through_a_merge_without_other_layers(body: dict[str, Any]) -> None:
    assert body_of(merged(record("DocType", **body)).definitions["Lead"]) == {"doctype": "DocType", **body}


def test_unknown_keys_are_told_apart() -> None:
    found = read_doctype({"name": "Lead", "colour": "red", "module": "CRM", "_user_tags": ""})
    assert dict(found.unknown) == {"colour": "red"}


@pytest.mark.parametrize(
    ("property", "value", "attribute", "expected"),
    [
        ("reqd", "1", "reqd", True),
        ("reqd", True, "reqd", True),
        ("reqd", "0", "reqd", False),
        ("reqd", None, "reqd", False),
        ("precision", "2", "precision", 2),
        ("precision", "", "precision", None),
        ("length", "80", "length", 80),
        ("default", 0, "default", "0"),
        ("options", None, "options", ""),
    ],
)
def test_a_property_has_its_type(property: str, value: Any, attribute: str, expected: Any) -> None:
    assert getattr(field_from_body({"fieldname": "a", "fieldtype": "Data", property: value}), attribute) == expected


@pytest.mark.parametrize(
    ("default", "expected"), [("1", "1"), (1, "1"), (True, "1"), ("false", "0"), ("", "0"), (None, None)]
)
def test_the_default_of_a_check_is_0_or_1(default: Any, expected: str | None) -> None:
    assert field_from_body({"fieldname": "a", "fieldtype": "Check", "default": default}).default == expected


def test_an_omitted_permission_flag_is_off() -> None:
    row = permission_from_body({"role": "Sales User", "read": 1, "write": 0})
    assert (row.actions, row.permlevel, row.if_owner) == (frozenset({"read"}), 0, False)


@pytest.mark.parametrize(("value", "expected"), [(None, True), (1, True), ("0", False), (0, False)])
def test_self_approval_is_allowed_unless_switched_off(value: Any, expected: bool) -> None:
    workflow = workflow_from_body({"name": "W", "transitions": [{"state": "A", "allow_self_approval": value}]})
    assert workflow.transitions[0].allow_self_approval is expected
    assert workflow.state_field == "workflow_state"
