"""No Python where a definition can say it: the lines are counted, files are short, each begins with its reason."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support.checkout import ROOT

DOCTYPES = ROOT / "crm_platform" / "doctypes"
PAGE = ROOT / "docs" / "explanation" / "standard-crm.md"
LONGEST = 180
"""Lines of a file with behaviour."""
STATED = {
    row[0]: tuple(int(cell) for cell in row[1:])
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if len(row := [cell.strip() for cell in line.strip("|").split("|")]) == 8 and row[1].isdigit()
}


def files_of(module: str) -> list[Path]:
    return [path for path in (DOCTYPES / module).glob("*.py") if path.stat().st_size]


def counted(module: str) -> tuple[int, ...]:
    bodies = [json.loads(path.read_text(encoding="utf-8")) for path in (DOCTYPES / module).glob("*.json")]
    fields = [field for body in bodies for field in body["fields"] if not field["fieldtype"].endswith("Break")]
    computed = (sum(bool(field.get(key)) for field in fields) for key in ("formula", "rollup", "fetch_from"))
    texts = [path.read_text(encoding="utf-8") for path in files_of(module)]
    return len(bodies), len(fields), *computed, len(texts), sum(len(text.splitlines()) for text in texts)


def test_every_module_with_behaviour_is_counted() -> None:
    modules = {path.name for path in DOCTYPES.iterdir() if path.is_dir() and files_of(path.name)}
    assert STATED.keys() == modules


@pytest.mark.parametrize("module", STATED)
def test_the_figures_on_the_page_are_those_of_the_code(module: str) -> None:
    for stated, found in zip(STATED[module], counted(module), strict=True):
        assert abs(stated - found) <= max(2, found / 10), f"{module}: {counted(module)}"


@pytest.mark.parametrize("module", STATED)
def test_files_with_behaviour_are_short_and_say_why_they_are_there(module: str) -> None:
    for path in files_of(module):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= LONGEST, path.name
        assert re.match(r'"""[A-Z].*', text), path.name
