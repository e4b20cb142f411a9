"""The language's spellings, what each means, and how anything else is refused: where it stands, by its name."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.errors import ExpressionError
from crm_platform.expressions import compile, limits

SCOPE: dict[str, Any] = {
    "doc": {
        "status": "Open", "amount": 12, "rate": 2.5, "empty": None, "on": 1, "off": 0, "__islocal": 1,
        "company": "华为技术", "tags": ["a", "b"], "none": [],
        "items": [{"qty": 2, "rate": 1.5}, {"qty": 0, "rate": 9}],
    },
    "parent": {"status": "Won", "items": [{"qty": 7}]},
    "now": "2026-11-22 04:05:06.000007",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status", "Open"),
        ("doc.status", "Open"),
        ("doc?.status", "Open"),
        ("doc.get('status')", "Open"),
        ("doc.in", None),
        ("eval:doc.status == 'Open'", True),
        ('  eval: doc.status === "Open" ;', True),
        ("eval:doc.status!=='Open';;", False),
        ("eval:!doc.__islocal", False),
        ("doc.on && !doc.off || doc.empty", True),
        ("on and not off or empty", True),
        ("not status == 'Won'", True),
        ("!off == true", True),
        ("eval:in_list(['Open', 'Won'], doc.status)", True),
        ("eval:['Open', 'Won'].includes(doc.status)", True),
        ("eval:doc.company.includes('技术')", True),
        ("status in ('Open', 'Won')", True),
        ("status in ('Open')", True),
        ("status not in ['Open',]", False),
        ("parent.status", "Won"),
        ("parent?.status.length", 3),
        ("doc.items?.length > 0", True),
        ("(doc.none || []).length", 0),
        ("eval:doc.items && doc.items.length", 2),
        ("company.startsWith('华') && company.endswith('技术')", True),
        ("status.toLowerCase() + status.upper() + ' x '.trim() + ' y '.strip()", "openOPENxy"),
        ("amount > 10 ? 'large' : amount > 5 ? 'middle' : 'small'", "large"),
        ("'large' if amount > 100 else 'middle' if amount > 10 else 'small'", "middle"),
        ("if(empty, 1, 2)", 2),
        ("on ?.5 : 1", 0.5),
        ("1 < 2 < 3", True),
        ("1 < 2 > 3", False),
        ("1 + 2 * 3 - -4", 11),
        ("(1 + 2) * 3", 9),
        ("7 // 2 * 2 + 7 % 2", 7),
        ("-2 * -3", 6),
        ("+empty", 0),
        ("2 - 1 - 1", 0),
        ("not not on", True),
        ("empty is None and status is not None", True),
        ("empty == undefined and empty == null", True),
        ("off == False and on == True and off == false", True),
        ("'it\\'s ' + \"a \\\"b\\\"\" + '\\u4e2d\\n'", 'it\'s a "b"中\n'),
        ("ifnull(empty, 'x')", "x"),
        ("int('12.7') + float('0.5') + len(str(15))", 14.5),
        ("today() + ' ' + now()", "2026-11-22 2026-11-22 04:05:06.000007"),
        ("sum(items.qty)", 2),
        ("sum(doc.items.qty)", 2),
        ("sum(items, row.qty * row.rate)", 3),
        ("sum(items, row.qty * doc.rate)", 5),
        ("sum(parent.items, row.qty)", 7),
        ("count(items)", 2),
        ("count(items, row.qty > 0)", 1),
        ("count(items.qty)", 1),
        ("avg(items.qty)", 1),
        ("min(items.rate)", 1.5),
        ("max(items, row.qty + row.rate)", 9),
        ("max(items, min(row.qty, row.rate))", 1.5),
        ("max(amount, rate)", 12),
        ("sum(empty.qty) + count(missing)", 0),
        ("avg(none.qty)", None),
    ],
)
def test_the_language_means(text: str, expected: object) -> None:
    assert compile(text).evaluate(SCOPE) == expected


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("eval:", 1, 6),
        ("a +", 1, 4),
        ("a b", 1, 3),
        ("a == 'x", 1, 6),
        ("a = 1", 1, 3),
        ("a & b", 1, 3),
        ("a\n  && b\n  | c", 3, 3),
        ("a ?? b", 1, 4),
        ("a ? b", 1, 6),
        ("a if b", 1, 7),
        ("(a", 1, 3),
        ("[a b]", 1, 4),
        ("f(a", 1, 4),
        ("1e5", 1, 1),
        ("010", 1, 1),
        ("0x10", 1, 1),
        ("1_000", 1, 1),
        ("1000000000000000000", 1, 1),
        ("'\\x41'", 1, 2),
        ("'\\ud800'", 1, 1),
        ("a # b", 1, 3),
        ("a == “x”", 1, 6),
        ("`a`", 1, 1),
        ("doc", 1, 1),
        ("doc == 1", 1, 1),
        ("doc.items.qty", 1, 11),
        ("doc['a']", 1, 1),
        ("items[0]", 1, 6),
        ("row.qty", 1, 1),
        ("frappe.session.user", 1, 8),
        ("cur_frm.doc.a", 1, 9),
        ("eval:frappe.boot.x", 1, 13),
        ("doc.get('__class__')", 1, 9),
        ("a is b", 1, 3),
        ("a not b", 1, 7),
        ("nosuch(1)", 1, 1),
        ("round()", 1, 1),
        ("round(1, 2, 3)", 1, 1),
        ("if(a, b)", 1, 1),
        ("in_list(a)", 1, 1),
        ("a.includes()", 1, 3),
        ("a.some(x)", 1, 3),
        ("sum(1, 2)", 1, 1),
        ("sum(items)", 1, 1),
        ("sum(items, row.a, row.b)", 1, 1),
        ("sum(items, sum(items.qty))", 1, 12),
        ("sum([1, 2])", 1, 1),
        ("a * 'x'", 1, 3),
        ("-'x'", 1, 1),
        ("in", 1, 1),
        ("a; b", 1, 4),
    ],
)
def test_anything_else_is_refused_where_it_stands(text: str, line: int, column: int) -> None:
    with pytest.raises(ExpressionError) as refusal:
        compile(text)
    assert (refusal.value.params["line"], refusal.value.params["column"]) == (line, column)
    assert f"line {line}, column {column}" in str(refusal.value)


def test_the_message_names_what_is_not_understood() -> None:
    with pytest.raises(ExpressionError, match=r"nosuch\(\) is not a function"):
        compile("status == 'Open' and nosuch(1)")
    with pytest.raises(ExpressionError, match="Use and"):
        compile("a == 1 & b == 2")


def test_a_text_is_compiled_once() -> None:
    assert compile("amount > 1") is compile("amount > 1")


@pytest.mark.parametrize(
    "text",
    [
        "a" * (limits.MAX_NAME + 1),
        "'" + "x" * limits.MAX_SOURCE + "'",
        "(" * (limits.MAX_DEPTH + 1) + "a" + ")" * (limits.MAX_DEPTH + 1),
        "+".join("a" * (limits.MAX_DEPTH + 1)),
        " or ".join("a" * limits.MAX_NODES),
        " + ".join(["count(items)"] * (limits.MAX_AGGREGATES + 1)),
    ],
)
def test_more_than_the_limits_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * limits.MAX_NAME,
        "'" + "x" * (limits.MAX_SOURCE - 2) + "'",
        "(" * (limits.MAX_DEPTH - 1) + "a" + ")" * (limits.MAX_DEPTH - 1),
        "+".join("a" * limits.MAX_DEPTH),
        " or ".join("a" * (limits.MAX_NODES - 1)),
        " + ".join(["count(items)"] * limits.MAX_AGGREGATES),
    ],
)
def test_just_within_the_limits_is_understood(text: str) -> None:
    assert compile(text).holds({"doc": {"items": [{}]}}) is ("x" in text or "count" in text)
