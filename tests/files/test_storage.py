"""The folder of files: durable, never overwritten, nothing left behind, no address leads out of it."""

from __future__ import annotations

import errno
import io
import os
from contextlib import nullcontext
from hashlib import md5
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.errors import StorageFullError
from crm_platform.files.storage import Storage, digest_of, same_content
from support.sabotage import defended_by
from support.sabotage_files import any_path


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "files")


def test_a_file_is_written_where_its_address_says(storage: Storage) -> None:
    for private, url in ((True, "/private/files/合同.txt"), (False, "/files/合同.txt")):
        stored = storage.write(io.BytesIO(b"abc"), "合同.txt", private=private)
        assert (stored.url, stored.size, stored.content_hash) == (url, 3, md5(b"abc").hexdigest())
        assert storage.path_of(url) == stored.path
        assert stored.path.read_bytes() == b"abc"


def test_a_taken_name_is_never_overwritten(storage: Storage) -> None:
    stored = [storage.write(io.BytesIO(content), "a.txt", private=True) for content in (b"1", b"2", b"2")]
    assert len({one.url for one in stored}) == 3
    assert [one.path.read_bytes() for one in stored] == [b"1", b"2", b"2"]


@defended_by("crm_platform.files.storage:_removed_in_the_end", replace_with=nullcontext)
def test_X11_a_full_disk_leaves_nothing_behind(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFullError):
        storage.write(io.BytesIO(b"abc"), "a.txt", private=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_another_fault_of_the_disk_is_not_taken_for_a_full_one(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(descriptor: int) -> None:
        raise OSError(errno.EBADF, "broken")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="broken"):
        storage.write(io.BytesIO(b"abc"), "a.txt", private=True)


@defended_by("crm_platform.files.storage:Storage.path_of", replace_with=any_path)
@pytest.mark.parametrize(
    "url",
    [
        "/private/files/../secret.key",
        "/private/files/..",
        "/private/files/",
        "/files/a/b",
        "/files/a\\b",
        "/files/a\x00",
        "/etc/passwd",
        "files/a",
        "",
    ],
)
def test_H02_an_address_of_elsewhere_has_no_path(storage: Storage, url: str) -> None:
    assert storage.path_of(url) is None


@defended_by("crm_platform.files.storage:Storage.path_of", replace_with=any_path)
@given(st.text())
def test_H02_no_address_leads_out(name: str) -> None:
    folder = Path("/site/files")
    path = Storage(folder).path_of("/private/files/" + name)
    assert path is None or path.parent == folder / "private"


def test_removing_is_done_once_and_harms_nothing_else(storage: Storage) -> None:
    stored = storage.write(io.BytesIO(b"abc"), "a.txt", private=True)
    other = storage.write(io.BytesIO(b"abc"), "b.txt", private=True)
    for url in (stored.url, stored.url, "/etc/passwd"):
        storage.remove(url)
    assert (stored.path.exists(), other.path.exists()) == (False, True)


def test_equal_files_are_equal_in_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 600_000)
    for content, same in (
        (b"x" * 600_000, True),
        (b"x" * 599_999 + b"y", False),
        (b"x" * 600_001, False),
        (b"", False),
    ):
        source = io.BytesIO(content)
        assert same_content(source, path) is same
        assert digest_of(source) == md5(content).hexdigest()
        assert source.tell() == 0
