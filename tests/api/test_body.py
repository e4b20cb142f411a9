"""Reading queries and bodies: anything becomes arguments or a refusal, never another error."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.api.body import FORM, body_arguments, document_of, parse_json, query_arguments, refuse_nul
from crm_platform.errors import ValidationError

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(st.dictionaries(TEXT, TEXT))
def test_a_query_comes_back_as_it_was_meant(pairs: dict[str, str]) -> None:
    text = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs.items())
    assert query_arguments(text.encode()) == pairs


@given(st.binary())
def test_any_bytes_are_arguments_or_a_refusal(body: bytes) -> None:
    for kind in (FORM, "application/json", "text/plain", ""):
        try:
            assert isinstance(body_arguments(kind, body), dict)
        except ValidationError as error:
            assert str(error)


def test_no_body_is_no_argument_and_blanks_are_no_json() -> None:
    assert body_arguments("application/json", b"") == {}
    for blank in (b" ", b"\n", b"\r\n\t"):
        with pytest.raises(ValidationError):
            body_arguments("application/json", blank)


@given(st.dictionaries(TEXT, JSON))
def test_a_json_object_comes_back_as_it_was_meant(value: dict[str, Any]) -> None:
    assert body_arguments("application/json", orjson.dumps(value)) == value


@given(JSON, st.lists(st.sampled_from([0, "a", "b"])))
def test_a_nul_is_found_however_deep(value: Any, way: list[Any]) -> None:
    hidden: Any = "a\x00b"
    for step in way:
        hidden = [value, hidden] if step == 0 else {step: hidden, "x": value}
    with pytest.raises(ValidationError):
        refuse_nul(hidden)
    with pytest.raises(ValidationError):
        parse_json(orjson.dumps(hidden), "It")
    refuse_nul(value)


def test_a_nul_in_a_key_is_found() -> None:
    with pytest.raises(ValidationError):
        refuse_nul({"a\x00": 1})


def test_where_json_breaks_is_told() -> None:
    with pytest.raises(ValidationError, match=r"filters is not valid JSON \(line 2, column \d\)"):
        parse_json('{"a":\n oops}', "filters")


@pytest.mark.parametrize(
    ("arguments", "kind", "document"),
    [
        ({"a": 1}, "application/json", {"a": 1}),
        ({"data": '{"a": 1}', "x": "y"}, FORM, {"a": 1}),
        ({"data": {"a": 1}}, "application/json", {"a": 1}),
        ({"data": "text of a field", "ref": "x"}, "application/json", {"data": "text of a field", "ref": "x"}),
        ({"data": None}, "application/json", {"data": None}),
    ],
)
def test_a_document_is_the_body_or_its_field_data(arguments: Any, kind: str, document: Any) -> None:
    assert document_of(arguments, kind) == document


@pytest.mark.parametrize("data", ["[1]", "{broken", 7, [1]])
def test_a_field_data_that_holds_no_object_is_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        document_of({"data": data}, "application/json")
