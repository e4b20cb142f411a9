"""The data of a pack as a file of JSON lines: its documents with all that belongs to them, and values of its fields in
others' tables (pack_import brings them back).

The first line tells what the file is. A line with `table` begins the rows of one table or of some of its columns, each
a list of values as in a backup; a line with `system` those of one of the engine's tables, each a mapping; a line with
`file` begins the content of an attached file, in parts. Confidential values stay sealed with the key of the site: they
come back on this site, and nobody reads them in the file.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Set
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import orjson

from crm_platform.database.conditions import Compare
from crm_platform.database.inspection import RealTable, real_tables
from crm_platform.database.interface import Connection
from crm_platform.database.names import physical_name
from crm_platform.database.portable import lines
from crm_platform.database.query import Column, Query
from crm_platform.database.system import BLIND_INDEX, SECRET, SystemTable
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.files.storage import Storage
from crm_platform.sites.leftovers import beside_documents, names_beside, with_and_without
from crm_platform.sites.opening import Site
from crm_platform.sites.uninstalling import refuse_unknown

FORMAT = 1
PART = 3 << 16
"""Bytes of a file on one line."""

SYSTEM: Mapping[str, SystemTable] = {table.name: table for table in (SECRET, BLIND_INDEX)}
"""Tables of the engine that hold values of documents, by DocType and field."""

Places = Mapping[str, frozenset[str]]
"""DocTypes → their columns that only the pack has brought; no columns: the whole table."""


def export(site: Site, pack_id: str, file: Path) -> int:
    """Write what only this pack has brought to the new `file`; returns the number of rows.

    Raises DoesNotExistError for a pack that has left nothing, ValidationError when the file is there already.
    """
    if file.exists():
        raise ValidationError("There is something in {file} already. Name a new file.", file=str(file))
    file.touch(mode=0o600)
    with ExitStack() as failing:
        failing.callback(file.unlink)
        with file.open("wb") as target:
            written = site.runtime.write(lambda ctx: _write(site, site.system(ctx), pack_id, target))
        failing.pop_all()
    return written


def _write(site: Site, ctx: Context, pack_id: str, target: BinaryIO) -> int:
    refuse_unknown(ctx, pack_id)
    ctx.audit("Pack Exported", name=pack_id)
    target.write(orjson.dumps({"format": FORMAT, "pack": pack_id}) + b"\n")
    written = 0
    places = _places(site, ctx.connection, pack_id)
    gone = {name for name, columns in places.items() if not columns}
    for line, is_row in chain(_contents(site, ctx, gone), _lines(ctx.connection, places), _beside(ctx, gone)):
        target.write(line + b"\n")
        written += is_row
    return written


def _places(site: Site, connection: Connection, pack_id: str) -> Places:
    everything, kept = with_and_without(site, connection, pack_id)
    found: dict[str, frozenset[str]] = {}
    for name, doctype in everything.items():
        own = frozenset(doctype.columns) - frozenset(kept[name].columns) if name in kept else frozenset()
        if own or name not in kept:
            found[name] = own
    return found


def _lines(connection: Connection, places: Places) -> Iterator[tuple[bytes, bool]]:
    real = real_tables(connection)
    for doctype, columns in sorted(places.items()):
        name = physical_name(f"tab{doctype}")
        if name in real:
            yield from _table(connection, doctype, name, real[name], columns)
        for table in SYSTEM.values():
            rows = [row for row in connection.fetch(table, {"doctype": doctype}) if _is_in(columns, row["fieldname"])]
            yield orjson.dumps({"system": table.name}), False
            yield from ((orjson.dumps(row), True) for row in rows)


def _is_in(columns: frozenset[str], name: str) -> bool:
    return not columns or name in columns


def _table(
    connection: Connection, doctype: str, name: str, real: RealTable, own: frozenset[str]
) -> Iterator[tuple[bytes, bool]]:
    wanted = {*real.key, *map(physical_name, own)}
    columns = {column: storage for column, storage in real.columns.items() if not own or column in wanted}
    part = RealTable(dict(sorted(columns.items())), real.key)
    head = {"table": doctype, "columns": part.columns, "whole": not own}
    yield orjson.dumps(head), False
    empty = len(part.columns) - len(real.key)
    for line in lines(connection, name, part):
        if not own or orjson.loads(line).count(None) < empty:
            yield line, True


def _beside(ctx: Context, gone: Set[str]) -> Iterator[tuple[bytes, bool]]:
    """The rows of documents that belong to those of DocTypes that go."""
    real = real_tables(ctx.connection)
    for meta, fieldname in beside_documents(ctx.definitions):
        names = names_beside(ctx, meta, fieldname, gone)
        if not names:
            continue
        yield from _chosen(ctx.connection, real, meta.name, {"name": names})
        for field in meta.table_fields:
            yield from _chosen(ctx.connection, real, field.options, {"parent": names, "parenttype": {meta.name}})


def _chosen(
    connection: Connection, real: Mapping[str, RealTable], doctype: str, wanted: Mapping[str, Set[str]]
) -> Iterator[tuple[bytes, bool]]:
    """The rows of a table that have one of the wanted values in each of these columns."""
    name = physical_name(f"tab{doctype}")
    columns = sorted(real[name].columns)
    places = [(columns.index(column), values) for column, values in wanted.items()]
    for line, is_row in _table(connection, doctype, name, real[name], frozenset()):
        row = orjson.loads(line)
        if not is_row or all(row[place] in values for place, values in places):
            yield line, is_row


def _contents(site: Site, ctx: Context, gone: Set[str]) -> Iterator[tuple[bytes, bool]]:
    """The files that are attached to documents that go: each once, before the rows that name it."""
    storage, where = Storage(site.folder.files), Compare(("attached_to_doctype",), "in", tuple(sorted(gone)))
    rows = ctx.connection.select(Query(ctx.definitions["File"], (Column(("file_url",), "url"),), where)) if gone else ()
    for url in sorted({str(row["url"]) for row in rows}):
        path = storage.path_of(url)
        if path is None or not path.is_file():
            continue
        yield orjson.dumps({"file": url}), False
        with path.open("rb") as source:
            while part := source.read(PART):
                yield orjson.dumps({"part": b64encode(part).decode()}), False
