"""SQLite: column types by declared name, text forms of dates, decimals as integers scaled by 10^6."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import UserDefinedType

from crm_platform.database.dialect import Dialect, Expression
from crm_platform.database.values import CHECKS, check_date, check_datetime, check_decimal, check_time
from crm_platform.errors import CRMError, DataError, StorageFullError, UnavailableError
from crm_platform.metadata.kinds import Storage

# The declared name tells the storage kind when the real tables are looked at; "INT" in it gives integer affinity,
# "TEXT" text affinity, "REAL" real affinity.
_DECLARED: dict[Storage, str] = {
    "text": "TEXT",
    "int": "INTEGER",
    "float": "REAL",
    "decimal": "DECIMAL_INTEGER",
    "date": "DATE_TEXT",
    "datetime": "DATETIME_TEXT",
    "time": "TIME_TEXT",
}

_UNIQUE_VIOLATIONS = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
_STORAGE_FAULTS = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMMAP,
        sqlite3.SQLITE_CANTOPEN,
    }
)
_COLUMNS_QUERY = """
SELECT t.name, c.name, c.type, c.pk FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
WHERE t.type = 'table'/* among */ ORDER BY t.name, c.cid
"""
_INDEXED_QUERY = """
SELECT t.tbl_name, t.name, c.name FROM sqlite_master AS t JOIN pragma_index_info(t.name) AS c
WHERE t.type = 'index' ORDER BY t.name, c.seqno
"""
_PREFIX = "UNIQUE constraint failed: "


class _Declared(UserDefinedType[Any]):
    """A column type that is known by its declared name only; values are converted by our own tables."""

    cache_ok = True

    def __init__(self, declared: str) -> None:
        self.declared = declared

    def get_col_spec(self, **_: Any) -> str:
        return self.declared


def _encode_datetime(value: Any) -> str:
    if not isinstance(value, datetime):
        check_datetime(value)
    return _time_text(value)


@lru_cache(maxsize=256)
def _time_text(value: datetime) -> str:
    """Kept, as everything that is written at once has the same times."""
    return check_datetime(value).isoformat(" ", "microseconds")


def _decode_datetime(value: str) -> datetime:
    return datetime.fromisoformat(f"{value}+00:00")


def _encode_decimal(value: Any) -> int:
    return int(check_decimal(value).scaleb(6))


@lru_cache(maxsize=4096)  # most amounts of a document are nothing, or one of few
def _decode_decimal(value: int) -> Decimal:
    return Decimal(value).scaleb(-6)


def _encode_time(value: Any) -> str:
    return check_time(value).isoformat("microseconds")


def _many(values: Sequence[Any]) -> str:
    return orjson.dumps(values).decode()


def _member(column: Expression, values: sa.BindParameter[Any]) -> Expression:
    items = sa.func.json_each(values).table_valued("value")
    return column.in_(sa.select(items.c.value))


def _like(column: Expression, pattern: Expression) -> Expression:
    return column.like(pattern, escape="\\")


def _average(column: Expression, storage: Storage) -> Expression:
    """Mean; for decimals in whole millionths, rounded half away from zero as PostgreSQL's round() does."""
    if storage != "decimal":
        return sa.func.avg(column)
    total, number = sa.func.sum(column), sa.func.count(column)
    half = sa.case((total < 0, -number), else_=number)
    return (total + total + half).op("/", precedence=8)(number + number)  # the precedence sets brackets around the sums


def _watch(table: str, column: str, name: str) -> Sequence[str]:
    # No conflict clause: that of the statement which fires the trigger would take its place.
    unknown = f"NOT EXISTS (SELECT 1 FROM {name} WHERE name = NEW.name)"  # noqa: S608 - our own name
    note = f"INSERT INTO {name} SELECT NEW.name WHERE {unknown}"
    return (
        f"CREATE TABLE {name} (name TEXT PRIMARY KEY) WITHOUT ROWID",
        f"CREATE TRIGGER {name}_i AFTER INSERT ON {table} BEGIN {note}; END",
        f"CREATE TRIGGER {name}_u AFTER UPDATE OF {column}, name ON {table} BEGIN {note}; END",
    )


def _unwatch(name: str) -> Sequence[str]:
    return (
        f"DROP TRIGGER IF EXISTS {name}_i",
        f"DROP TRIGGER IF EXISTS {name}_u",
        f"DROP TRIGGER IF EXISTS {name}_d",
        f"DROP TABLE IF EXISTS {name}",
    )


def _taken(error: Exception) -> str | None:
    if getattr(error, "sqlite_errorcode", None) in _UNIQUE_VIOLATIONS:
        return str(error).removeprefix(_PREFIX)
    return None


def _translate(error: Exception) -> CRMError:
    """Name what happened without SQL; X11: an I/O error on writing means the same as a full disk."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code in _STORAGE_FAULTS:
        return StorageFullError("The storage is full or cannot be written. Nothing was saved: make room and try again.")
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return UnavailableError("The database is busy. Nothing was saved: try again in a moment.")
    if "overflow" in str(error):
        return DataError("The sum is too large to be computed exactly. Narrow the filter.")
    if code == sqlite3.SQLITE_TOOBIG or "too complex" in str(error):
        return DataError("The question is too large for the database. Shorten the texts and lists in it.")
    return UnavailableError("The database could not do this. Nothing was saved: see the server's log.")


SQLITE = Dialect(
    name="sqlite",
    sql=sqlite.dialect(paramstyle="qmark"),
    types={storage: _Declared(declared) for storage, declared in _DECLARED.items()},
    storages={declared: storage for storage, declared in _DECLARED.items()},
    encoders={
        **CHECKS,
        "decimal": _encode_decimal,
        "date": lambda value: check_date(value).isoformat(),
        "datetime": _encode_datetime,
        "time": _encode_time,
    },
    decoders={
        "decimal": _decode_decimal,
        "date": date.fromisoformat,
        "datetime": _decode_datetime,
        "time": time.fromisoformat,
    },
    insert=sqlite.insert,
    many=_many,
    mark="?",
    among_values=lambda column: f"{column} IN (SELECT value FROM json_each(?))",  # noqa: S608 - an identifier
    hold=lambda _: "",
    values_together=0,
    member=_member,
    like=_like,
    average=_average,
    index_order="",
    columns_query=_COLUMNS_QUERY,
    names_query="SELECT name FROM pragma_table_info(?)",
    table_query="SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
    indexes_query="SELECT t.tbl_name, t.name FROM sqlite_master AS t WHERE t.type = 'index'/* among */",
    indexed_query=_INDEXED_QUERY,
    among=" AND t.tbl_name IN (SELECT value FROM json_each(?))",
    walk="rowid",
    walk_start=-1,
    locking=lambda _: (),
    watch=_watch,
    unwatch=_unwatch,
    error=sqlite3.Error,
    translate=_translate,
    taken=_taken,
)
