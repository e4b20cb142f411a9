"""The order of texts where people read Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_platform.i18n import sort_keys
from crm_platform.i18n.sort_keys import HAN, LONGEST, sort_key

HAN_TEXT = st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x3FFFF), min_size=1, max_size=60)


@pytest.mark.parametrize(
    "ordered",
    [
        ["12", "3", "Acme", "acme 2", "Émile", "Zoe", "阿里", "百度", "重庆", "中国"],
        ["妈", "麻", "马", "骂"],  # the four tones
        ["长城汽车", "成都", "重庆", "长大", "重要"],  # cháng, chóng, zhǎng, zhòng, as their words demand
        ["西安", "先进"],  # xi'an stands before xian
        ["张", "张三", "张四", "章三"],  # who sounds alike stays together
        ["Ａ厂", "A公司", "B公司"],
    ],
)
def test_texts_come_in_the_order_of_their_keys(ordered: list[str]) -> None:
    assert sorted(ordered, key=sort_key) == ordered


@settings(max_examples=50)
@given(st.text() | HAN_TEXT)
def test_every_text_has_a_key_of_its_length(text: str) -> None:
    key = sort_key(text)
    assert bool(key) == bool(text)
    assert len(key) <= LONGEST


def test_the_rest_of_a_long_text_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    spell = sort_keys._syllables

    def reading(text: str) -> list[str]:
        read.append(text)
        return spell(text)

    monkeypatch.setattr(sort_keys, "_syllables", reading)
    assert sort_key("长城" * 100_000) == sort_key("长城" * LONGEST)
    assert [len(text) for text in read] == [LONGEST]


@settings(max_examples=50)
@given(HAN_TEXT)
def test_chinese_stands_behind_letters(text: str) -> None:
    if HAN.match(text):
        assert sort_key("zz") < sort_key("яя") < sort_key(text)
