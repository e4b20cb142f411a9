"""The index of an open transaction, on either database."""

from __future__ import annotations

from collections.abc import Mapping

from crm_platform.database.connection import Connection
from crm_platform.database.dialect import DialectName
from crm_platform.search.base import Index
from crm_platform.search.postgresql import PostgresIndex
from crm_platform.search.sqlite import SqliteIndex

_INDEXES: Mapping[DialectName, type[Index]] = {"sqlite": SqliteIndex, "postgresql": PostgresIndex}


def index_of(connection: Connection) -> Index:
    return _INDEXES[connection.dialect](connection)
