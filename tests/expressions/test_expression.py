"""What a compiled expression tells: its fields, and a JSON tree that gives the same expression back."""

from __future__ import annotations

import json
from random import Random

import pytest

from crm_platform.errors import ExpressionError, ValidationError
from crm_platform.expressions import FieldPath, compile, loads
from support.expressions import random_expressions, random_scope


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("status", {"doc.status"}),
        ("eval:doc.status == 'Open' && !doc.__islocal", {"doc.status", "doc.__islocal"}),
        ("parent.currency == currency", {"parent.currency", "doc.currency"}),
        ("sum(items.amount)", {"doc.items", "doc.items.amount"}),
        ("sum(items, row.qty * row.rate) + tax", {"doc.items", "doc.items.qty", "doc.items.rate", "doc.tax"}),
        ("count(parent.items, row.qty > limit)", {"parent.items", "parent.items.qty", "doc.limit"}),
        ("count(items)", {"doc.items"}),
        ("today() > '2024-01-01'", set()),
    ],
)
def test_fields_are_all_that_is_read(text: str, fields: set[str]) -> None:
    assert {str(path) for path in compile(text).fields} == fields
    assert loads(compile(text).tree).fields == compile(text).fields


def test_a_field_path_has_its_parts() -> None:
    assert compile("sum(items.amount)").fields == {FieldPath("doc", "items"), FieldPath("doc", "items", "amount")}


def test_the_tree_is_versioned_json() -> None:
    tree = compile("eval:doc.status === '已签约' && sum(items, row.qty * 1.50) > 10").tree
    assert tree == {
        "version": 1,
        "root": [
            "and",
            ["compare", ["=="], ["field", "doc", "status"], ["text", "已签约"]],
            [
                "compare",
                [">"],
                [
                    "aggregate",
                    "sum",
                    ["field", "doc", "items"],
                    ["arithmetic", "*", ["field", "row", "qty"], ["number", "1.5"]],
                ],
                ["number", "10"],
            ],
        ],
    }


def test_a_tree_gives_the_same_expression_back() -> None:
    rng = Random(7)
    for expression in random_expressions(rng, 300):
        again = loads(json.loads(json.dumps(expression.tree)))
        assert again.root == expression.root
        scope = random_scope(rng)
        try:
            value = expression.evaluate(scope)
        except ExpressionError:
            with pytest.raises(ExpressionError):
                again.evaluate(scope)
        else:
            assert again.evaluate(scope) == value


FIELD = ["field", "doc", "a"]


@pytest.mark.parametrize(
    "root",
    [
        None,
        [],
        ["field", "doc", "__class__"],
        ["field", "os", "a"],
        ["field", "doc"],
        ["number", "1e5"],
        ["number", 5],
        ["number", "9" * 19],
        ["constant", 1],
        ["text", None],
        ["call", "eval", FIELD],
        ["call", "round"],
        ["call", ["round"], FIELD],
        ["arithmetic", "**", FIELD, FIELD],
        ["arithmetic", "+", FIELD],
        ["compare", ["=="], FIELD],
        ["compare", ["is"], FIELD, FIELD],
        ["compare", [["=="]], FIELD, FIELD],
        ["compare", "==", FIELD, FIELD],
        ["not"],
        ["and", FIELD],
        ["choice", FIELD, FIELD],
        ["aggregate", "sum", FIELD],
        ["aggregate", "sum", ["field", "row", "a"], FIELD],
        ["aggregate", "sum", FIELD, ["aggregate", "count", FIELD]],
        ["aggregate", "sum", FIELD, FIELD, FIELD],
        ["list", *[["constant", None]] * 500],
    ],
)
def test_what_the_server_never_wrote_is_refused(root: object) -> None:
    with pytest.raises(ExpressionError, match="not a compiled expression"):
        loads({"version": 1, "root": root})


def test_deep_json_is_refused() -> None:
    root: list[object] = ["not", FIELD]
    for _ in range(10_000):
        root = ["not", root]
    with pytest.raises(ExpressionError):
        loads({"version": 1, "root": root})


@pytest.mark.parametrize("tree", [None, "x", [], {}, {"version": 2, "root": FIELD}, {"root": FIELD}])
def test_another_version_is_refused(tree: object) -> None:
    with pytest.raises(ExpressionError, match="another version"):
        loads(tree)


def test_a_refusal_is_bad_input() -> None:
    with pytest.raises(ValidationError) as refusal:
        compile("a +")
    assert (refusal.value.code, refusal.value.status) == ("ExpressionError", 417)
