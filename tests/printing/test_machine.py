"""What is missing for PDFs is named by Debian's package."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_platform.printing import machine
from support.printing import require_pango


def test_a_complete_machine_lacks_nothing() -> None:
    require_pango()
    assert not {"libpango-1.0-0", "libpangoft2-1.0-0"} & set(machine.missing_packages())


def test_missing_libraries_and_fonts_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PANGO", {"libno-such-thing.so.0": "libno-such-thing"})
    monkeypatch.setattr(machine, "FONT_FOLDERS", (tmp_path, tmp_path / "none"))
    assert machine.missing_packages() == ["libno-such-thing", "fonts-noto-cjk"]
    (tmp_path / "NotoSansCJK-Regular.ttc").touch()
    assert machine.missing_packages() == ["libno-such-thing"]
