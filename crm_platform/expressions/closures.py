"""Tree → closure: each node becomes a function of the frame; nothing is looked up by name while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from crm_platform.errors import ExpressionError
from crm_platform.expressions.aggregates import AGGREGATES
from crm_platform.expressions.functions import CLOCK_FUNCTIONS, FUNCTIONS
from crm_platform.expressions.limits import MAX_LIST, MAX_STEPS
from crm_platform.expressions.operators import ARITHMETICS, COMPARISONS, subtract
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
    walk,
)
from crm_platform.expressions.values import Row, Value, from_document, truth

Frame: TypeAlias = tuple[Row, Row, Row, object, Row]
"""The document, its parent document, the child row at hand, the clock, and the document before the change."""

Closure: TypeAlias = Callable[[Frame], Value]

_OWNERS: Final = {"doc": 0, "parent": 1, "row": 2, "before": 4}
_CLOCK: Final = 3


def build(node: Node) -> Closure:
    """The closure of a tree that was checked by the parser or by `wire`."""
    return _BUILDERS[type(node)](node)


def _constant(node: Constant) -> Closure:
    value = node.value
    return lambda _frame: value


def _items(node: Items) -> Closure:
    values = [build(value) for value in node.values]
    return lambda frame: [value(frame) for value in values]


def _field(node: Field) -> Closure:
    place, name = _OWNERS[node.owner], node.name
    return lambda frame: from_document(frame[place].get(name))  # type: ignore[attr-defined]  # the places of owners are rows


def _not(node: Not) -> Closure:
    operand = build(node.operand)
    return lambda frame: not truth(operand(frame))


def _negate(node: Negate) -> Closure:
    operand = build(node.operand)
    return lambda frame: subtract(0, operand(frame))


def _logic(node: Logic) -> Closure:
    *first, last = [build(operand) for operand in node.operands]
    decisive = node.operator == "or"

    def logic(frame: Frame) -> Value:
        for operand in first:
            value = operand(frame)
            if bool(value) is decisive:
                return value
        return last(frame)

    return logic


def _compare(node: Compare) -> Closure:
    first, *others = [build(operand) for operand in node.operands]
    steps = list(zip([COMPARISONS[operator] for operator in node.operators], others, strict=True))
    if len(steps) == 1:
        [(holds, second)] = steps
        return lambda frame: holds(first(frame), second(frame))

    def chain(frame: Frame) -> Value:
        left = first(frame)
        for holds, other in steps:
            right = other(frame)
            if not holds(left, right):
                return False
            left = right
        return True

    return chain


def _arithmetic(node: Arithmetic) -> Closure:
    compute, left, right = ARITHMETICS[node.operator], build(node.left), build(node.right)
    return lambda frame: compute(left(frame), right(frame))


def _choice(node: Choice) -> Closure:
    test, then, other = build(node.test), build(node.then), build(node.other)
    return lambda frame: then(frame) if truth(test(frame)) else other(frame)


def _call(node: Call) -> Closure:
    if node.function in CLOCK_FUNCTIONS:
        at = CLOCK_FUNCTIONS[node.function]
        return lambda frame: at(from_document(frame[_CLOCK]))
    call, arguments = FUNCTIONS[node.function].call, [build(argument) for argument in node.arguments]
    return lambda frame: call(*[argument(frame) for argument in arguments])


def _aggregate(node: Aggregate) -> Closure:
    combine, place, name = AGGREGATES[node.function].combine, _OWNERS[node.table.owner], node.table.name
    body = build(node.body or Constant(value=True))
    most = min(MAX_LIST, MAX_STEPS // sum(1 for _ in walk(node)))

    def aggregate(frame: Frame) -> Value:
        doc, parent, _, clock, before = frame
        rows = _rows(frame[place], name, most)
        return combine([body((doc, parent, row, clock, before)) for row in rows])

    return aggregate


def _rows(record: object, name: str, most: int) -> list[Row]:
    """The child rows in a field, none when it is empty. Raises ExpressionError when it holds something else."""
    rows = record.get(name) if isinstance(record, Mapping) else None
    if rows is None or rows == "":
        return []
    if not isinstance(rows, (list, tuple)) or not all(type(row) is dict or isinstance(row, Mapping) for row in rows):
        raise ExpressionError("{field} is not a child table.", field=name)
    if len(rows) > most:
        raise ExpressionError(
            "{field} has more than {limit} rows: too many for this expression.", field=name, limit=most
        )
    return list(rows)


_BUILDERS: Final[dict[type, Callable[[Any], Closure]]] = {
    Constant: _constant,
    Items: _items,
    Field: _field,
    Not: _not,
    Negate: _negate,
    Logic: _logic,
    Compare: _compare,
    Arithmetic: _arithmetic,
    Choice: _choice,
    Call: _call,
    Aggregate: _aggregate,
}
