"""The folder of a site's files: writing durably under a free name, reading, deleting. Knows no documents."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from crm_platform.errors import StorageFullError
from crm_platform.files.kinds import HEAD
from crm_platform.files.names import with_suffix

PREFIXES = {True: "/private/files/", False: "/files/"}
"""Frappe's addresses of private and of public files."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in its place. `content_hash` is MD5, as in Frappe: it finds equal files, equality is then compared.

    `shared`: it is there for another document already.
    """

    url: str
    path: Path
    size: int
    content_hash: str
    shared: bool = False


class Storage:
    """The files below `folder`: one folder for private, one for public ones."""

    def __init__(self, folder: Path) -> None:
        self._folders = {True: folder / "private", False: folder / "public"}

    def path_of(self, url: str) -> Path | None:
        """Where the file with this address lies; None for an address that is none of ours or leads elsewhere."""
        for private, prefix in PREFIXES.items():
            name = url.removeprefix(prefix)
            if name != url and name not in ("", ".", "..") and not set(name) & set("/\\\x00"):
                return self._folders[private] / name
        return None

    def write(self, source: BinaryIO, name: str, *, private: bool) -> Stored:
        """Copy `source` to disk, durably, under `name` or a variant of it that is free.

        Raises StorageFullError; then nothing is left behind.
        """
        folder = self._folders[private]
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{token_hex(16)}"
        with _storage_full_as_error(), _removed_in_the_end(temporary):
            digest, size = _copy(source, temporary)
            final = _link(temporary, folder, name, digest)
            _sync_folder(folder)
        return Stored(PREFIXES[private] + final.name, final, size, digest)

    def remove(self, url: str) -> None:
        """Delete the file with this address, if it is there."""
        path = self.path_of(url)
        if path is not None:
            path.unlink(missing_ok=True)

    def urls(self, older_than: float) -> Iterator[str]:
        """Addresses of all files last changed before a time stamp, those of broken-off uploads too."""
        for private, folder in self._folders.items():
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if path.is_file() and path.stat().st_mtime < older_than:
                    yield PREFIXES[private] + path.name


def head_of(path: Path) -> bytes:
    """The first bytes, by which the content is judged."""
    with path.open("rb") as file:
        return file.read(HEAD)


def digest_of(source: BinaryIO) -> str:
    """MD5 of a whole file; it is read from its beginning and rewound."""
    source.seek(0)
    digest = md5(usedforsecurity=False)
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    source.seek(0)
    return digest.hexdigest()


def same_content(source: BinaryIO, path: Path) -> bool:
    """Byte for byte: two files may share an MD5 on purpose."""
    source.seek(0)
    with path.open("rb") as other:
        while True:
            chunk = source.read(CHUNK)
            if chunk != other.read(CHUNK):
                return False
            if not chunk:
                source.seek(0)
                return True


def _copy(source: BinaryIO, target: Path) -> tuple[str, int]:
    source.seek(0)
    digest, size = md5(usedforsecurity=False), 0
    with target.open("xb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _link(temporary: Path, folder: Path, name: str, digest: str) -> Path:
    """Give the finished file its name; a name that is taken is never overwritten."""
    for candidate in (name, with_suffix(name, digest[:6]), with_suffix(name, token_hex(8))):
        final = folder / candidate
        try:
            final.hardlink_to(temporary)
        except FileExistsError:
            continue
        return final
    raise FileExistsError(name)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _storage_full_as_error() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFullError("The storage is full, nothing was saved. Tell the administrator.") from None
        raise


@contextmanager
def _removed_in_the_end(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
