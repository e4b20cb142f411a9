"""Tree → text: how a message names a part of an expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from crm_platform.expressions.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    Field,
    Items,
    Logic,
    Negate,
    Node,
    Not,
)
from crm_platform.expressions.values import text

_SPELLED: Final[dict[object, str]] = {None: "null", True: "true", False: "false"}
_CLOSED: Final = (Constant, Field, Items, Call, Choice, Aggregate)
"""Nodes that need no brackets inside another one."""


def spell(node: Node) -> str:
    """A text that parses to a tree of the same meaning."""
    return _SPELLINGS[type(node)](node)


def _inner(node: Node) -> str:
    return spell(node) if isinstance(node, _CLOSED) else f"({spell(node)})"


def _constant(node: Constant) -> str:
    value = node.value
    if value is None or isinstance(value, bool):
        return _SPELLED[value]
    if not isinstance(value, str):
        return text(value)
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + "'"


def _compare(node: Compare) -> str:
    first, *others = map(_inner, node.operands)
    return " ".join([first, *(f"{sign} {other}" for sign, other in zip(node.operators, others, strict=True))])


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(map(spell, nodes))


def _aggregate(node: Aggregate) -> str:
    return f"{node.function}({_listed((node.table,) if node.body is None else (node.table, node.body))})"


_SPELLINGS: Final[dict[type, Callable[[Any], str]]] = {
    Constant: _constant,
    Field: lambda node: f"{node.owner}.{node.name}",
    Items: lambda node: f"[{_listed(node.values)}]",
    Not: lambda node: f"not {_inner(node.operand)}",
    Negate: lambda node: f"-{_inner(node.operand)}",
    Logic: lambda node: f" {node.operator} ".join(map(_inner, node.operands)),
    Compare: _compare,
    Arithmetic: lambda node: f"{_inner(node.left)} {node.operator} {_inner(node.right)}",
    Choice: lambda node: f"if({_listed((node.test, node.then, node.other))})",
    Call: lambda node: f"{node.function}({_listed(node.arguments)})",
    Aggregate: _aggregate,
}
