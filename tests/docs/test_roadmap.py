"""The roadmap tells the truth: each function names tests that are there, or says why it has none."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from support.checkout import ROOT

WHY_NOT = ("not yet", "not planned", "rules of the platform")
TESTS = ROOT / "tests"


def rows() -> Iterator[tuple[str, str, str]]:
    """Function, where, tested by."""
    for line in (ROOT / "docs" / "roadmap.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and len(cells) == 3 and cells[0] != "function" and not cells[0].startswith("---"):
            yield cells[0], cells[1], cells[2]


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Names of test functions and of files with tests."""
    files = list(TESTS.rglob("test_*.py"))
    functions = (name for file in files for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8")))
    return {*functions, *(file.stem for file in files)}


def test_there_is_a_row_for_every_part_of_the_catalogue() -> None:
    headings = re.findall(r"^## (\w)\.", (ROOT / "docs" / "roadmap.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(set(headings)) == list("ABCDEFGHI")


@pytest.mark.parametrize(("function", "where", "tested"), [pytest.param(*row, id=row[0][:60]) for row in rows()])
def test_a_function_names_tests_that_are_there_or_the_reason(
    function: str, where: str, tested: str, known: set[str]
) -> None:
    if tested.startswith("–"):
        assert any(reason in where + tested for reason in WHY_NOT), f"{function}: why is it not there?"
        return
    names = re.findall(r"`([^`]+)`", tested)
    assert names, f"{function}: which test?"
    for name in names:
        assert any(ROOT.glob(name)) if "/" in name else name in known, f"{function}: no test {name}"
