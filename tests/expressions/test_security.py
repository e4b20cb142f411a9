"""Attacks D09 and D10: only fields and the function table are reachable, only data and ExpressionError come out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.errors import ExpressionError
from crm_platform.expressions import compile, limits, loads
from support.expressions import random_expressions, random_scope
from support.sabotage import defended_by

ATTACKS = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "doc.__class__",
    "doc.__init__.__globals__",
    "doc._secret",
    "''.__class__",
    "'{0.__class__}'.format(doc.a)",
    "f'{doc.a}'",
    "'%s' % doc",
    "(lambda: 1)()",
    "lambda x: x",
    "[x for x in doc.items]",
    "{**doc}",
    "{'a': 1}",
    "a := 1",
    "doc.a = 1",
    "a; import os",
    "exec('1')",
    "eval('1')",
    "open('/etc/passwd')",
    "getattr(doc, 'a')",
    "globals()",
    "type(a)",
    "doc.a()",
    "doc.a.b.c",
    "constructor.constructor('x')()",
    "doc.constructor.prototype",
    "this.x",
    "window.location",
    "new Date()",
    "a => a",
    "a.replace(/x/, 'y')",
    "${a}",
    "`a`",
    "9**9**7",
    "9 ** 9",
    "9" * 400,
    "'a' * 10000000000",
    "10000000000 * 'a'",
    "[1] * 10000000000",
    "1 << 100000",
    "frappe.db.sql('select 1')",
    "frappe.get_all('User')",
    "await x",
    "yield a",
    "print(1)",
    "a\x00b",
    "(" * 10_000 + ")" * 10_000,
    "[" * 2_000,
    "!" * 2_000 + "a",
    "not " * 1_000 + "a",
    "-" * 2_000 + "1",
    "a?" * 1_500,
    "a if " * 900,
    "a" + ".trim()" * 600,
    "'" + "x" * 10_000_000 + "'",
    "1 " * 2_000_000,
    "\ud800",
]


@defended_by("crm_platform.expressions.calls:METHODS", replace_with={})
@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: repr(text[:40]))
def test_D09_attack_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        compile(text)
    assert refusal.value.params["line"] == 1
    assert refusal.value.params["column"] >= 1
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("text", [None, 1, b"a", ["a"], type("Text", (str,), {})("a")])
def test_D09_only_a_text_is_compiled(text: Any) -> None:
    with pytest.raises(ExpressionError):
        compile(text)


def is_data(value: object) -> bool:
    if isinstance(value, list):
        return all(map(is_data, value))
    return value is None or type(value) in {bool, int, str, Decimal} or isinstance(value, Mapping)


def check_generated_trees(seed: int, count: int) -> None:
    rng = Random(seed)
    for expression in random_expressions(rng, count):
        try:
            value = expression.evaluate(random_scope(rng))
        except ExpressionError:
            continue
        assert is_data(value), expression.text


def test_D10_only_data_comes_out_of_generated_trees() -> None:
    check_generated_trees(seed=10, count=2_000)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_D10_only_data_comes_out_of_100000_generated_trees(seed: int) -> None:
    check_generated_trees(seed=1_000 + seed, count=10_000)


WORDS = st.sampled_from(
    ["doc", "parent", "row", ".", "?.", "items", "a", "sum", "count", "min", "if", "else", "not", "in", "is", "and",
     "||", "(", ")", "[", "]", ",", ";", "?", ":", "==", "<", "+", "-", "*", "//", "%", "!", "1", "0.5", "'中'", "null",
     "length", "eval:", "get", "includes", "\n", "**", "=", "\\", "'", "round", "now", "__islocal"]
)  # fmt: skip
RECORDS = st.dictionaries(
    st.sampled_from(["a", "items", "__islocal"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.dates() | st.binary()
        | st.datetimes() | st.times() | st.timedeltas(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
)  # fmt: skip


@given(st.text() | st.lists(WORDS).map(" ".join) | st.lists(WORDS).map("".join), RECORDS)
def test_D10_no_text_and_no_record_raises_anything_else(text: str, record: dict[str, Any]) -> None:
    try:
        compile(text).evaluate({"doc": record, "parent": record, "now": record.get("a")})
    except ExpressionError as refusal:
        assert str(refusal)


def is_list_of_lists(form: object) -> bool:
    """The one expression that the trees below may happen to be: `[]`, `[[], []]`…"""
    return isinstance(form, list) and form[:1] == ["list"] and all(map(is_list_of_lists, form[1:]))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["field", "doc", "call", "==", "list"]),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_D10_no_json_raises_anything_else(form: object) -> None:
    for tree in (form, {"version": 1, "root": form}):
        if tree is not form and is_list_of_lists(form):
            assert not loads(tree).fields
            continue
        with pytest.raises(ExpressionError):
            loads(tree)


@pytest.mark.parametrize(
    ("text", "doc"),
    [
        ("concat(t, t)", {"t": "x" * 60_000}),
        ("t + t", {"t": "x" * 60_000}),
        ("replace(t, 'x', t)", {"t": "x" * 60_000}),
        ("upper(t)", {"t": "ß" * 60_000}),
        ("lower(t)", {"t": "x" * (limits.MAX_TEXT + 1)}),
        ("n * n", {"n": 10**17}),
        ("n + n", {"n": 6 * 10**17}),
        ("n / 0.0000000001", {"n": 10**17}),
        ("n // 0.0000000001", {"n": 10**17}),
        ("n % 0.0000000001", {"n": 10**17}),
        ("n", {"n": 10**4_000}),
        ("n", {"n": 1e300}),
        ("n", {"n": float("nan")}),
        ("n", {"n": Decimal("-Infinity")}),
        ("n", {"n": Decimal("1E-9999")}),
        ("list", {"list": [0] * (limits.MAX_LIST + 1)}),
        ("count(list)", {"list": [{}] * (limits.MAX_LIST + 1)}),
        ("sum(list, row.a" + " + row.a" * 20 + ")", {"list": [{}] * limits.MAX_LIST}),
        ("list", {"list": [[[[[[[[[[1]]]]]]]]]]}),
        ("value", {"value": object()}),
        ("value", {"value": b"bytes"}),
        ("count(value)", {"value": [1]}),
        ("sum(value.a)", {"value": "text"}),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_D10_each_limit_is_hit_cleanly(text: str, doc: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError):
        compile(text).evaluate({"doc": doc})


@pytest.mark.parametrize("scope", [{"doc": 1}, {"doc": "text"}, {"doc": {}, "parent": [1]}])
def test_D10_a_record_is_a_mapping(scope: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError, match="not a record"):
        compile("a").evaluate(scope)
