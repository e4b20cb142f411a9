"""The tree of an expression: frozen nodes that both the server's compiler and the browser read.

Constant  null, true, false, a number or a text          Field      doc.status, parent.company, row.qty
Items     [a, b]                                         Not        not a, !a
Negate    -a                                             Logic      a and b and c; a or b
Compare   a < b <= c, x in list                          Arithmetic a + b
Choice    a ? b : c, b if a else c, if(a, b, c)          Call       round(a, 2)
Aggregate sum(items, row.qty * row.rate), count(items)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from crm_platform.expressions.limits import MAX_AGGREGATES, MAX_DEPTH, MAX_NAME, MAX_NODES

_FIELD_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_UNDERSCORED: Final = frozenset({"__islocal", "__unsaved", "_assign", "_comments", "_liked_by", "_user_tags"})

Owner: TypeAlias = Literal["doc", "parent", "row", "before"]
Subject: TypeAlias = Literal["document", "change"]
"""What an expression is about: a document as it is, or a change of it, which has `before`."""
LogicOperator: TypeAlias = Literal["and", "or"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the text; numbers are int, or Decimal when written with a point."""

    value: None | bool | int | Decimal | str


@dataclass(frozen=True, slots=True)
class Items:
    """A list written in the text."""

    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the document, of its parent document, of the child row an aggregate is at, or as it was before."""

    owner: Owner
    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """True where `operand` does not hold."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Negate:
    """The number with its sign turned."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """The first operand that decides, as in Python and JavaScript; a run of one operator is one node."""

    operator: LogicOperator
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A chain of comparisons as in Python: one operator fewer than operands, all must hold."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left operator right` with one of + - * / // %."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """`then` where `test` holds, otherwise `other`; only the chosen one is evaluated."""

    test: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the fixed table."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One value over the rows of a child table; `body` is evaluated per row (None: the rows themselves are counted)."""

    function: str
    table: Field
    body: Node | None


Node: TypeAlias = Constant | Items | Field | Not | Negate | Logic | Compare | Arithmetic | Choice | Call | Aggregate


class FieldPath(NamedTuple):
    """A field that an expression reads: of `doc`, `parent` or `before`; `column` is one of the child table `name`."""

    owner: Literal["doc", "parent", "before"]
    name: str
    column: str | None = None

    def __str__(self) -> str:
        return ".".join(part for part in self if part)


def is_field_name(name: str) -> bool:
    """Whether a document may have a field `name`; of those with a leading underscore only Frappe's own are known."""
    return len(name) <= MAX_NAME and (_FIELD_NAME.fullmatch(name) is not None or name in _UNDERSCORED)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below `node`."""
    match node:
        case Items(values=nodes) | Logic(operands=nodes) | Compare(operands=nodes) | Call(arguments=nodes):
            return nodes
        case Not(operand=operand) | Negate(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right):
            return (left, right)
        case Choice(test=test, then=then, other=other):
            return (test, then, other)
        case Aggregate(table=table, body=body):
            return (table,) if body is None else (table, body)
    return ()


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth (1 at the root), without recursion."""
    pending: list[tuple[Node, int]] = [(root, 1)]
    while pending:
        node, depth = pending.pop()
        yield node, depth
        pending.extend((child, depth + 1) for child in children(node))


def is_within_limits(root: Node) -> bool:
    """Whether the tree is small and flat enough to be compiled."""
    aggregates = 0
    for nodes, (node, depth) in enumerate(walk(root), start=1):
        aggregates += isinstance(node, Aggregate)
        if nodes > MAX_NODES or depth > MAX_DEPTH or aggregates > MAX_AGGREGATES:
            return False
    return True


def field_paths(root: Node) -> frozenset[FieldPath]:
    """All fields that the tree reads, for dependency analysis; a child table is named itself and with each column."""
    paths: set[FieldPath] = set()
    pending: list[tuple[Node, Field | None]] = [(root, None)]
    while pending:
        node, table = pending.pop()
        inner = node.table if isinstance(node, Aggregate) else table
        pending.extend((child, inner) for child in children(node))
        if not isinstance(node, Field):
            continue
        if node.owner != "row":
            paths.add(FieldPath(node.owner, node.name))
        elif table is not None and table.owner != "row":
            paths.add(FieldPath(table.owner, table.name, node.name))
    return frozenset(paths)
