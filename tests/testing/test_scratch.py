"""The folder for what nobody needs after a test run: in memory where there is room, else the usual one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from crm_platform.testing import scratch
from crm_platform.testing.scratch import scratch_folder


def test_memory_with_room_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "ROOM", 1)
    assert scratch_folder(tmp_path) == tmp_path


def test_memory_that_is_missing_or_small_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Path(tempfile.gettempdir())
    assert scratch_folder(tmp_path / "missing") == disk
    monkeypatch.setattr(scratch, "ROOM", 2**62)
    assert scratch_folder(tmp_path) == disk
