"""What a machine needs for PDFs beside Python's packages: asked by `doctor`, the demo and the print dialog."""

from __future__ import annotations

from ctypes import CDLL
from pathlib import Path

PANGO = {"libpango-1.0.so.0": "libpango-1.0-0", "libpangoft2-1.0.so.0": "libpangoft2-1.0-0"}
"""Shared library → the Debian package that brings it."""
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local" / "share" / "fonts")
CHINESE_FONTS = "fonts-noto-cjk"


def missing_packages() -> list[str]:
    """Debian packages that PDFs with Chinese text need and this machine lacks."""
    missing = [package for library, package in PANGO.items() if not _loads(library)]
    return missing if _has_chinese_font() else [*missing, CHINESE_FONTS]


def _loads(library: str) -> bool:
    try:
        CDLL(library)
    except OSError:
        return False
    return True


def _has_chinese_font() -> bool:
    return any(next(folder.rglob("*CJK*"), None) for folder in FONT_FOLDERS if folder.is_dir())
