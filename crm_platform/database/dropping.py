"""Dropping what no definition will show again: tables and columns that stayed, hidden, when their definitions went."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import get_args

import sqlalchemy as sa
from sqlalchemy.schema import DropTable

from crm_platform.database.ddl import drop_column, drop_index
from crm_platform.database.executor import Executor
from crm_platform.database.inspection import RealTable, column_names
from crm_platform.database.names import physical_name
from crm_platform.database.schema import Step, step
from crm_platform.database.watching import unwatch
from crm_platform.metadata.kinds import Storage
from crm_platform.metadata.model import Definitions

_PARKED = rf"__({'|'.join(get_args(Storage))}|unique)(_[0-9]+)?"
"""What is behind the name of a column in those of columns that were made for it (names.parked_name, guard_name)."""


def steps_to_drop(kept: Definitions, gone: Definitions, real: Mapping[str, RealTable]) -> Iterator[Step]:
    """The steps that drop what the definitions `gone` have in the real tables and `kept` have not."""
    for name, doctype in gone.items():
        table = real.get(physical_name(doctype.table))
        if table is None or doctype.is_virtual:
            continue
        if name not in kept:
            yield step("drop table", doctype.table)
            continue
        for column in doctype.stored_columns:
            if column not in kept[name].stored_columns and physical_name(column) in table.columns:
                yield step("drop column", doctype.table, column)


def drop_table(connection: Executor, planned: Step) -> None:
    """Drop a table with its rows and indexes."""
    table = sa.Table(physical_name(planned.table), sa.MetaData())
    connection.run(str(DropTable(table).compile(dialect=connection.engine.sql)))


def drop_columns(connection: Executor, planned: Step) -> None:
    """Drop a column with its indexes, and what conversions have put aside of it."""
    unwatch(connection, planned.table, planned.column)
    parked = re.compile(re.escape(planned.column) + _PARKED)
    for unique in (True, False):
        drop_index(connection, planned.table, planned.column, unique=unique)
    for column in sorted(column_names(connection, planned.table)):
        if column == physical_name(planned.column) or parked.fullmatch(column):
            drop_column(connection, planned.table, column)
