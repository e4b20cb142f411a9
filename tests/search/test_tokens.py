"""From text to tokens, and from a query to terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.search.tokens import GAP, LONGEST, OFTEN, Term, terms, tokens, tokens_of, whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云计算", ["云计", "计算", "算"]),
        ("合", ["合"]),
        ("AI云平台2.0", ["ai", "云平", "平台", "台", "2", "0"]),
        ("Müller & Söhne", ["muller", "sohne"]),
        ("ok😀👍", ["ok", "😀", "👍"]),
        ("order_no-77", ["order", "no", "77"]),
        ("東京タワー", ["東京", "京タ", "タワ", "ワー", "ー"]),
        ("", []),
        ("…!?", []),
    ],
)
def test_words_and_pairs(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("计算", [Term(("计算",), prefix=False)]),
        ("云计算", [Term(("云计", "计算"), prefix=False)]),
        ("云", [Term(("云",), prefix=True)]),
        ("Migr", [Term(("migr",), prefix=True)]),
        ("foo@bar.co", [Term(("foo", "bar", "co"), prefix=True)]),
        ("合同AI", [Term(("合同", "同", "ai"), prefix=True)]),
        ("合同 合同  &", [Term(("合同",), prefix=False)]),
    ],
)
def test_a_query_is_one_term_per_word(query: str, expected: list[Term]) -> None:
    assert terms(query) == expected


def finds(term: Term, found: list[str]) -> bool:
    """What both databases do with a term."""
    count = len(term.tokens)
    for place in range(len(found) - count + 1):
        *first, last = found[place : place + count]
        same = last.startswith(term.tokens[-1]) if term.prefix else last == term.tokens[-1]
        if first == list(term.tokens[:-1]) and same:
            return True
    return False


HAN = st.text(st.sampled_from("云计算有限公司合同"), min_size=1, max_size=12)


@given(HAN, st.data())
def test_every_part_of_a_chinese_text_is_found_and_nothing_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    assert all(finds(term, tokens(text)) for term in terms(part))
    other = data.draw(HAN)
    assert all(finds(term, tokens(text)) for term in terms(other)) == (other in text)


@given(st.lists(st.text(max_size=20), max_size=5))
def test_tokens_hold_nothing_that_a_database_could_misread(texts: list[str]) -> None:
    for token in tokens_of(texts):
        assert token == GAP or not set(token) & set(" '\"\\:*()&|!<>\0")
        assert token == token.strip()


def test_no_phrase_goes_from_one_field_into_the_next() -> None:
    assert not finds(terms("同云")[0], tokens_of(["合同", "云计算"]))


def test_a_long_text_is_cut_and_an_endless_word_too() -> None:
    assert len(tokens_of([" ".join(f"w{n}" for n in range(30_000))])) == 10_000
    assert tokens("x" * 500) == ["x" * LONGEST]


def test_what_comes_too_often_leaves_gaps() -> None:
    found = tokens_of(["ab " * (OFTEN + 10) + "cd"])
    assert found.count("ab") == OFTEN
    assert found[-1] == "cd"
    assert len(found) == OFTEN + 11


def test_a_whole_title_is_the_same_in_another_writing() -> None:
    assert whole("Müller GmbH") == whole(" MULLER   gmbh")
    assert whole("Müller GmbH") != whole("Müller")
