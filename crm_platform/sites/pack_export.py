"""The data of a pack as a file of JSON lines, and back: rows of its tables, values of its fields in others' tables.

The first line tells what the file is. A line with `table` begins the rows of one table or of some of its columns, each
a list of values as in a backup; a line with `system` those of one of the engine's tables, each a mapping. Confidential
values stay sealed with the key of the site: they come back on this site, and nobody reads them in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from crm_platform.database.inspection import RealTable, real_tables
from crm_platform.database.interface import Connection
from crm_platform.database.names import physical_name
from crm_platform.database.portable import lines, parse
from crm_platform.database.seals import BrokenSealError, place_of
from crm_platform.database.system import BLIND_INDEX, SECRET, SystemTable
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.metadata.model import DocType
from crm_platform.search.walking import look_again
from crm_platform.sites.leftovers import with_and_without
from crm_platform.sites.opening import Site
from crm_platform.sites.uninstalling import refuse_unknown

FORMAT = 1
SYSTEM: Mapping[str, SystemTable] = {table.name: table for table in (SECRET, BLIND_INDEX)}
"""Tables of the engine that hold values of documents, by DocType and field."""

Row = dict[str, Any]
Places = Mapping[str, frozenset[str]]
"""DocTypes → their columns that only the pack has brought; no columns: the whole table."""


@dataclass
class Loaded:
    """What an import did: rows that it brought, and those that were there already or have no place."""

    brought: int = 0
    left: int = 0

    def count(self, *, is_brought: bool) -> None:
        self.brought += is_brought
        self.left += not is_brought


def export(site: Site, pack_id: str, file: Path) -> int:
    """Write what only this pack has brought to the new `file`; returns the number of rows.

    Raises DoesNotExistError for a pack that has left nothing, ValidationError when the file is there already.
    """
    if file.exists():
        raise ValidationError("There is something in {file} already. Name a new file.", file=str(file))
    file.touch(mode=0o600)
    with file.open("wb") as target:
        return site.runtime.write(lambda ctx: _write(site, site.system(ctx), pack_id, target))


def _write(site: Site, ctx: Context, pack_id: str, target: BinaryIO) -> int:
    refuse_unknown(ctx, pack_id)
    ctx.audit("Pack Exported", name=pack_id)
    target.write(orjson.dumps({"format": FORMAT, "pack": pack_id}) + b"\n")
    written = 0
    for line, is_row in _lines(ctx.connection, _places(site, ctx.connection, pack_id)):
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


def load(site: Site, file: Path) -> Loaded:
    """Bring exported data back in one transaction; what is there already stays as it is.

    Raises ValidationError when the file is none of ours or its pack is not enabled.
    """
    with file.open("rb") as source:
        head = _read(file, source.readline())
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise _unreadable(file)
        return site.runtime.write(lambda ctx: _Loading(site.system(ctx), file).run(site, str(head.get("pack")), source))


def _read(file: Path, line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        raise _unreadable(file) from None


def _unreadable(file: Path) -> ValidationError:
    return ValidationError("{file} holds no exported pack that can be read.", file=str(file))


@dataclass
class _Loading:
    """One import; knows the section that it is in."""

    ctx: Context
    file: Path

    def run(self, site: Site, pack_id: str, source: BinaryIO) -> Loaded:
        if pack_id not in {pack.manifest.id for pack in site.source.enabled(self.ctx.connection)}:
            raise ValidationError("Pack {id} is not enabled. Enable it before its data come back.", id=pack_id)
        found, section, seen = Loaded(), Row(), set[str]()
        for line in source:
            read = _read(self.file, line)
            if isinstance(read, dict) and ("table" in read or "system" in read):
                section = read
                seen |= {read["table"]} if "table" in read else set()
            elif isinstance(read, dict):
                found.count(is_brought=self.ctx.connection.add(SYSTEM[section["system"]], read))
            else:
                found.count(is_brought=self._row(section, line))
        look_again(self.ctx, seen)
        self.ctx.audit("Pack Imported", name=pack_id)
        return found

    def _row(self, section: Row, line: bytes) -> bool:
        meta = self.ctx.definitions.get(section["table"])
        if meta is None:
            return False
        values = self._opened(meta, _values(meta, section["columns"], line))
        name = str(values["name"])
        if section["whole"]:
            is_new = not self.ctx.connection.existing(meta, [name])
            if is_new:
                self.ctx.connection.insert_rows(meta, [values])
            return is_new
        rest = {key: value for key, value in values.items() if key != "name"}
        return bool(rest) and self.ctx.connection.update_rows(meta, rest, {"name": name}) > 0

    def _opened(self, meta: DocType, values: Row) -> Row:
        """Sealed values in clear, since they are sealed anew when they are stored."""
        seals = self.ctx.connection.seals
        sealed = [field.fieldname for field in meta.masked_fields if field.is_encrypted and values.get(field.fieldname)]
        try:
            return {**values, **{name: seals.open(place_of(meta.name, name), values[name]) for name in sealed}}
        except BrokenSealError:
            raise ValidationError(
                "{file} has values that are sealed with the key of another site. Import it there.", file=str(self.file)
            ) from None


def _values(meta: DocType, columns: Mapping[str, Any], line: bytes) -> Row:
    """The values of the columns that the DocType has today, by their logical names."""
    logical = {physical_name(column): column for column in meta.columns}
    values = parse(line, list(columns.values()))
    return {logical[column]: value for column, value in zip(columns, values, strict=True) if column in logical}
