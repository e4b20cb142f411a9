"""Tokens → tree: a Pratt parser of one grammar that has Python's and JavaScript's spellings side by side."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NoReturn

from crm_platform.expressions.calls import METHODS, read_arguments, read_call, read_method
from crm_platform.expressions.cursor import Cursor, shown
from crm_platform.expressions.limits import MAX_DEPTH, MAX_NUMBER
from crm_platform.expressions.tokens import Token
from crm_platform.expressions.tree import (
    Arithmetic,
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
    Owner,
    Subject,
    is_within_limits,
)

_CHOICE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN = range(1, 9)

_LOGIC: Final[dict[str, tuple[LogicOperator, int]]] = {
    "or": ("or", _OR),
    "||": ("or", _OR),
    "and": ("and", _AND),
    "&&": ("and", _AND),
}
_COMPARISONS: Final = {
    "==": "==", "===": "==", "!=": "!=", "!==": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "in",
    "is": "==", "not": "not in",
}  # fmt: skip
_ARITHMETIC: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT}
_STRENGTH: Final = {
    "?": _CHOICE,
    "if": _CHOICE,
    **{sign: strength for sign, (_, strength) in _LOGIC.items()},
    **dict.fromkeys(_COMPARISONS, _COMPARE),
    **_ARITHMETIC,
}
_CONSTANTS: Final[dict[str, None | bool]] = {
    "null": None, "undefined": None, "None": None, "true": True, "True": True, "false": False, "False": False,
}  # fmt: skip
_OWNERS: Final[dict[str, Owner]] = {"doc": "doc", "parent": "parent", "row": "row"}
_OWNERS_OF: Final[dict[Subject, dict[str, Owner]]] = {"document": _OWNERS, "change": {**_OWNERS, "before": "before"}}
_WORDS: Final = frozenset({"and", "or", "not", "in", "is", "if", "else"})


def parse(source: str, about: Subject = "document") -> Node:
    """The tree of `source` (a condition, a formula or the bare name of a field); one about a change may read `before`.

    Raises ExpressionError with line and column for everything that is not part of the language or over its limits.
    """
    parser = _Parser(source, _OWNERS_OF[about])
    first = parser.token
    root = parser.expression()
    while parser.accept(";"):
        pass
    if parser.token.kind != "end":
        parser.unexpected(parser.token)
    if not is_within_limits(root):
        parser.refuse_size(first)
    return root


class _Parser(Cursor):
    def __init__(self, source: str, owners: dict[str, Owner]) -> None:
        super().__init__(source)
        self._owners = owners
        self._depth = 0

    def expression(self, strength: int = 0) -> Node:
        """Read operators that bind stronger than `strength`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.refuse_size(self.token)
        left = self._prefix()
        while (found := self._infix_strength()) > strength:
            left = self._infix(left, found)
        self._depth -= 1
        return left

    def unexpected(self, token: Token) -> NoReturn:
        if token.value == "**":
            self.refuse(token, "Powers (**) are not part of the language (line {line}, column {column}).")
        self.refuse(token, "{found} is not understood here (line {line}, column {column}).", found=shown(token))

    def refuse_size(self, token: Token) -> NoReturn:
        self.refuse(token, "The expression is too long or nested too deeply (line {line}, column {column}). Split it.")

    def _infix_strength(self) -> int:
        token = self.token
        return _STRENGTH.get(token.value, 0) if token.kind in {"sign", "name"} else 0

    def _prefix(self) -> Node:
        if self.accept("not"):
            return Not(self.expression(_NOT))
        if self.accept("!"):
            return Not(self.expression(_SIGN))
        if self.at("-", "+"):
            return self._signed()
        return self._postfix(self._primary())

    def _signed(self) -> Node:
        token = self.take()
        operand = self.expression(_SIGN)
        self._refuse_text(token, operand)
        if token.value == "+":
            return Arithmetic("+", Constant(0), operand)
        return Negate(operand)

    def _infix(self, left: Node, strength: int) -> Node:
        if strength == _COMPARE:
            return self._comparison(left)
        token = self.take()
        if token.value == "?":
            return self._ternary(left)
        if token.value == "if":
            return self._conditional(left)
        right = self.expression(strength)
        if token.value in _LOGIC:
            return _joined(_LOGIC[token.value][0], left, right)
        if token.value != "+":
            self._refuse_text(token, left)
            self._refuse_text(token, right)
        return Arithmetic(token.value, left, right)

    def _ternary(self, test: Node) -> Node:
        then = self.expression()
        self.expect(":")
        return Choice(test, then, self.expression(_CHOICE - 1))

    def _conditional(self, then: Node) -> Node:
        test = self.expression(_CHOICE)
        self.expect("else")
        return Choice(test, then, self.expression(_CHOICE - 1))

    def _comparison(self, left: Node) -> Node:
        operators: list[str] = []
        operands = [left]
        while self._infix_strength() == _COMPARE:
            operators.append(self._comparison_operator())
            operands.append(self.expression(_COMPARE))
        return Compare(tuple(operators), tuple(operands))

    def _comparison_operator(self) -> str:
        token = self.take()
        if token.value == "not":
            self.expect("in")
        if token.value != "is":
            return _COMPARISONS[token.value]
        operator = "!=" if self.accept("not") else "=="
        if not self.at(*_CONSTANTS):
            self.refuse(
                token, "After 'is' there may be None, True or False only (line {line}, column {column}). Use ==."
            )
        return operator

    def _primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return self._number(token)
        if token.kind == "text":
            return Constant(token.value)
        if token.value == "(" and token.kind == "sign":
            return self._bracketed()
        if token.value == "[" and token.kind == "sign":
            return Items(tuple(read_arguments(self, self.expression, "]")))
        if token.kind == "name":
            return self._named(token)
        return self.unexpected(token)

    def _bracketed(self) -> Node:
        """`(a)`, or Python's tuple `(a, b)`, which is a list here."""
        inner = self.expression()
        if self.accept(","):
            return Items((inner, *read_arguments(self, self.expression, ")")))
        self.expect(")")
        return inner

    def _number(self, token: Token) -> Node:
        value = Decimal(token.value)
        if value >= MAX_NUMBER:
            self.refuse(token, "The number is too large (line {line}, column {column}).")
        return Constant(value if "." in token.value else int(value))

    def _named(self, token: Token) -> Node:
        if token.value in _CONSTANTS:
            return Constant(_CONSTANTS[token.value])
        if self.at("("):
            return read_call(self, self.expression, token)
        if token.value in self._owners:
            return self._owned(token)
        if token.value in _WORDS:
            self.unexpected(token)
        return Field("doc", self.field_name(token))

    def _owned(self, token: Token) -> Node:
        if not self.accept(".", "?."):
            self.refuse(
                token,
                "{name} is a whole record (line {line}, column {column}). Name one of its fields: {name}.fieldname.",
                name=token.value,
            )
        if token.value == "row" and not self.over_rows:
            self.refuse(
                token,
                "row is known only in the second part of sum(table, …) and its like (line {line}, column {column}).",
            )
        name = self.take()
        if name.value == "get" and self.accept("("):
            name = self.take()
            self.expect(")")
        return Field(self._owners[token.value], self.field_name(name))

    def _postfix(self, node: Node) -> Node:
        while self.at(".", "?.", "(", "["):
            token = self.take()
            if token.value not in {".", "?."}:
                self.unexpected(token)
            name = self.take()
            if name.value not in METHODS:
                self._refuse_attribute(name)
            node = read_method(self, self.expression, node, name)
        return node

    def _refuse_attribute(self, name: Token) -> NoReturn:
        self.refuse(
            name,
            ".{name} is not understood (line {line}, column {column}). Only fields of doc, parent and row can be read;"
            " a column of a child table stands inside sum(), count(), min(), max() or avg().",
            name=shown(name),
        )

    def _refuse_text(self, token: Token, operand: Node) -> None:
        if isinstance(operand, Items) or (isinstance(operand, Constant) and isinstance(operand.value, str)):
            self.refuse(
                token,
                "{operator} works on numbers, not on texts or lists (line {line}, column {column}).",
                operator=token.value,
            )


def _joined(operator: LogicOperator, left: Node, right: Node) -> Logic:
    if isinstance(left, Logic) and left.operator == operator:
        return Logic(operator, (*left.operands, right))
    return Logic(operator, (left, right))
