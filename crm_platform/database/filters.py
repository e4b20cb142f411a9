"""Equality filters of row statements: their text, and the shape under which the statement is kept."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from crm_platform.database.dialect import Dialect
from crm_platform.database.statement import Spread
from crm_platform.database.tables import AnyTable, identifier, known_columns, stored_columns
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


def conditions(dialect: Dialect, table: AnyTable, where: Where) -> tuple[list[str], list[Spread | None]]:
    """One condition per column of `where`, with the conversions of their values: NULL, equality or IN."""
    clauses: list[str] = []
    spreads: list[Spread | None] = []
    for column in known_columns(table, where):
        kind, name = _kind(where[column]), identifier(dialect, column)
        if kind == "missing":
            clauses.append(f"{name} IS NULL")
            spreads.append(None)
        elif kind == "one":
            clauses.append(f"{name} = {dialect.mark}")
            spreads.append(one(dialect, table, column))
        else:
            clauses.append(dialect.among_values(name))
            spreads.append(many(dialect, table, column))
    return clauses, spreads


def one(dialect: Dialect, table: AnyTable, column: str) -> Spread:
    """Conversion of one value of `column`."""
    convert = dialect.encoders[stored_columns(table)[column]]
    return lambda value: (encode(column, convert, value),)


def many(dialect: Dialect, table: AnyTable, column: str) -> Spread:
    """Conversion of a list of values of `column` for an IN."""
    convert = dialect.encoders[stored_columns(table)[column]]
    return lambda values: (dialect.many([encode(column, convert, value) for value in values]),)
