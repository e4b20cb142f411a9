"""Every attack or fault test turns red without the defence that it names, so that none of them is green for nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pytest

from support.checkout import ROOT
from support.sabotage import AttackTest, attack_tests
from support.sabotage_exempt import EXEMPT

LISTED = re.compile(r"\| [A-IX]\d\d \|")
IDS = re.compile(r"(?<=_)[A-IX]\d\d(?=_)")
TESTS = attack_tests(ROOT / "tests")
BY_FILE = {file: list(group) for file, group in groupby((test for test in TESTS if test.defended), lambda t: t.file)}


def test_every_attack_test_names_its_defence_or_says_why_not() -> None:
    bare = {test.id for test in TESTS if not test.defended}
    assert bare - EXEMPT.keys() == set(), "mark them with @defended_by (tests/support/sabotage.py)"
    assert EXEMPT.keys() - bare == set(), "these are marked, or are no more: take them out of sabotage_exempt.py"


def test_every_defence_that_a_test_names_is_there() -> None:
    """A defence that went elsewhere would be missed only when its sabotage is run."""
    assert [target for test in TESTS for target in test.defences if not is_there(target)] == []


def is_there(target: str) -> bool:
    module, _, path = target.partition(":")
    try:
        attrgetter(path)(import_module(module))
    except (ImportError, AttributeError):
        return False
    return True


def test_the_page_of_attacks_and_faults_says_where_each_is_tested() -> None:
    page = (ROOT / "docs/explanation/attacks-and-faults.md").read_text(encoding="utf-8")
    told = {line[2:5]: set(re.findall(r"`([\w/]+\.py)`", line)) for line in page.splitlines() if LISTED.match(line)}
    tested: dict[str, set[str]] = {number: set() for number in told}
    for test in TESTS:
        for number in IDS.findall(test.name):
            tested[number].add(test.file)
    assert {number: told[number] - tested[number] for number in told if told[number] - tested[number]} == {}
    assert {number for number in told if not told[number]} == {number for number in told if not tested[number]}


@pytest.mark.sabotage
@pytest.mark.timeout(900)
@pytest.mark.parametrize("file", sorted(BY_FILE))
def test_without_their_defences_tests_turn_red(file: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ended = run_sabotaged(BY_FILE[file], report)
    assert {name: colour for name, colour in ended.items() if colour != "red"} == {}


def run_sabotaged(tests: list[AttackTest], report: Path) -> dict[str, str]:
    """How each test ended without its defence: "red", "green", or an error; "not run" when it never began."""
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-n0", "-m", "soak or not soak", "-p", "no:cacheprovider"]
    ids = [f"tests/{test.id}" for test in tests]
    done = subprocess.run(
        [*command, "--sabotage-report", str(report), *ids],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert report.is_file(), done.stdout
    ended = json.loads(report.read_text(encoding="utf-8"))
    return {name: ended.get(name, "not run") for name in ids}
