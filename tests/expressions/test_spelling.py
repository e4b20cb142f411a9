"""A tree spelled out means what it meant; `before` is known only where an expression is about a change."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from crm_platform.errors import ExpressionError
from crm_platform.expressions import Expression, compile
from crm_platform.expressions.spelling import spell
from support.expressions import random_expressions, random_scope


def outcome(expression: Expression, scope: dict[str, Any]) -> Any:
    """The value, or that there is none."""
    try:
        return expression.evaluate(scope)
    except ExpressionError:
        return ExpressionError


def test_a_spelled_tree_gives_the_same_values() -> None:
    rng, compared = Random(11), 0
    for expression in random_expressions(rng, 400):
        spelled = spell(expression.root)
        if len(spelled) > 5_000:
            continue
        again = compile(spelled)
        for _ in range(3):
            scope = random_scope(rng)
            assert outcome(again, scope) == outcome(expression, scope), spelled
            compared += 1
    assert compared > 900


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("eval:status=='王\\'s' && !vip", "(doc.status == '王\\'s') and (not doc.vip)"),
        ("sum(items.amount) > 10.50", "sum(doc.items, row.amount) > 10.5"),
        ("a if b else -c", "if(doc.b, doc.a, -doc.c)"),
        ("['a', null, true].includes(kind)", "doc.kind in ['a', null, true]"),
    ],
)
def test_the_spelling_is_one_that_people_read(text: str, spelled: str) -> None:
    assert spell(compile(text).root) == spelled


def test_before_is_read_in_an_expression_about_a_change() -> None:
    moved = compile("before.status != status and sum(items, row.qty) > before.total", "change")
    scope = {"doc": {"status": "Won", "items": [{"qty": 3}]}, "before": {"status": "Open", "total": 2}}
    assert moved.holds(scope)
    assert not moved.holds({**scope, "before": {**scope["before"], "total": 3}})
    assert not moved.holds({"doc": {"items": []}}), "nothing was before a new document"
    assert {str(path) for path in moved.fields} >= {"before.status", "before.total"}


def test_elsewhere_before_is_an_ordinary_field() -> None:
    assert compile("before == 1").holds({"doc": {"before": 1}})
    with pytest.raises(ExpressionError, match="status is not understood"):
        compile("before.status == 'Open'")
