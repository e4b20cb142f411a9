"""SQLAlchemy table objects of DocTypes and system tables, for building statements and DDL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from crm_platform.database.dialect import Dialect
from crm_platform.database.names import physical_name
from crm_platform.database.system import SystemTable
from crm_platform.errors import DataError
from crm_platform.metadata.kinds import Storage
from crm_platform.metadata.model import DocType

AnyTable = DocType | SystemTable


def table_object(dialect: Dialect, name: str, columns: Mapping[str, Storage], key: tuple[str, ...]) -> sa.Table:
    """Table `name`; each column is found under its own name, also where the database needs a shorter one."""
    parts: list[sa.Column[Any]] = [
        sa.Column(
            physical_name(column),
            dialect.types[storage],
            key=column,
            primary_key=column in key,
            autoincrement=False,
            nullable=column not in key,
        )
        for column, storage in columns.items()
    ]
    return sa.Table(physical_name(name), sa.MetaData(), *parts)


def identifier(dialect: Dialect, name: str) -> str:
    """The physical form of a name as an SQL identifier."""
    return str(dialect.sql.identifier_preparer.quote_identifier(physical_name(name)))


def key_of(table: AnyTable) -> tuple[str, ...]:
    return table.key if isinstance(table, SystemTable) else ("name",)


def stored_columns(table: AnyTable) -> Mapping[str, Storage]:
    """Every column of the real table."""
    return table.columns if isinstance(table, SystemTable) else table.stored_columns


@lru_cache(maxsize=64)
def describe(dialect: Dialect, table: AnyTable) -> sa.Table:
    """The table object of a DocType or of a system table. The statements of one DocType are compiled one soon after the
    other, so the latest objects are kept; none of them is ever changed."""
    return table_object(dialect, table.table, stored_columns(table), key_of(table))


def known_columns(table: AnyTable, names: Iterable[str]) -> tuple[str, ...]:
    """Give `names` back; refuses one that the metadata do not know (SQLite would take it for a text)."""
    found = tuple(names)
    stored = stored_columns(table)
    for name in found:
        if name not in stored:
            raise unknown_field(name, table.name)
    return found


def unknown_field(field: object, table: str) -> DataError:
    return DataError("There is no field {field} in {doctype}. Check the spelling.", field=field, doctype=table)
