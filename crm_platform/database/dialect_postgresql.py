"""PostgreSQL: native types, text in collation C, times without zone that are UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGDialect

from crm_platform.database.dialect import Dialect, Expression, Lock
from crm_platform.database.values import CHECKS
from crm_platform.errors import (
    CRMError,
    DataError,
    StorageFullError,
    TimeoutError,
    UnavailableError,
    ValidationError,
)
from crm_platform.metadata.kinds import Storage

# The first class that fits decides; whatever fits none is a fault of the server.
_MEANINGS: tuple[tuple[tuple[type[Exception], ...], type[CRMError], str], ...] = (
    (
        (errors.DiskFull, errors.IoError),
        StorageFullError,
        "The storage is full or cannot be written. Nothing was saved: make room and try again.",
    ),
    (
        (errors.QueryCanceled,),
        TimeoutError,
        "The database took too long and was stopped. Nothing was saved: narrow the question or try again.",
    ),
    (
        (errors.LockNotAvailable,),
        UnavailableError,
        "The record or table is in use. Nothing was saved: try again in a moment.",
    ),
    (
        (errors.SerializationFailure, errors.DeadlockDetected),
        ValidationError,
        "Someone else was changing the same records. Nothing was saved: try again.",
    ),
    (
        (errors.NumericValueOutOfRange,),
        DataError,
        "The sum is too large to be computed exactly. Narrow the filter.",
    ),
    (
        (errors.StatementTooComplex, errors.ProgramLimitExceeded),
        DataError,
        "The question is too large for the database. Shorten the texts and lists in it.",
    ),
    (
        (psycopg.OperationalError, psycopg.InterfaceError),
        UnavailableError,
        "The database cannot be reached. Nothing was saved: try again in a moment.",
    ),
)

_COLUMNS_QUERY = """
SELECT t.relname, c.attname, format_type(c.atttypid, NULL), coalesce(array_position(k.indkey::int2[], c.attnum), -1) + 1
FROM pg_class AS t
JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
LEFT JOIN pg_index AS k ON k.indrelid = t.oid AND k.indisprimary
WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace/* among */
ORDER BY t.relname, c.attnum
"""
_NAMES_QUERY = """
SELECT c.attname FROM pg_class AS t JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
WHERE t.relname = %s AND t.relnamespace = current_schema()::regnamespace
"""
_INDEXES_QUERY = """
SELECT t.relname, i.relname FROM pg_index AS k
JOIN pg_class AS t ON t.oid = k.indrelid
JOIN pg_class AS i ON i.oid = k.indexrelid
WHERE k.indisvalid AND t.relnamespace = current_schema()::regnamespace/* among */
"""
_INDEXED_QUERY = """
SELECT t.relname, i.relname, a.attname FROM pg_index AS k
JOIN pg_class AS t ON t.oid = k.indrelid
JOIN pg_class AS i ON i.oid = k.indexrelid
JOIN pg_attribute AS a ON a.attrelid = i.oid
WHERE k.indisvalid AND t.relnamespace = current_schema()::regnamespace ORDER BY i.relname, a.attnum
"""


def _locking(tables: Mapping[Lock, Sequence[str]]) -> Sequence[str]:
    """Wait for the tables shortly and together: a change that queues behind a slow reader blocks all others."""
    return (
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL lock_timeout = '200ms'",
        *(f"LOCK TABLE {', '.join(listed)} IN {lock} MODE" for lock, listed in tables.items() if listed),
    )


GUARD = "_guard"
"""Behind the name of a watch: the trigger that keeps what is written out of a unique index (unique_beside)."""


def _watch(table: str, column: str, name: str) -> Sequence[str]:
    return (
        f'CREATE TABLE {name} (name text COLLATE "C" PRIMARY KEY)',
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "  # noqa: S608 - names only
        f"'BEGIN INSERT INTO {name} VALUES (NEW.name) ON CONFLICT DO NOTHING; RETURN NULL; END'",
        f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE OF {column}, name ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def _unwatch(name: str) -> Sequence[str]:
    functions = f"DROP FUNCTION IF EXISTS {name}, {name}{GUARD} CASCADE"
    return (functions, f"DROP TABLE IF EXISTS {name}")


def _member(column: Expression, values: sa.BindParameter[Any]) -> Expression:
    return column == sa.any_(sa.type_coerce(values, postgresql.ARRAY(sa.Text)))


def _like(column: Expression, pattern: Expression) -> Expression:
    return column.ilike(pattern)  # the escape character is the backslash without saying so


def _average(column: Expression, storage: Storage) -> Expression:
    if storage == "decimal":
        return sa.func.round(sa.func.avg(column), sa.literal_column("6"))
    return sa.func.avg(sa.cast(column, sa.Double()))


def _taken(error: Exception) -> str | None:
    return error.diag.constraint_name if isinstance(error, errors.UniqueViolation) else None


def _translate(error: Exception) -> CRMError:
    for classes, meaning, sentence in _MEANINGS:
        if isinstance(error, classes):
            return meaning(sentence)
    return UnavailableError("The database could not do this. Nothing was saved: see the server's log.")


def _decode_datetime(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)


def _many(values: Sequence[Any]) -> list[Any]:
    return list(values)


POSTGRESQL = Dialect(
    name="postgresql",
    sql=PGDialect(paramstyle="format"),  # type: ignore[no-untyped-call]  # SQLAlchemy has no types for it
    types={
        "text": sa.Text(collation="C"),
        "int": sa.BigInteger(),
        "float": sa.Double(),
        "decimal": sa.Numeric(),
        "date": sa.Date(),
        "datetime": sa.DateTime(),
        "time": sa.Time(),
    },
    storages={
        "text": "text",
        "bigint": "int",
        "double precision": "float",
        "numeric": "decimal",
        "date": "date",
        "timestamp without time zone": "datetime",
        "time without time zone": "time",
    },
    encoders=CHECKS,
    decoders={"datetime": _decode_datetime},
    insert=postgresql.insert,
    many=_many,
    mark="%s",
    among_values=lambda column: f"{column} = ANY (%s)",
    hold=lambda held: f" FOR {held}",
    values_together=50,  # as many as psycopg knows a statement again by; its own way with many rows opens a pipeline
    member=_member,
    like=_like,
    average=_average,
    index_order=" ASC NULLS FIRST",
    columns_query=_COLUMNS_QUERY,
    indexes_query=_INDEXES_QUERY,
    indexed_query=_INDEXED_QUERY,
    among=" AND t.relname = ANY(%s)",
    names_query=_NAMES_QUERY,
    table_query="SELECT 1 FROM pg_class WHERE relname = %s AND relnamespace = current_schema()::regnamespace",
    walk="name",
    walk_start="",
    locking=_locking,
    watch=_watch,
    unwatch=_unwatch,
    error=psycopg.Error,
    translate=_translate,
    taken=_taken,
)
