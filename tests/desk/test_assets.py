"""The built interface's files: found by exact name only, compressed where that helps, a clear page without them."""

from __future__ import annotations

import gzip
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from crm_platform.desk.assets import Interface
from support.sabotage import defended_by

SCRIPT = b"export const message = '\xe4\xbd\xa0\xe5\xa5\xbd'\n" * 100
PAGE = '<!doctype html><html><head><meta name="csrf-token" content="" /></head></html>'


@pytest.fixture
def interface(tmp_path: Path) -> Interface:
    assets = tmp_path / "static" / "assets" / "fonts"
    assets.mkdir(parents=True)
    (tmp_path / "secret.key").write_text("CANARY")
    (tmp_path / "static" / "index.html").write_text(PAGE, "utf-8")
    (assets.parent / "index-1a2b.js").write_bytes(SCRIPT)
    (assets.parent / "small.css").write_bytes(b"a{}")
    (assets / "text.woff2").write_bytes(b"\0" * 5000)
    return Interface(tmp_path / "static")


def test_a_file_is_served_as_what_it_is(interface: Interface) -> None:
    script, style, font = (interface.asset(path) for path in ("index-1a2b.js", "small.css", "fonts/text.woff2"))
    assert script is not None
    assert style is not None
    assert font is not None
    assert (script.content, "javascript" in script.media_type) == (SCRIPT, True)
    assert gzip.decompress(script.compressed) == SCRIPT
    assert (style.media_type, style.compressed) == ("text/css", b"")
    assert (font.media_type, font.compressed) == ("font/woff2", b"")


def unlooked(interface: Interface, path: str) -> Traversable | None:
    """What an address leads to when nobody looks at it."""
    found = interface.folder / "assets" / path
    return found if found.is_file() else None


@defended_by("crm_platform.desk.assets:Interface._find", replace_with=unlooked)
@pytest.mark.parametrize(
    "path", ["", ".", "..", "../index.html", "../../secret.key", "fonts", "fonts/", "fonts/../small.css", "/etc/passwd"]
)
def test_H02_no_other_address_leads_to_a_file(interface: Interface, path: str) -> None:
    assert interface.asset(path) is None


def test_the_start_page_carries_the_sessions_token(interface: Interface) -> None:
    assert '<meta name="csrf-token" content="a&quot;b" />' in interface.start_page('a"b')


def test_without_a_build_there_is_no_start_page(tmp_path: Path) -> None:
    assert not Interface(tmp_path).is_built
