"""Calls in the text: functions of the table, JavaScript's methods, and aggregates over child rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from crm_platform.expressions.aggregates import AGGREGATES
from crm_platform.expressions.cursor import Cursor
from crm_platform.expressions.functions import ALIASES, FUNCTIONS
from crm_platform.expressions.tokens import Token
from crm_platform.expressions.tree import Aggregate, Call, Choice, Compare, Field, Node, Owner, walk

ReadNode = Callable[[], Node]


class _Method(NamedTuple):
    """How `target.method(argument)` is written as a function; `length` is read without brackets."""

    function: str
    arguments: int
    brackets: bool = True


METHODS: Final = {
    "length": _Method("len", 0, brackets=False),
    "includes": _Method("in", 1),
    "startsWith": _Method("startswith", 1),
    "startswith": _Method("startswith", 1),
    "endsWith": _Method("endswith", 1),
    "endswith": _Method("endswith", 1),
    "toLowerCase": _Method("lower", 0),
    "lower": _Method("lower", 0),
    "toUpperCase": _Method("upper", 0),
    "upper": _Method("upper", 0),
    "trim": _Method("trim", 0),
    "strip": _Method("trim", 0),
}
"""JavaScript's and Python's methods that an expression may use, by name."""

_OWNERS: Final[dict[str, Owner]] = {"doc": "doc", "parent": "parent"}
_DOTS: Final = frozenset({".", "?."})


def read_arguments(cursor: Cursor, read: ReadNode, closing: str) -> list[Node]:
    """Expressions between brackets, separated by commas (one may trail); the opening bracket is already taken."""
    nodes: list[Node] = []
    while not cursor.accept(closing):
        nodes.append(read())
        if not cursor.at(closing):
            cursor.expect(",")
    return nodes


def read_method(cursor: Cursor, read: ReadNode, target: Node, name: Token) -> Node:
    """`target.name(…)`; `name` is one of METHODS."""
    method = METHODS[name.value]
    arguments: list[Node] = []
    if method.brackets:
        cursor.expect("(")
        arguments = read_arguments(cursor, read, ")")
    _check_count(cursor, name, len(arguments), method.arguments, method.arguments)
    if method.function == "in":
        return Compare(("in",), (arguments[0], target))
    return Call(method.function, (target, *arguments))


def read_call(cursor: Cursor, read: ReadNode, name: Token) -> Node:
    """`name(…)`, the cursor at the bracket. Raises ExpressionError for a name or number of arguments unknown to us."""
    cursor.expect("(")
    if name.value in AGGREGATES and not (cursor.over_rows and name.value in FUNCTIONS):
        return _read_aggregate(cursor, read, name)
    arguments = tuple(read_arguments(cursor, read, ")"))
    if name.value == "if":
        _check_count(cursor, name, len(arguments), 3, 3)
        return Choice(*arguments)
    if name.value == "in_list":
        _check_count(cursor, name, len(arguments), 2, 2)
        return Compare(("in",), (arguments[1], arguments[0]))
    return _table_call(cursor, name, arguments)


def _read_aggregate(cursor: Cursor, read: ReadNode, name: Token) -> Node:
    """`sum(items.amount)`, `sum(items, row.qty * row.rate)`, `count(items)`; or `min(a, b)` over plain values."""
    if cursor.over_rows:
        cursor.refuse(name, "Sums over rows cannot stand within one another (line {line}, column {column}).")
    column = _read_column(cursor)
    if column is not None:
        return column(name.value)
    if cursor.accept(")"):
        return _table_call(cursor, name, ())
    table = read()
    arguments = (table, *_read_bodies(cursor, read, is_table=_is_table(table)))
    over_rows = any(isinstance(node, Field) and node.owner == "row" for part in arguments for node, _ in walk(part))
    if name.value in FUNCTIONS and not over_rows:
        return _table_call(cursor, name, arguments)
    least = AGGREGATES[name.value].least
    _check_count(cursor, name, len(arguments), least, 2)
    if not isinstance(table, Field) or not _is_table(table):
        cursor.refuse(
            name,
            "{function}() starts with a child table (line {line}, column {column}): {function}(items, row.amount).",
            function=name.value,
        )
    return Aggregate(name.value, table, arguments[1] if len(arguments) > 1 else None)


def _read_bodies(cursor: Cursor, read: ReadNode, *, is_table: bool) -> list[Node]:
    """What follows the first argument, up to the closing bracket."""
    if not cursor.at(")"):
        cursor.expect(",")
    cursor.over_rows = is_table
    bodies = read_arguments(cursor, read, ")")
    cursor.over_rows = False
    return bodies


def _is_table(node: Node) -> bool:
    return isinstance(node, Field) and node.owner != "row"


def _read_column(cursor: Cursor) -> Callable[[str], Aggregate] | None:
    """Read `items.amount)` or `doc.items.amount)` if that is next; the result makes the aggregate of a function."""
    owner = _OWNERS.get(cursor.token.value) if cursor.ahead(1).value in _DOTS else None
    start = 0 if owner is None else 2
    table, dot, column, closing = (cursor.ahead(start + place) for place in range(4))
    is_column = dot.value in _DOTS and closing.value == ")" and column.value not in METHODS
    if table.value == "row" or table.kind != "name" or not is_column:
        return None
    source = Field(owner or "doc", cursor.field_name(table))
    body = Field("row", cursor.field_name(column))
    for _ in range(start + 4):
        cursor.take()
    return lambda function: Aggregate(function, source, body)


def _table_call(cursor: Cursor, name: Token, arguments: tuple[Node, ...]) -> Node:
    function = ALIASES.get(name.value, name.value)
    if function not in FUNCTIONS:
        cursor.refuse(
            name,
            "{function}() is not a function of the language (line {line}, column {column}).",
            function=name.value[:40],
        )
    entry = FUNCTIONS[function]
    _check_count(cursor, name, len(arguments), entry.least, entry.most)
    return Call(function, arguments)


def _check_count(cursor: Cursor, name: Token, count: int, least: int, most: int) -> None:
    if not least <= count <= most:
        cursor.refuse(
            name,
            "{function}() takes {least} to {most} values, not {count} (line {line}, column {column}).",
            function=name.value,
            least=least,
            most=most,
            count=count,
        )
