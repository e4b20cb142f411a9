"""Equality filters of row statements: their SQL, and the shape under which the statement is kept."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm_platform.database.dialect import Dialect, Expression
from crm_platform.database.statement import Spread
from crm_platform.database.tables import AnyTable, known_columns
from crm_platform.database.values import encode

Where = Mapping[str, Any]
Spreads = list[tuple[Spread | None, Sequence[str]]]


def where_shape(where: Where) -> Hashable:
    """Columns, with what decides the form of each comparison."""
    return tuple((column, _kind(value)) for column, value in where.items())


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    return "many" if isinstance(value, tuple | list | set | frozenset) else "one"


def where_clauses(
    dialect: Dialect, table: AnyTable, described: sa.Table, where: Where
) -> tuple[list[Expression], Spreads]:
    """One clause per column of `where`, with the conversions of their values: NULL, equality or IN."""
    clauses: list[Expression] = []
    spreads: Spreads = []
    for index, column in enumerate(known_columns(table, where)):
        name, kind, expression = f"w{index}", _kind(where[column]), described.c[column]
        bound: sa.BindParameter[Any] = sa.bindparam(name)
        if kind == "missing":
            clauses.append(expression.is_(None))
            spreads.append((None, ()))
        elif kind == "one":
            clauses.append(expression == bound)
            spreads.append((one(dialect, table, column), (name,)))
        else:
            clauses.append(dialect.member(expression, bound))
            spreads.append((many(dialect, table, column), (name,)))
    return clauses, spreads


def one(dialect: Dialect, table: AnyTable, column: str) -> Spread:
    """Conversion of one value of `column`."""
    convert = dialect.encoders[table.columns[column]]
    return lambda value: (encode(column, convert, value),)


def many(dialect: Dialect, table: AnyTable, column: str) -> Spread:
    """Conversion of a list of values of `column` for an IN."""
    convert = dialect.encoders[table.columns[column]]
    return lambda values: (dialect.many([encode(column, convert, value) for value in values]),)
