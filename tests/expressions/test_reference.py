"""The reference page says what the code does: its examples run, its truth table and limits are the true ones."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from crm_platform.expressions import compile, limits
from crm_platform.expressions.aggregates import AGGREGATES
from crm_platform.expressions.calls import METHODS
from crm_platform.expressions.functions import ALIASES, FUNCTIONS
from support.checkout import ROOT
from support.truth_table import markdown

PAGE = (ROOT / "docs" / "reference" / "expressions.md").read_text(encoding="utf-8")
EXAMPLES = PAGE.split("### Examples")[1].split("\n## ")[0]
ROWS = re.findall(r"^\| `(.+)` \| `(.+)` \|$", EXAMPLES, re.MULTILINE)


def record() -> dict[str, Any]:
    block = EXAMPLES.split("```json")[1].split("```")[0]
    loaded: dict[str, Any] = json.loads(block)
    return loaded


@pytest.mark.parametrize(("text", "result"), ROWS)
def test_each_example_gives_its_result(text: str, result: str) -> None:
    scope = {"doc": record(), "now": "2026-11-22 00:00:00.000000"}
    assert compile(text).evaluate(scope) == json.loads(result, parse_float=Decimal)


def test_the_python_example_runs() -> None:
    names: dict[str, Any] = {}
    exec(PAGE.split("```python")[1].split("```")[0], names)
    assert names["condition"].holds({"doc": {"status": "Open", "amount": 1500}})


def test_the_truth_table_is_the_tested_one() -> None:
    assert PAGE.endswith(f"{markdown()}\n")


@pytest.mark.parametrize("name", sorted({*FUNCTIONS, *ALIASES, *AGGREGATES}))
def test_each_function_is_described(name: str) -> None:
    assert f"`{name}(" in PAGE


@pytest.mark.parametrize("name", sorted(METHODS))
def test_each_method_is_described(name: str) -> None:
    assert re.search(rf"\.{name}[(`]", PAGE)


@pytest.mark.parametrize(
    "limit",
    ["MAX_SOURCE", "MAX_NODES", "MAX_DEPTH", "MAX_AGGREGATES", "MAX_TEXT", "MAX_LIST", "MAX_STEPS", "PRECISION"],
)
def test_each_limit_is_stated(limit: str) -> None:
    section = PAGE.split("## Limits")[1].split("\n## ")[0]
    assert re.search(rf"\b{vars(limits)[limit]:,}\b", section)
