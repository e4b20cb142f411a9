"""Tree ↔ JSON: the form the server gives to the browser, and reads back.

    {"version": 1, "root": ["compare", ["=="], ["field", "doc", "status"], ["text", "Open"]]}

A node is a list that begins with its kind; numbers are texts, so that no JSON reader rounds them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from crm_platform.errors import ExpressionError
from crm_platform.expressions.aggregates import AGGREGATES
from crm_platform.expressions.functions import FUNCTIONS
from crm_platform.expressions.limits import MAX_DEPTH, MAX_SOURCE
from crm_platform.expressions.operators import ARITHMETICS, COMPARISONS
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
    LogicOperator,
    Negate,
    Node,
    Not,
    children,
    is_field_name,
    is_within_limits,
    walk,
)
from crm_platform.expressions.values import text

VERSION: Final = 1
_NUMBER: Final = re.compile(r"[0-9]{1,18}(\.[0-9]*)?|\.[0-9]+")


def dump(root: Node) -> dict[str, Any]:
    """The JSON form of a tree."""
    return {"version": VERSION, "root": _dump(root)}


def _dump(node: Node) -> list[Any]:
    return [*_HEADS[type(node)](node), *map(_dump, children(node))]


def _constant_head(node: Constant) -> list[Any]:
    value = node.value
    if isinstance(value, str):
        return ["text", value]
    if value is None or isinstance(value, bool):
        return ["constant", value]
    return ["number", text(value)]


_HEADS: Final[dict[type, Callable[[Any], list[Any]]]] = {
    Constant: _constant_head,
    Field: lambda node: ["field", node.owner, node.name],
    Compare: lambda node: ["compare", list(node.operators)],
    Arithmetic: lambda node: ["arithmetic", node.operator],
    Call: lambda node: ["call", node.function],
    Aggregate: lambda node: ["aggregate", node.function],
    Logic: lambda node: [node.operator],
    Items: lambda _node: ["list"],
    Not: lambda _node: ["not"],
    Negate: lambda _node: ["negate"],
    Choice: lambda _node: ["choice"],
}
"""How the list of a node begins; its children follow."""


def load(tree: object) -> Node:
    """The tree of a JSON form made by `dump`. Raises ExpressionError for anything else, and over the limits."""
    if not isinstance(tree, dict) or tree.get("version") != VERSION:
        raise ExpressionError("This compiled expression has another version. Compile its text again.")
    root = _load(tree.get("root"), 1)
    if not is_within_limits(root) or any(_is_nested(node) for node, _ in walk(root)):
        raise _refused()
    return root


def _refused() -> ExpressionError:
    return ExpressionError("This is not a compiled expression. Compile its text again.")


def _is_nested(node: Node) -> bool:
    """Whether `node` is an aggregate that has another one inside."""
    return isinstance(node, Aggregate) and any(isinstance(inner, Aggregate) for inner, _ in list(walk(node))[1:])


def _load(form: object, depth: int) -> Node:
    if isinstance(form, list) and form and depth <= MAX_DEPTH:
        kind, *parts = form
        if isinstance(kind, str) and kind in _LEAVES:
            return _LEAVES[kind](parts)
        if isinstance(kind, str) and kind in _BRANCHES:
            name, forms = (parts[0], parts[1:]) if parts and kind in _NAMED else (None, parts)
            return _BRANCHES[kind](name, tuple(_load(part, depth + 1) for part in forms))
    raise _refused()


def _text(parts: list[Any]) -> Node:
    match parts:
        case [str(value)] if len(value) <= MAX_SOURCE:
            return Constant(value)
    raise _refused()


def _constant(parts: list[Any]) -> Node:
    match parts:
        case [None | bool() as value]:
            return Constant(value)
    raise _refused()


def _number(parts: list[Any]) -> Node:
    match parts:
        case [str(digits)] if len(digits) <= MAX_SOURCE and _NUMBER.fullmatch(digits):
            return Constant(Decimal(digits) if "." in digits else int(digits))
    raise _refused()


def _field(parts: list[Any]) -> Node:
    match parts:
        case ["doc" | "parent" | "row" as owner, str(name)] if is_field_name(name):
            return Field(owner, name)
    raise _refused()


def _compare(name: object, nodes: tuple[Node, ...]) -> Node:
    match name:
        case [_, *_] if len(name) == len(nodes) - 1 and all(isinstance(sign, str) for sign in name):
            signs = tuple(str(sign) for sign in name)
            if COMPARISONS.keys() >= set(signs):
                return Compare(signs, nodes)
    raise _refused()


def _arithmetic(name: object, nodes: tuple[Node, ...]) -> Node:
    match name, nodes:
        case str(sign), (left, right) if sign in ARITHMETICS:
            return Arithmetic(sign, left, right)
    raise _refused()


def _call(name: object, nodes: tuple[Node, ...]) -> Node:
    entry = FUNCTIONS.get(name) if isinstance(name, str) else None
    if not isinstance(name, str) or entry is None or not entry.least <= len(nodes) <= entry.most:
        raise _refused()
    return Call(name, nodes)


def _aggregate(name: object, nodes: tuple[Node, ...]) -> Node:
    match name, nodes:
        case str(function), (Field(owner="doc" | "parent") as table, *bodies) if function in AGGREGATES:
            if AGGREGATES[function].least <= len(nodes) <= 2:
                return Aggregate(function, table, bodies[0] if bodies else None)
    raise _refused()


def _logic(operator: LogicOperator) -> Callable[[object, tuple[Node, ...]], Node]:
    def load_logic(_name: object, nodes: tuple[Node, ...]) -> Node:
        if len(nodes) < 2:
            raise _refused()
        return Logic(operator, nodes)

    return load_logic


def _operand(kind: type[Not | Negate]) -> Callable[[object, tuple[Node, ...]], Node]:
    def load_operand(_name: object, nodes: tuple[Node, ...]) -> Node:
        match nodes:
            case (operand,):
                return kind(operand)
        raise _refused()

    return load_operand


def _choice(_name: object, nodes: tuple[Node, ...]) -> Node:
    match nodes:
        case (test, then, other):
            return Choice(test, then, other)
    raise _refused()


_NAMED: Final = frozenset({"compare", "arithmetic", "call", "aggregate"})
_LEAVES: Final[dict[str, Callable[[list[Any]], Node]]] = {
    "text": _text,
    "constant": _constant,
    "number": _number,
    "field": _field,
}
_BRANCHES: Final[dict[str, Callable[[object, tuple[Node, ...]], Node]]] = {
    "compare": _compare,
    "arithmetic": _arithmetic,
    "call": _call,
    "aggregate": _aggregate,
    "and": _logic("and"),
    "or": _logic("or"),
    "not": _operand(Not),
    "negate": _operand(Negate),
    "choice": _choice,
    "list": lambda _name, nodes: Items(nodes),
}
