"""Brings the exported data of a pack back to its site (see pack_export)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import orjson

from crm_platform.database.names import physical_name
from crm_platform.database.portable import parse
from crm_platform.database.seals import BrokenSealError, place_of
from crm_platform.database.system import DELIVERED
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.files.storage import PREFIXES, Storage, same_content
from crm_platform.metadata.model import DocType
from crm_platform.search.walking import look_again
from crm_platform.sites.opening import Site
from crm_platform.sites.pack_export import FORMAT, SYSTEM

Row = dict[str, Any]
SECTIONS = frozenset({"table", "system", "file"})
"""What a line begins that is not a part of the section before it."""


@dataclass
class Loaded:
    """What an import did: rows that it brought, and those that were there already or have no place."""

    brought: int = 0
    left: int = 0

    def count(self, *, is_brought: bool) -> None:
        self.brought += is_brought
        self.left += not is_brought


def load(site: Site, file: Path) -> Loaded:
    """Bring exported data back in one transaction; what is there already stays as it is, but for records of the pack.

    Raises ValidationError when the file is none of ours or its pack is not enabled.
    """
    with file.open("rb") as source:
        head = _read(file, source.readline())
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise _unreadable(file)
        storage = Storage(site.folder.files)
        return site.runtime.write(
            lambda ctx: _Loading(site.system(ctx), file, storage).run(site, str(head.get("pack")), source)
        )


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
    storage: Storage
    addresses: dict[str, str] = field(default_factory=dict)
    """Addresses of attached files in the export → where their content is now."""

    def run(self, site: Site, pack_id: str, source: BinaryIO) -> Loaded:
        if pack_id not in {pack.manifest.id for pack in site.source.enabled(self.ctx.connection)}:
            raise ValidationError("Pack {id} is not enabled. Enable it before its data come back.", id=pack_id)
        self._make_way(pack_id, source)
        found, section, seen = Loaded(), Row(), set[str]()
        with TemporaryFile() as content:
            for line in source:
                read = _read(self.file, line)
                if not isinstance(read, dict):
                    found.count(is_brought=self._row(section, line))
                elif "part" in read:
                    content.write(b64decode(read["part"]))
                elif SECTIONS & read.keys():
                    self._end(section, content)
                    section = read
                    seen |= {read["table"]} if "table" in read else set()
                else:
                    found.count(is_brought=self.ctx.connection.add(SYSTEM[section["system"]], read))
            self._end(section, content)
        look_again(self.ctx, seen)
        self.ctx.audit("Pack Imported", name=pack_id)
        return found

    def _make_way(self, pack_id: str, source: BinaryIO) -> None:
        """Take away the pack's own records that the file has: they come as the site had made them."""
        begin, section = source.tell(), Row()
        brought = {(row["kind"], row["name"]) for row in self.ctx.connection.fetch(DELIVERED, {"layer": pack_id})}
        for line in source:
            read = _read(self.file, line)
            if isinstance(read, dict):
                section = read
            elif section.get("whole") and section["table"] in self.ctx.definitions:
                meta = self.ctx.definitions[section["table"]]
                name = str(_values(meta, section["columns"], line)["name"])
                if (meta.name, name) in brought:
                    self._remove(meta, name)
        source.seek(begin)

    def _remove(self, meta: DocType, name: str) -> None:
        for table in meta.table_fields:
            child = self.ctx.definitions[table.options]
            self.ctx.connection.delete_rows(child, {"parent": name, "parenttype": meta.name})
        self.ctx.connection.delete_rows(meta, {"name": name})

    def _end(self, section: Row, content: BinaryIO) -> None:
        """Put the content of a file in its place, under a name of its own when something else is there by now."""
        url = section.get("file")
        if url is None:
            return
        content.flush()
        path = self.storage.path_of(url)
        if path is None:
            raise _unreadable(self.file)
        if not (path.is_file() and same_content(content, path)):
            private = url.startswith(PREFIXES[True])
            self.addresses[url] = self.storage.write(content, path.name, private=private).url
        content.seek(0)
        content.truncate()

    def _row(self, section: Row, line: bytes) -> bool:
        meta = self.ctx.definitions.get(section["table"])
        if meta is None:
            return False
        values = self._opened(meta, _values(meta, section["columns"], line))
        name = str(values["name"])
        if meta.name == "File":
            values["file_url"] = self.addresses.get(str(values["file_url"]), values["file_url"])
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
