"""Parsing JSON with faults that name the line, and finding the line of a key path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.metadata.json_text import JSONTextError, line_of, parse, render_path
from support.sabotage import defended_by, nothing

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text('ab"\\客户{}[],:\n', max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abc"客', max_size=3), inner, max_size=4),
    max_leaves=20,
)


@defended_by("crm_platform.metadata.json_text:_refuse_unstorable", replace_with=nothing)
@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'{\n "name": "Lead",\n "fields": [\n', 4),
        (b'{"a": 1,}', 1),
        (b"", 1),
        (b"\n\n[1 2]", 3),
        (b'{"a":\n\xff}', 2),
        (b'{"a": "\n"}', 1),
        (b'{"a": NaN}', 0),
        (b'{"a": 1e999}', 0),
        (b'{"a": "\\u0000"}', 0),
        (b'{"\\ud800": 1}', 0),
        (b"[" * 100_000, 0),
        (b"1" * 10_000, 0),
    ],
)
def test_X21_what_is_no_storable_json_is_refused_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(JSONTextError) as caught:
        parse(data)
    assert (caught.value.line, caught.value.reason != "") == (line, True)


def test_a_byte_order_mark_and_a_whole_surrogate_pair_are_taken() -> None:
    assert parse(b'\xef\xbb\xbf{"name": "\\ud83d\\ude00\xe5\xae\xa2\xe6\x88\xb7"}') == {"name": "😀客户"}


@given(values)
def test_what_json_writes_is_read_back(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value


@given(values, st.data())
def test_the_line_of_every_path_is_where_its_value_begins(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    path: list[str | int] = []
    while isinstance(value, (list, dict)) and value:
        step = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        path.append(step)
        value = value[step]
    line = line_of(text.encode(), path)
    rest = "\n".join(text.split("\n")[line - 1 :])
    assert json.dumps(value, indent=1, ensure_ascii=False).split("\n")[0] in rest.split("\n")[0]


@pytest.mark.parametrize("path", [("b",), ("a", 7), ("a", 0, "x")])
def test_a_path_that_is_not_there_has_no_line(path: tuple[str | int, ...]) -> None:
    assert line_of(b'{"a": [1, 2]}', path) == 0


def test_a_path_is_written_as_people_write_it() -> None:
    assert render_path(("fields", 3, "options")) == "fields[3].options"
