"""The reference pages are what the code says, and say something about everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

from crm_platform.api.app import BUILT_IN
from crm_platform.api.methods import ApiMethod
from crm_platform.cli.main import COMMANDS
from crm_platform.metadata.checks import CHECKS
from support.checkout import ROOT

FOLDER = ROOT / "docs" / "reference"
NAMES = (
    *("checks.md", "cli.md", "doctypes.md", "errors.md", "field-types.md", "naming-rules.md"),
    *("rest.md", "settings.md", "../packs/hooks.md"),
)


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    """docs/generate.py, which finds its pages beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs")
        yield import_module("generate")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_what_the_code_says(generate: ModuleType, name: str) -> None:
    written = generate.written()
    assert set(written) == set(NAMES)
    assert (FOLDER / name).read_text(encoding="utf-8") == written[name], "run: python docs/generate.py"


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_every_check_has_its_line() -> None:
    """Also those that reading and merging files make: every id in the source."""
    sources = (ROOT / "crm_platform" / "metadata").rglob("*.py")
    ids = {found for path in sources for found in re.findall(r'"(D\d{3})"', path.read_text(encoding="utf-8"))}
    assert ids >= {check.id for check in CHECKS}
    assert {found for found in ids if f"\n| {found} |" not in text_of("checks.md")} == set()


def test_every_command_has_its_section() -> None:
    sections = {line.split()[1] for line in text_of("cli.md").splitlines() if line.startswith("## ")}
    assert sections == set(COMMANDS)


def test_every_method_says_what_it_does() -> None:
    methods = [method for group in BUILT_IN for method in group]
    functions = [method.function if isinstance(method, ApiMethod) else method.handler for method in methods]
    assert [function.__qualname__ for function in functions if not function.__doc__] == []


def test_settings_without_effect_are_those_that_no_code_reads() -> None:
    """A field that code begins to read must leave the list; one that it ceases to read must go onto it."""
    page = text_of("settings.md")
    idle = set(re.findall(r"`(\w+)`", page.split("have no effect yet:")[1].split("\n")[0]))
    live = set(
        re.findall(r"^\| `(\w+)`", page.split("## System Settings")[1].split("Fields of Frappe")[0], re.MULTILINE)
    )
    sources = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "crm_platform").rglob("*.py")
        if "System Settings" in path.read_text(encoding="utf-8")
    ]
    read = {name for name in idle | live if any(f'row["{name}"]' in source for source in sources)}
    assert (live, idle & read) == (read, set())
