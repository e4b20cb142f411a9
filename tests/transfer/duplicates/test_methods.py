"""What two values have in common, and how alike they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.transfer.duplicates.likeness import LIKENESS, similarity
from crm_platform.transfer.duplicates.methods import METHODS, MOST_KEYS, keys_of


@pytest.mark.parametrize(
    ("method", "one", "other", "expected"),
    [
        ("Phone", "+86 138 0013 8000", "13800138000", 95),
        ("Phone", "0086-138-0013-8000", "+8613800138000", 100),
        ("Phone", "＋４９ (30) 123 456-78", "+49 30 12345678", 100),
        ("Phone", "+49 30 12345678", "+49 40 12345678", 0),
        ("Phone", "110", "110", 0),
        ("Email", "Info+werbung@YUN.example ", "info@yun.example", 100),
        ("Email", "info@yun.example", "info@yun.example.com", 0),
        ("Name", "云计算有限公司", "云计算股份有限公司", 100),
        ("Name", "Müller Maschinenbau GmbH", "MULLER  MASCHINENBAU Ltd.", 100),
        ("Name", "Wang, Fang", "Fang Wang", 100),
        ("Name", "云计算", "天科技术", 0),
        ("Name", "有限公司", "有限公司", 100),
        ("Exact", " DE 123 ", "de 123", 100),
        ("Exact", "DE 123", "DE 124", 0),
        ("Date", "1990-05-01", "1990-05-01", 100),
        ("Trigram", "Zeppelin Works", "Zeppelin Works", 100),
        ("Exact", "", "", 0),
    ],
)
def test_how_alike_values_are(method: str, one: str, other: str, expected: float) -> None:
    assert similarity(method, one, other) == similarity(method, other, one) == expected


def test_a_slip_of_the_pen_is_nearly_equal_and_found() -> None:
    assert 90 < similarity("Name", "Mueller Maschinenbau", "Müller Maschinenbau GmbH") < 100
    assert keys_of("Name", "Muelller") & keys_of("Name", "Müller")
    assert keys_of("Name", "北京云计算") & keys_of("Name", "云计算科技")


@pytest.mark.parametrize("method", sorted(METHODS))
def test_what_is_alike_has_a_key_in_common(method: str) -> None:
    @given(st.text(max_size=40), st.text(max_size=40))
    def hold(one: str, other: str) -> None:
        assert len(keys_of(method, one)) <= MOST_KEYS
        alike = similarity(method, one, other)
        assert 0 <= alike <= 100
        if alike == 100:
            assert keys_of(method, one) & keys_of(method, other)

    hold()


def test_every_method_compares() -> None:
    assert METHODS.keys() == LIKENESS.keys()
