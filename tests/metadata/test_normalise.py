"""What a client may leave out of a posted definition, and what is filled in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.metadata.normalise import fieldname_of, normalise


def test_a_doctype_needs_a_name_only() -> None:
    assert normalise("DocType", {"name": " 车辆 ", "custom": 1}) == {
        "name": "车辆",
        "custom": 1,
        "module": "Custom",
        "fields": [],
        "permissions": [],
    }


def test_fields_get_names_from_labels_types_and_numbers() -> None:
    rows = [
        {"label": "Plate No."},
        {"label": "Plate No."},
        {"fieldtype": "Section Break"},
        {"fieldname": "vin", "idx": 9},
    ]
    fields = normalise("DocType", {"name": "Vehicle", "fields": rows})["fields"]
    assert [(f["fieldname"], f["fieldtype"], f["idx"]) for f in fields] == [
        ("plate_no", "Data", 1),
        ("plate_no_2", "Data", 2),
        ("section_break_3", "Section Break", 3),
        ("vin", "Data", 4),
    ]


def test_an_omitted_permission_flag_is_0_and_a_given_one_stays() -> None:
    (row,) = normalise("DocType", {"name": "Vehicle", "permissions": [{"role": "Clerk", "read": 1}]})["permissions"]
    assert (row["read"], row["write"], row["export"], row["permlevel"], row["if_owner"]) == (1, 0, 0, 0, 0)


def test_a_custom_field_is_named_after_its_doctype_and_label() -> None:
    body = normalise("Custom Field", {"dt": "Customer", "label": "VIP Level"})
    assert (body["fieldname"], body["fieldtype"], body["name"]) == ("vip_level", "Data", "Customer-vip_level")


@pytest.mark.parametrize(
    ("label", "expected"),
    [("First Name", "first_name"), ("客户等级", "客户等级"), ("Owner", "owner1"), ("E-Mail?", "e_mail"), ("--", "")],
)
def test_fieldname_of_a_label(label: str, expected: str) -> None:
    assert fieldname_of(label) == expected


@pytest.mark.parametrize("rows", ["text", [7], [{"label": 5}], {"a": 1}])
def test_wrong_types_pass_on_to_the_check_of_shapes(rows: Any) -> None:
    assert normalise("DocType", {"name": "Vehicle", "fields": rows})["name"] == "Vehicle"


@given(st.text(max_size=30))
def test_a_derived_fieldname_is_made_of_word_characters(label: str) -> None:
    assert all(char.isalnum() or char == "_" for char in fieldname_of(label))


def test_other_kinds_stay_as_they_are() -> None:
    assert normalise("Workflow", {"name": "W"}) == {"name": "W"}
