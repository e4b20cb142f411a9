"""The truth table of the expression language, which the tests of server, browser and documentation share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from support.checkout import ROOT

FILE = ROOT / "tests" / "expressions" / "truth_table.json"
REFUSED = {"error": True}
"""The result of a row that ends in ExpressionError."""


class Case(NamedTuple):
    """One row: an expression over the fields v0, v1, …, the record they are in and the expected result."""

    text: str
    doc: dict[str, Any]
    result: Any


def groups(**options: Any) -> list[dict[str, Any]]:
    """The groups of the table, each with title, form, note and rows; `options` go to json.loads."""
    loaded: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"), **options)
    return loaded


def expression_of(form: str, names: list[str]) -> str:
    """The expression that a group's form means for fields of these names."""
    if form == "truth":
        return f"!!{names[0]}"
    if form.endswith("()"):
        return f"{form[:-2]}({', '.join(names)})"
    return f" {form} ".join(names)


def cases(**options: Any) -> Iterator[Case]:
    """Every row of the table."""
    for group in groups(**options):
        for *values, result in group["rows"]:
            doc = {f"v{place}": value for place, value in enumerate(values)}
            yield Case(expression_of(group["form"], list(doc)), doc, result)


def exact_cases() -> list[Case]:
    """Every row, its numbers with a point being Decimal."""
    return list(cases(parse_float=Decimal))


def markdown() -> str:
    """The table as `docs/reference/expressions.md` shows it."""
    return "\n\n".join(map(_section, groups()))


def _section(group: dict[str, Any]) -> str:
    names = ["a", "b", "c"]
    width = max(len(row) for row in group["rows"]) - 1
    title = f"### {group['title']}: `{expression_of(group['form'], names[:width])}`"
    head = f"| {' | '.join(names[:width])} | result |"
    rows = [_line(row, width) for row in group["rows"]]
    note = [group["note"], ""] if group["note"] else []
    return "\n".join([title, "", *note, head, "|---" * (width + 1) + "|", *rows])


def _line(row: list[Any], width: int) -> str:
    *values, result = row
    shown = [*map(_shown, values), *[""] * (width - len(values))]
    return f"| {' | '.join(shown)} | {'refused' if result == REFUSED else _shown(result)} |"


def _shown(value: Any) -> str:
    text = f"{Decimal(repr(value)):f}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
    return f"`{text}`"
