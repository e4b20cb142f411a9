"""The operators of a condition: for each its SQL clause and the values that the clause binds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm_platform.database.conditions import Compare
from crm_platform.database.dialect import Dialect, Expression
from crm_platform.database.statement import Spread
from crm_platform.database.values import encode
from crm_platform.errors import DataError
from crm_platform.metadata.kinds import Storage
from crm_platform.metadata.masking import plain_of

Bind = Callable[[], sa.BindParameter[Any]]

NEGATIONS: Mapping[str, str] = {"!=": "=", "not in": "in", "not like": "like"}
"""Each of these is true exactly where the other is not, so it includes rows where the column is missing."""


@dataclass(frozen=True, slots=True)
class Operand:
    """The column that is compared, in the statement being built."""

    dialect: Dialect
    column: Expression
    storage: Storage
    field: str

    def encode(self, value: Any) -> Any:
        return encode(self.field, self.dialect.encoders[self.storage], plain_of(value))

    def missing(self) -> Expression:
        """True where there is no value; an empty text counts as none."""
        if self.storage == "text":
            return sa.or_(self.column.is_(None), self.column == sa.literal_column("''"))
        return self.column.is_(None)


Clause = tuple[Expression, Spread]


def clause_of(operand: Operand, compare: Compare, bind: Bind) -> Clause:
    """Build the SQL of one comparison, with a conversion of its value that fits every value of the same shape."""
    operator = NEGATIONS.get(compare.operator, compare.operator)
    build = _BUILDERS.get(operator)
    if build is None:
        raise DataError("The operator {operator} is not known.", operator=compare.operator)
    clause, spread = build(operand, operator, compare.value, bind)
    if compare.operator in NEGATIONS:
        clause = negated(clause)
    return clause, spread


def negated(clause: Expression) -> Expression:
    """NOT of two values: unknown counts as false, as in the Python form."""
    return sa.not_(sa.func.coalesce(clause, sa.false()))


def is_empty(value: Any) -> bool:
    """Whether a value counts as missing."""
    return value is None or bool(value == "")


def _nothing(_: Any) -> Sequence[Any]:
    return ()


def _equal(operand: Operand, operator: str, value: Any, bind: Bind) -> Clause:
    if is_empty(value):
        return operand.missing(), _nothing
    return _ordered(operand, operator, value, bind)


_COMPARISONS: Mapping[str, Callable[[Any, Any], Expression]] = {
    "=": lambda column, value: column == value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
}


def _ordered(operand: Operand, operator: str, _: Any, bind: Bind) -> Clause:
    return _COMPARISONS[operator](operand.column, bind()), lambda value: (operand.encode(value),)


def _among(operand: Operand, operator: str, value: Any, bind: Bind) -> Clause:
    _check_sequence(operand, operator, value)
    if not value:
        return sa.false(), _nothing
    clause = operand.dialect.member(operand.column, bind())
    if any(map(is_empty, value)):
        clause = sa.or_(clause, operand.missing())
    many = operand.dialect.many
    return clause, lambda values: (many([operand.encode(item) for item in values if not is_empty(item)]),)


def _alike(operand: Operand, operator: str, _: Any, bind: Bind) -> Clause:
    if operand.storage != "text":
        raise DataError("{operator} needs a text field, and {field} is none.", operator=operator, field=operand.field)
    return operand.dialect.like(operand.column, bind()), lambda value: (like_pattern(operand.encode(value)),)


def like_pattern(pattern: str | None) -> str | None:
    """Let a single backslash at the end stand for itself: PostgreSQL refuses it, SQLite would match nothing."""
    if pattern is not None and (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        return pattern + "\\"
    return pattern


def _between(operand: Operand, operator: str, value: Any, bind: Bind) -> Clause:
    _check_sequence(operand, operator, value, 2)
    clause = sa.and_(operand.column >= bind(), operand.column <= bind())
    return clause, lambda values: _pair(operand, operator, values)


def _pair(operand: Operand, operator: str, values: Any) -> Sequence[Any]:
    _check_sequence(operand, operator, values, 2)
    return [operand.encode(value) for value in values]


def _is(operand: Operand, operator: str, value: Any, _: Bind) -> Clause:
    if value not in ("set", "not set"):
        raise DataError("{operator} takes “set” or “not set”.", operator=operator)
    missing = operand.missing()
    return (sa.not_(missing) if value == "set" else missing), _nothing


def _check_sequence(operand: Operand, operator: str, value: Any, length: int | None = None) -> None:
    if not isinstance(value, tuple | list):
        raise DataError("{operator} on {field} needs a list of values.", operator=operator, field=operand.field)
    if length is not None and len(value) != length:
        raise DataError("{operator} on {field} needs two values.", operator=operator, field=operand.field)


_BUILDERS: Mapping[str, Callable[[Operand, str, Any, Bind], Clause]] = {
    "=": _equal,
    "<": _ordered,
    "<=": _ordered,
    ">": _ordered,
    ">=": _ordered,
    "in": _among,
    "like": _alike,
    "between": _between,
    "is": _is,
}
