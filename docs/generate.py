"""Writes the reference pages that come from code: python docs/generate.py."""

from __future__ import annotations

from pathlib import Path

from reference_pages import checks, commands, doctypes, errors, field_types, hooks, naming, routes, settings

FOLDER = Path(__file__).resolve().parent / "reference"
PAGES = (checks, commands, doctypes, errors, field_types, hooks, naming, routes, settings)


def written() -> dict[str, str]:
    """Every page's file name and text, as the code says it now."""
    return {module.PAGE: module.page() for module in PAGES}


if __name__ == "__main__":
    for name, text in written().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
