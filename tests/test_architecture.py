"""The room table of the documentation and the one that import-linter holds are the same."""

from __future__ import annotations

import re
from configparser import ConfigParser

from support.checkout import ROOT


def checked_levels() -> list[set[str]]:
    """Read the layers of `.importlinter`, lowest first."""
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    lines = parser["importlinter:contract:rooms"]["layers"].split("\n")
    return [set(re.findall(r"\w+", line)) for line in reversed(lines) if line]


def documented_levels() -> list[set[str]]:
    """Read the rows of the room table, lowest first."""
    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", text, re.MULTILINE)
    assert [int(level) for level, _ in rows] == list(range(len(rows)))
    return [set(re.findall(r"`(\w+)`", rooms)) for _, rooms in rows]


def test_the_documented_rooms_are_the_checked_ones() -> None:
    assert documented_levels() == checked_levels()
