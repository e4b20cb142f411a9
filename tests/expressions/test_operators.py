"""Operators and functions give what the truth table says, written with or without Decimal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from crm_platform.errors import ExpressionError
from crm_platform.expressions import compile, loads
from support.truth_table import REFUSED, Case, cases, exact_cases


def strictly_equal(left: object, right: object) -> bool:
    """Equality that tells true from 1 and '' from null, but not 1 from Decimal 1."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(strictly_equal, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, float) or isinstance(right, float):
        return Decimal(str(left)) == Decimal(str(right))
    return left == right


@pytest.mark.parametrize("case", [*cases(), *exact_cases()], ids=lambda case: f"{case.text} {list(case.doc.values())}")
def test_the_truth_table_holds(case: Case) -> None:
    expression = compile(case.text)
    for form in (expression, loads(expression.tree)):
        if case.result == REFUSED:
            with pytest.raises(ExpressionError):
                form.evaluate({"doc": case.doc})
        else:
            value = form.evaluate({"doc": case.doc})
            assert strictly_equal(value, case.result), value


@pytest.mark.parametrize(("first", "second"), [("==", "==="), ("!=", "!=="), ("and", "&&"), ("or", "||")])
def test_both_spellings_are_one_operator(first: str, second: str) -> None:
    assert compile(f"a {first} b").tree == compile(f"a {second} b").tree


@pytest.mark.parametrize("values", [(1, 2, 3), (3, 2, 1), (1, 1, 1), (None, 1, 2), ("a", "b", "c")])
def test_a_chain_of_comparisons_means_all_of_them(values: tuple[Any, ...]) -> None:
    doc = dict(zip("abc", values, strict=True))
    chain, pairs = compile("a < b <= c"), compile("a < b and b <= c")
    assert chain.holds({"doc": doc}) is pairs.holds({"doc": doc})
