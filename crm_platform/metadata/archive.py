"""Definitions as an archive of files for a version control: written in our flat layout, read back with every fault."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from crm_platform.errors import DefinitionError, EntityTooLargeError
from crm_platform.metadata.archive_tree import tree_of
from crm_platform.metadata.generated import scrub
from crm_platform.metadata.layouts import COMPANIONS, FLAT_FOLDERS
from crm_platform.metadata.loader import MAX_FOLDER_DEPTH, Loaded, load
from crm_platform.metadata.records import Definition

FOLDERS = {kind: folder for folder, kind in FLAT_FOLDERS.items() if kind}
OTHERS = "fixtures"
"""Folder of records whose kind has none of its own."""

STEM = 80
"""Characters of a file name."""

MOST_FILES = 10_000
MOST_BYTES = 64 << 20
"""Of an archive that is read, unpacked."""

LABEL = "site.zip"
"""How messages name an archive that was sent."""

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The date of every file: the same definitions give the same bytes."""


def write_archive(definitions: Iterable[Definition]) -> bytes:
    """A file per definition, in a folder per kind; long texts (HTML, CSS) stand in files of their own."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, text in sorted(_files(definitions)):
            archive.writestr(ZipInfo(name, BEGINNING), text.encode(), ZIP_DEFLATED)
    return target.getvalue()


def _files(definitions: Iterable[Definition]) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for one in definitions:
        stem = _free(f"{FOLDERS.get(one.kind, OTHERS)}/{_safe(one)}", taken)
        body = {"doctype": one.kind, "name": one.name, **one.body}
        for suffix, key in COMPANIONS.get(one.kind, {}).items():
            if body.get(key):
                yield stem + suffix, str(body.pop(key))
        yield f"{stem}.json", json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def _safe(one: Definition) -> str:
    """The name as a file name; records of mixed folders say their kind. Nothing in it leads out of the folder."""
    parts = [one.name] if one.kind in FOLDERS else [one.kind, one.name]
    return "-".join(re.sub(r"\W", "_", scrub(part)) for part in parts)[:STEM]


def _free(stem: str, taken: set[str]) -> str:
    number, found = 1, stem
    while found.lower() in taken:
        number += 1
        found = f"{stem}~{number}"
    taken.add(found.lower())
    return found


def read_archive(file: BinaryIO) -> Loaded:
    """The definitions in an archive, with the faults of what cannot be read; nothing is unpacked onto the disk.

    Raises DefinitionError for what is no archive or has hostile names, EntityTooLargeError for one that is too large.
    """
    try:
        with ZipFile(file) as archive:
            _check(archive)
            return load(tree_of(archive, LABEL), LABEL)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError):  # broken, an unknown method, encrypted
        raise DefinitionError("This is no archive of definitions that can be read. Export one to compare.") from None


def _check(archive: ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise EntityTooLargeError("The archive holds too much: at most {count} files.", count=MOST_FILES)
    for entry in entries:
        parts: list[Any] = entry.filename.rstrip("/").split("/")
        if not {"", ".", ".."}.isdisjoint(parts) or "\\" in entry.filename:
            raise DefinitionError("The archive has a file {name} that leads elsewhere.", name=entry.filename[:STEM])
        if len(parts) > MAX_FOLDER_DEPTH:
            raise EntityTooLargeError(
                "The folders of the archive are nested too deeply: at most {limit}.", limit=MAX_FOLDER_DEPTH
            )
