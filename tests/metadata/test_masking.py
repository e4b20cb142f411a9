"""Masks: how much they show, and that nothing shows more."""

from __future__ import annotations

import copy
import pickle

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.metadata.masking import DOT, HIDDEN, MASKS, Masked, mask, plain_of


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ("ID Number", "11010119900307775X", "•••775X"),
        ("ID Number", "6222 0212 3456 7890 123", "•••0123"),
        ("ID Number", "E12345678", "•••78"),
        ("ID Number", "1234567", "•••"),
        ("Phone", "+86 139-1234-5678", "•••5678"),
        ("Phone", "010 8888", "•••"),
        ("Email", "zhang.san@example.cn", "z•••@example.cn"),
        ("Email", "a@b.cn, c@d.cn", "a•••@b.cn, c•••@d.cn"),
        ("Name", "王小明", "王•••"),
        ("Name", "欧阳娜娜", "欧阳•••"),
        ("Name", "Anna Müller", "A••• M•••"),
        ("Name", "卡尔•马克思", "卡•••"),
        ("All", "first • second", "•••"),
        ("All", "anything", "•••"),
        ("", "anything", "•••"),
    ],
)
def test_a_mask_shows_as_much_as_its_form_says(form: str, value: str, shown: str) -> None:
    assert mask(form, value) == shown


def test_what_is_no_text_shows_nothing_and_a_mask_stays() -> None:
    assert mask("ID Number", 110101199003077) == "•••"
    assert mask("ID Number", "•••775X") == "•••775X"


@given(st.text(min_size=1), st.sampled_from(["ID Number", "Phone"]))
def test_numbers_show_at_most_a_third_or_four_signs(value: str, form: str) -> None:
    shown = mask(form, value).replace(DOT, "") if HIDDEN not in value else ""
    assert len(shown) <= max(2 if len(value) >= 8 else 0, 4 if len(value) >= 11 else 0)


@given(st.text(min_size=1).filter(lambda text: HIDDEN not in text), st.sampled_from(sorted(MASKS)))
def test_a_masked_value_is_its_mask_for_everybody(value: str, form: str) -> None:
    masked = Masked(form, value)
    shown = mask(form, value)
    forms = [str(masked), f"{masked}", "".join([masked]), orjson.loads(orjson.dumps(masked)), masked + "", masked[:]]
    assert forms == [shown] * 6
    assert repr(masked) == repr(shown)
    copies = [pickle.loads(pickle.dumps(masked)), copy.copy(masked), copy.deepcopy(masked)]
    assert [type(one) for one in copies] == [str] * 3
    assert copies == [shown] * 3
    assert plain_of(masked) == value


def test_masked_values_are_equal_when_what_they_hold_is() -> None:
    one, same, other = (Masked("Phone", text) for text in ("+8613912345678", "+8613912345678", "+8613900005678"))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert str(one) == str(other)
    assert one == "•••5678"


@given(st.text(min_size=1), st.sampled_from(["ID Number", "Phone"]))
def test_a_kept_value_that_looks_like_a_mask_is_masked_all_the_same(value: str, form: str) -> None:
    kept = Masked.kept(form, f"{value}{HIDDEN}{value}")
    assert plain_of(kept) == f"{value}{HIDDEN}{value}"
    assert len(kept.replace(DOT, "")) <= 4
    assert Masked.kept("All", f"a{HIDDEN}b") == HIDDEN
