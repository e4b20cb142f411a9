"""The portable form of a database's content: one JSON line per row, equal on both databases, and its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from hashlib import sha256
from itertools import repeat
from typing import Any

import orjson
import sqlalchemy as sa

from crm_platform.database.dialect import Dialect
from crm_platform.database.executor import Executor
from crm_platform.database.inspection import RealTable, real_tables
from crm_platform.database.statement import Spread, Statement, compile_statement
from crm_platform.database.tables import table_object
from crm_platform.metadata.kinds import Storage

BATCH = 1000

_TO_JSON: Mapping[Storage, Callable[[Any], Any]] = {
    "decimal": lambda value: f"{value:.6f}",
    "date": date.isoformat,
    "datetime": lambda value: value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds"),
    "time": lambda value: value.isoformat("microseconds"),
}
_FROM_JSON: Mapping[Storage, Callable[[Any], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": lambda value: datetime.fromisoformat(value).replace(tzinfo=UTC),
    "time": time.fromisoformat,
}


def digest(connection: Executor) -> dict[str, str]:
    """SHA-256 of the rows of each table, in the order of their keys; equal content has equal digests."""
    return {name: _digest(lines(connection, name, table)) for name, table in sorted(real_tables(connection).items())}


def _digest(rows: Iterator[bytes]) -> str:
    hashed = sha256()
    for line in rows:
        hashed.update(line)
    return hashed.hexdigest()


def lines(connection: Executor, name: str, table: RealTable) -> Iterator[bytes]:
    """The rows of one table, read in batches: each a JSON list of its values in the order of the columns' names."""
    columns = dict(sorted(table.columns.items()))
    converters = [_TO_JSON.get(storage) for storage in columns.values()]
    for row in _rows(connection, name, columns, table.key):
        values = zip(row.values(), converters, strict=True)
        yield orjson.dumps([convert(value) if convert and value is not None else value for value, convert in values])


def _rows(
    connection: Executor, name: str, columns: Mapping[str, Storage], key: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    """All rows by key. Most tables have one batch, and compiling a statement takes longer than reading it."""
    first = _batch(connection, name, columns, key, follows=False)
    rows = first.rows(connection.rows(first.sql, first.parameters([])))
    yield from rows
    if len(rows) < BATCH:
        return
    following = _batch(connection, name, columns, key, follows=True)
    while rows:
        last = [rows[-1][column] for column in key]
        rows = following.rows(connection.rows(following.sql, following.parameters(last)))
        yield from rows


def _batch(
    connection: Executor, name: str, columns: Mapping[str, Storage], key: Sequence[str], *, follows: bool
) -> Statement:
    """The reading of one batch of rows, from the start or after the key that it is given."""
    shape = ("batch", name, tuple(columns.items()), tuple(key), follows)
    return connection.compiled(shape, lambda: _compile_batch(connection.engine, name, columns, key, follows=follows))


def _compile_batch(
    engine: Dialect, name: str, columns: Mapping[str, Storage], key: Sequence[str], *, follows: bool
) -> Statement:
    table = table_object(engine, name, columns, tuple(key))
    ranked = [table.c[column] for column in key]
    select = sa.select(*table.c).order_by(*ranked).limit(sa.literal_column(str(BATCH)))
    spreads: list[tuple[Spread, list[str]]] = []
    if follows:
        binds: list[sa.BindParameter[Any]] = [sa.bindparam(f"k{index}") for index in range(len(key))]
        select = select.where(sa.tuple_(*ranked) > sa.tuple_(*binds))
        spreads = [(_encoder(engine.encoders[columns[column]]), [f"k{i}"]) for i, column in enumerate(key)]
    return compile_statement(engine, select, spreads, columns)


def _encoder(convert: Callable[[Any], Any]) -> Spread:
    return lambda value: (convert(value),)


def parse(line: bytes, storages: Sequence[Storage]) -> list[Any]:
    """The Python values of one line."""
    converters = map(_FROM_JSON.get, storages, repeat(None))
    values = zip(orjson.loads(line), converters, strict=True)
    return [convert(value) if convert and value is not None else value for value, convert in values]
