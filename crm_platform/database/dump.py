"""Writing a database's content to a folder and reading it back, into either kind of database.

The folder holds `manifest.json` (format, tables with columns, keys, indexes, number of rows, digest) and one file of
JSON lines per table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from crm_platform.database.ddl import add_column, create_index, create_table
from crm_platform.database.executor import Executor
from crm_platform.database.inspection import RealTable, indexed_columns, real_tables
from crm_platform.database.names import TOGETHER, index_name
from crm_platform.database.portable import BATCH, lines, parse
from crm_platform.database.tables import identifier, table_object
from crm_platform.errors import ValidationError
from crm_platform.metadata.kinds import Storage

FORMAT = 1
"""Grows when older code could not read the folder any more."""

MANIFEST = "manifest.json"
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table in the manifest."""

    name: str
    file: str
    columns: dict[str, Storage]
    key: list[str]
    unique: list[str]
    indexes: list[str]
    rows: int
    digest: str


def dump(connection: Executor, folder: Path, progress: Progress | None = None) -> dict[str, str]:
    """Write all tables to the new or empty `folder`; returns their digests.

    `progress` is told the number of rows after each table. The connection's snapshot makes the copy consistent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValidationError("The folder {folder} is not empty. Name a new one for the backup.", folder=str(folder))
    entries = []
    together = [(table, TOGETHER.join(columns)) for (table, _), columns in indexed_columns(connection).items()]
    for number, (name, table) in enumerate(sorted(real_tables(connection).items())):
        over_several = [columns for its, columns in together if its == name and TOGETHER in columns]
        entries.append(_dump_table(connection, folder / f"{number:04}.jsonl", name, table, over_several))
        if progress:
            progress(entries[-1].rows)
    manifest = {"format": FORMAT, "tables": [asdict(entry) for entry in entries]}
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return {entry.name: entry.digest for entry in entries}


def _dump_table(
    connection: Executor, path: Path, name: str, table: RealTable, over_several: Sequence[str]
) -> TableEntry:
    hashed, rows = sha256(), 0
    with path.open("wb") as file:
        for line in lines(connection, name, table):
            hashed.update(line)
            file.write(line + b"\n")
            rows += 1
    columns = dict(sorted(table.columns.items()))
    unique = [column for column in columns if index_name(name, column, unique=True) in table.indexes]
    indexes = [column for column in (*columns, *over_several) if index_name(name, column) in table.indexes]
    return TableEntry(name, path.name, columns, table.key, unique, indexes, rows, hashed.hexdigest())


def load(connection: Executor, folder: Path, progress: Progress | None = None) -> dict[str, str]:
    """Read the tables of `folder` into a database without rows; returns their digests.

    Raises ValidationError when the folder is no backup, was written by newer code, is damaged, or when the database
    has rows already.
    """
    real = real_tables(connection)
    entries = read_manifest(folder)
    for name in real:
        if connection.rows(f"SELECT 1 FROM {identifier(connection.engine, name)} LIMIT 1"):  # noqa: S608 - a name of the database's own
            raise ValidationError("The database is not empty: {table} has rows. Restore into a new one.", table=name)
    for entry in entries:
        _make_table(connection, entry, real.get(entry.name))
        _load_rows(connection, entry, folder / entry.file)
        if entry.name not in real:
            _make_indexes(connection, entry)
        if progress:
            progress(entry.rows)
    return {entry.name: entry.digest for entry in entries}


def read_manifest(folder: Path) -> list[TableEntry]:
    """The tables of a backup. Raises ValidationError when there is none or its format is newer than this code."""
    try:
        manifest: Mapping[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
        if manifest["format"] > FORMAT:
            raise ValidationError("This backup was made by a newer version. Upgrade first, then restore it.")
        return [TableEntry(**entry) for entry in manifest["tables"]]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ValidationError("{folder} holds no backup that can be read.", folder=str(folder)) from error


def _make_table(connection: Executor, entry: TableEntry, real: RealTable | None) -> None:
    """Make the table, or the columns that a table of this code's version does not have."""
    if real is None:
        create_table(connection, entry.name, entry.columns, tuple(entry.key))
        return
    for column, storage in entry.columns.items():
        if column not in real.columns:
            add_column(connection, entry.name, column, storage)


def _make_indexes(connection: Executor, entry: TableEntry) -> None:
    for unique, columns in ((True, entry.unique), (False, entry.indexes)):
        for column in columns:
            create_index(connection, entry.name, column, unique=unique)


def _load_rows(connection: Executor, entry: TableEntry, path: Path) -> None:
    engine = connection.engine
    table = table_object(engine, entry.name, entry.columns, tuple(entry.key))
    by_bind = {f"c{index}": column for index, column in enumerate(entry.columns)}
    insert = sa.insert(table).values({table.c[column]: sa.bindparam(bind) for bind, column in by_bind.items()})
    sql, order, _ = engine.compile(insert)
    encoders = [engine.encoders[entry.columns[by_bind[bind]]] for bind in order]
    for batch in _batches(entry, path):
        connection.run_many(
            sql,
            [
                [None if value is None else encode(value) for value, encode in zip(row, encoders, strict=True)]
                for row in batch
            ],
        )


def _batches(entry: TableEntry, path: Path) -> Iterator[list[list[Any]]]:
    """The rows of a file; refuses it at its end when it is not what was written."""
    storages, hashed, batch = list(entry.columns.values()), sha256(), []
    try:
        with path.open("rb") as file:
            for line in file:
                hashed.update(line.rstrip(b"\n"))
                batch.append(parse(line, storages))
                if len(batch) == BATCH:
                    yield batch
                    batch = []
    except (OSError, ValueError) as error:
        raise _damaged(entry) from error
    yield batch
    if hashed.hexdigest() != entry.digest:
        raise _damaged(entry)


def _damaged(entry: TableEntry) -> ValidationError:
    return ValidationError("The backup is damaged: the rows of {table} are not what was saved.", table=entry.name)
