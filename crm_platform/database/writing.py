"""Writing documents: insert, conditional update, delete, series numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa

from crm_platform.database import plain
from crm_platform.database.dialect import Dialect
from crm_platform.database.executor import Executor, TakenError
from crm_platform.database.filters import Spreads, Where, one, where_shape
from crm_platform.database.names import index_name, physical_name
from crm_platform.database.seals import Seals, storable
from crm_platform.database.statement import Statement, compile_statement
from crm_platform.database.system import SERIES
from crm_platform.database.tables import AnyTable, describe, known_columns
from crm_platform.database.values import BadValueError, Convert, encode
from crm_platform.errors import CRMError, DataError, DuplicateEntryError, FieldError, UniqueValidationError
from crm_platform.i18n.sort_keys import sort_key
from crm_platform.metadata.model import DocType


@dataclass(frozen=True, eq=False, slots=True)
class Insert:
    """The INSERT of whole rows: the columns of each in order, with their conversions."""

    sql: str
    columns: tuple[tuple[str, Convert], ...]
    known: frozenset[str]


class Writing(Executor):
    """The writing half of a transaction."""

    seals: Seals

    def insert_rows(self, doctype: DocType, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows; a column that a row does not name stays empty.

        Raises DuplicateEntryError (name taken) or UniqueValidationError with the field; then the transaction must be
        rolled back, at least to a `savepoint`. Raises DataError for an unknown column or a value that does not fit.
        """
        if not rows:
            return
        together = len(rows) if len(rows) * len(doctype.stored_columns) <= self.engine.values_together else 1
        insert = self.compiled(("insert", doctype, together), lambda: _insert(self.engine, doctype, together))
        parameters = [self._row_parameters(insert, doctype, row) for row in rows]
        try:
            if together == len(rows):
                self.run(insert.sql, list(chain.from_iterable(parameters)))
            else:
                self.run_many(insert.sql, parameters)
        except TakenError as taken:
            raise _name_taken(taken, doctype, rows[0] if len(rows) == 1 else {}) from taken

    def _row_parameters(self, insert: Insert, doctype: DocType, row: Mapping[str, Any]) -> list[Any]:
        if not insert.known.issuperset(row):
            known_columns(doctype, row)
        row = storable(self.seals, doctype, row) if doctype.masked_fields else row
        get = (with_sort_keys(doctype, row) if doctype.sort_keys else row).get
        try:
            return [None if (value := get(column)) is None else convert(value) for column, convert in insert.columns]
        except BadValueError:  # again, to name the column
            return [encode(column, convert, get(column)) for column, convert in insert.columns]

    def update_row(self, doctype: DocType, name: str, values: Mapping[str, Any], *, where: Where | None = None) -> bool:
        """One conditional UPDATE; False when no row has this name and the values of `where`."""
        return self.update_rows(doctype, values, {**(where or {}), "name": name}) > 0

    def update_rows(self, doctype: DocType, values: Mapping[str, Any], where: Where) -> int:
        """Set `values` in all rows where the columns of `where` match; returns how many there were."""
        if doctype.masked_fields:
            values = storable(self.seals, doctype, values)
        if doctype.sort_keys:
            values = with_sort_keys(doctype, values)
        try:
            return self.change_rows(doctype, values, where)
        except TakenError as taken:
            raise _name_taken(taken, doctype, values) from taken

    def delete_rows(self, doctype: DocType, where: Where) -> int:
        """Delete where all given columns match (a tuple or list value means IN); an empty `where` is refused."""
        return self.drop_rows(doctype, where)

    def change_rows(self, table: AnyTable, values: Mapping[str, Any], where: Where) -> int:
        """UPDATE of any table, found by equality."""
        if not values:
            raise DataError("There is nothing to change: name at least one field.")
        key = ("update", table, tuple(values), where_shape(where))
        statement = self.compiled(key, lambda: _update(self.engine, table, values, where))
        return self.run(statement.sql, statement.parameters([*values.values(), *where.values()]))

    def drop_rows(self, table: AnyTable, where: Where) -> int:
        """DELETE from any table, found by equality."""
        if not where:
            raise DataError("Say which rows of {table} to delete.", table=table.name)
        key = ("delete", table, where_shape(where))
        statement = self.compiled(key, lambda: plain.delete(self.engine, table, where))
        return self.run(statement.sql, statement.parameters(list(where.values())))

    def next_numbers(self, series: str, count: int = 1, *, at_least: int = 0) -> int:
        """Take `count` numbers of a series, the first of them not below `at_least`; returns the first.

        The counter belongs to the transaction: numbers of a rolled-back one are given out again.
        """
        statement = self.compiled("next numbers", lambda: _next_numbers(self.engine))
        first = max(at_least, 1)
        parameters = statement.parameters([series, first + count - 1, first - 1, count])
        current: int = self.changed_rows(statement.sql, parameters)[0][0]
        return current - count + 1


def _insert(dialect: Dialect, doctype: DocType, rows: int) -> Insert:
    stored = doctype.stored_columns
    columns = tuple((column, dialect.encoders[storage]) for column, storage in stored.items())
    return Insert(plain.insert(dialect, doctype, tuple(stored), rows), columns, frozenset(doctype.columns))


def with_sort_keys(doctype: DocType, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values with the sort keys of those among them that have one."""
    sources = doctype.sort_keys.keys() & values.keys()
    return {**values, **{doctype.sort_keys[source]: _sort_key(values[source]) for source in sources}}


def _sort_key(value: Any) -> str | None:
    return sort_key(value) if isinstance(value, str) and value else None


def _update(dialect: Dialect, table: AnyTable, columns: Iterable[str], where: Where) -> Statement:
    names = tuple(columns)
    sql, spreads = plain.update(dialect, table, names, where)
    return plain.statement(dialect, sql, [*(one(dialect, table, column) for column in names), *spreads])


def _next_numbers(dialect: Dialect) -> Statement:
    table = describe(dialect, SERIES)
    current = table.c.current
    floor: sa.BindParameter[Any] = sa.bindparam("floor")
    raised = sa.case((current < floor, floor), else_=current) + sa.bindparam("count")
    statement = (
        dialect.insert(table)
        .values(name=sa.bindparam("series"), current=sa.bindparam("last"))
        .on_conflict_do_update(index_elements=[table.c.name], set_={"current": raised})
        .returning(current)
    )
    number = one(dialect, SERIES, "current")
    spreads: Spreads = [(one(dialect, SERIES, "name"), ("series",))]
    spreads += [(number, (name,)) for name in ("last", "floor", "count")]
    return compile_statement(dialect, statement, spreads)


def _name_taken(taken: TakenError, doctype: DocType, values: Mapping[str, Any]) -> CRMError:
    """Say which field's value another document has already."""
    for field in doctype.data_fields:
        column = f"{physical_name(doctype.table)}.{physical_name(field.fieldname)}"
        if taken.index in (column, index_name(doctype.table, field.fieldname, unique=True)):
            sentence = "{label} must be unique, and another {doctype} has this value. Choose another."
            label = field.label or field.fieldname
            params: dict[str, object] = {"label": label, "doctype": doctype.name}
            fault = FieldError(field.fieldname, sentence, code="UniqueValidationError", params=params)
            return UniqueValidationError(sentence, errors=(fault,), label=label, doctype=doctype.name)
    return DuplicateEntryError(
        "{doctype} {name} exists already. Choose another name.", doctype=doctype.name, name=values.get("name", "")
    )
