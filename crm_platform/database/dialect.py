"""What differs between the two databases, as data: types, conversions, a few expressions, the meaning of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect as SqlDialect
from sqlalchemy.types import TypeEngine

from crm_platform.database.values import Convert
from crm_platform.errors import CRMError
from crm_platform.metadata.kinds import Storage

DialectName = Literal["sqlite", "postgresql"]
Expression = sa.ColumnElement[Any]
Lock = Literal["ACCESS EXCLUSIVE", "SHARE"]
"""What a change needs of a table: nobody beside it, or readers only."""

Hold = Literal["UPDATE", "NO KEY UPDATE", "KEY SHARE"]
"""For what rows are kept from others: any change, a change that leaves their names, or that nobody deletes them."""

Key = int | str
"""A value of the column by which rows are gone through."""


@dataclass(frozen=True, eq=False, slots=True)
class Dialect:
    """One kind of database.

    Values: `types` are the column types, `storages` the declared names that they have in the real tables; `encoders`
    check a Python value and turn it into what the driver takes, `decoders` turn a stored value back (absent where there
    is no work); `many` encodes the list of an `in`.

    Text: `mark` stands for a value, `among_values` says that a column, an identifier, is one of a list; `hold` ends a
    SELECT so that its rows are kept from others.

    Rows: those with up to `values_together` values in all go into one INSERT; the driver is given more one by one.

    Expressions: `insert` starts an INSERT that knows ON CONFLICT; `member` is column IN list; `like` ignores the case
    of ASCII letters; `average` is the mean of a column of the given storage; `index_order` follows a column in an
    index, so that both databases sort missing values first.

    Schema: `columns_query` lists (table, column, declared type, position in the key or 0), `indexes_query` (table,
    usable index), both limited to the tables of a parameter when `among` stands in the place of that comment;
    `indexed_query` (table, index, column) in the order of an index's columns;
    `table_query` tells whether there is a table of a name, `names_query` its columns; `locking` gives the statements
    that lock tables, given as identifiers by the kind of lock, for a change; `watch` and `unwatch` those that note from
    now on, under a name, in which rows a column of a table changes.

    `walk` is the column by which all rows of a table are gone through, batch by batch, in the order in which they lie,
    and `walk_start` comes before its first value.

    Errors: `error` is the driver's root exception, `translate` gives the error that a person sees, `taken` the
    identifier ("table.column" or index name) of the unique index that an error violates, or None.
    """

    name: DialectName
    sql: SqlDialect
    types: Mapping[Storage, TypeEngine[Any]]
    storages: Mapping[str, Storage]
    encoders: Mapping[Storage, Convert]
    decoders: Mapping[Storage, Convert]
    insert: Callable[[sa.Table], Any]
    many: Callable[[Sequence[Any]], Any]
    mark: str
    among_values: Callable[[str], str]
    hold: Callable[[Hold], str]
    values_together: int
    member: Callable[[Expression, sa.BindParameter[Any]], Expression]
    like: Callable[[Expression, Expression], Expression]
    average: Callable[[Expression, Storage], Expression]
    index_order: str
    columns_query: str
    indexes_query: str
    indexed_query: str
    among: str
    table_query: str
    names_query: str
    walk: str
    walk_start: Key
    locking: Callable[[Mapping[Lock, Sequence[str]]], Sequence[str]]
    watch: Callable[[str, str, str], Sequence[str]]
    unwatch: Callable[[str], Sequence[str]]
    error: type[Exception]
    translate: Callable[[Exception], CRMError]
    taken: Callable[[Exception], str | None]

    def compile(self, element: sa.ClauseElement) -> tuple[str, tuple[str, ...], Mapping[str, Any]]:
        """Give the SQL text, the names of its parameters in their order, and the constants among them."""
        compiled = element.compile(dialect=self.sql)
        names = tuple(getattr(compiled, "positiontup", None) or ())
        return str(compiled), names, compiled.params
