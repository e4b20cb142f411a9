"""The server's and the browser's evaluator give the same results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crm_platform.errors import ExpressionError
from crm_platform.expressions import Expression, compile, limits
from support import truth_table
from support.checkout import ROOT
from support.expressions import random_expressions, random_scope
from support.node import library, run_typescript

EVALUATOR = Path(__file__).with_name("evaluate_all.ts")
BROWSER = ROOT / "frontend" / "src" / "shared" / "expressions"
CASES = 3_000


@pytest.fixture(scope="module")
def decimal(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {"decimal.js": library("decimal.js", tmp_path_factory.mktemp("npm"))}


def comparable(value: object) -> object:
    """The form in which evaluate_all.ts writes a value."""
    match value:
        case None | bool() | str():
            return value
        case int() | Decimal():
            digits = f"{Decimal(value):f}"
            digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
            return {"number": "0" if digits == "-0" else digits}
        case list():
            return [comparable(item) for item in value]
        case Mapping():
            return {"row": len(value)}
    raise AssertionError(value)


def server_result(expression: Expression, scope: dict[str, Any]) -> object:
    try:
        return {"value": comparable(expression.evaluate(scope)), "holds": expression.holds(scope)}
    except ExpressionError:
        return {"error": True}


def test_generated_expressions_have_the_same_results(decimal: dict[str, Path]) -> None:
    rng = Random(20261122)
    pairs = [(expression, random_scope(rng)) for expression in random_expressions(rng, CASES)]
    data = [{"tree": expression.tree, "scope": scope} for expression, scope in pairs]
    browser = run_typescript(EVALUATOR, "evaluateAll", data, decimal)
    server = [server_result(expression, scope) for expression, scope in pairs]
    different = [
        (expression.text, scope, on_server, in_browser)
        for (expression, scope), on_server, in_browser in zip(pairs, server, browser, strict=True)
        if on_server != in_browser
    ]
    assert different == []
    values = [result for result in server if result != {"error": True}]
    assert len(values) > CASES / 3, "too few cases give a value to compare"


def test_the_truth_table_holds_on_both_sides(decimal: dict[str, Path]) -> None:
    rows = list(truth_table.cases())
    data = [{"tree": compile(row.text).tree, "scope": {"doc": row.doc}} for row in rows]
    browser = run_typescript(EVALUATOR, "evaluateAll", data, decimal)
    server = [server_result(compile(row.text), {"doc": row.doc}) for row in rows]
    assert browser == server


@pytest.mark.parametrize(
    ("text", "doc"),
    [
        ("constructor", {}),
        ("doc.toString || doc.valueOf", {}),
        ("a", {"a": 10**18}),
        ("a", {"a": 1e-41}),
        ("count(rows)", {"rows": [{}] * (limits.MAX_LIST + 1)}),
        ("sum(rows, row.a + row.b + row.c + row.d + row.e + row.f)", {"rows": [{}] * 9_999}),
        ("len(concat(t, t))", {"t": "😀" * 50_000}),
        ("concat(t, t, 'x')", {"t": "😀" * 50_000}),
        ("replace(t, 'a', t)", {"t": "a" * 400}),
        ("a == a", {"a": [[[[[[[[[1]]]]]]]]]}),
        ("a < b", {"a": "\uffee", "b": "😀"}),
        ("1 / 3 * 3 == 1", {}),
        ("0.1 + 0.2 == 0.3", {}),
        ("a + b == 0.3", {"a": 0.1, "b": 0.2}),
        ("today()", {}),
    ],
)
def test_limits_and_corners_are_the_same(text: str, doc: dict[str, Any], decimal: dict[str, Path]) -> None:
    expression = compile(text)
    [browser] = run_typescript(EVALUATOR, "evaluateAll", [{"tree": expression.tree, "scope": {"doc": doc}}], decimal)
    assert browser == server_result(expression, {"doc": doc})


def test_the_browser_holds_the_same_limits() -> None:
    source = (BROWSER / "limits.ts").read_text()
    stated = dict(re.findall(r"^export const (\w+) = '?(-?[\d_]+)'?$", source, re.MULTILINE))
    assert len(stated) >= 9
    server = {**vars(limits), "MAX_EXPONENT": Decimal(limits.MAX_NUMBER).adjusted()}
    assert {name: int(value) for name, value in stated.items()} == {name: server[name] for name in stated}
