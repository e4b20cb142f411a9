"""The order of fields: insert_after of Custom Fields and field_order, for any mixture of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.metadata.order import listed_first, parse_order, place_custom_fields

names = st.lists(st.sampled_from("abcdefgh客"), unique=True)


@given(names, st.dictionaries(st.sampled_from("stuvw"), st.sampled_from(["", "append", "gone", *"abcdstuvw"])))
def test_every_field_has_one_place_and_standard_ones_keep_theirs(standard: list[str], custom: dict[str, str]) -> None:
    placed = place_custom_fields(standard, custom)
    assert sorted(placed) == sorted([*standard, *custom])
    assert [name for name in placed if name in standard] == standard


@given(names, names)
def test_listed_fields_stand_in_the_given_order(present: list[str], order: list[str]) -> None:
    placed = listed_first(present, order)
    assert sorted(placed) == sorted(present)
    assert [name for name in placed if name in order] == [name for name in order if name in present]


def test_an_unlisted_field_stays_after_its_neighbour() -> None:
    assert listed_first(["a", "b", "c", "d"], ["c", "a"]) == ["c", "d", "a", "b"]


def test_several_after_one_field_keep_their_order_and_take_theirs_along() -> None:
    assert place_custom_fields(["a", "z"], {"b": "a", "c": "a", "d": "b"}) == ["a", "b", "d", "c", "z"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [('["a", "b"]', ["a", "b"]), (["a", 1], ["a"]), ("[", []), ("7", []), (None, []), ("[" * 100_000, [])],
)
def test_what_is_no_order_is_none(value: Any, expected: list[str]) -> None:
    assert parse_order(value) == expected
