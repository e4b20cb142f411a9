"""What the distribution asks for: enough for its imports, safe versions, and nothing undocumented."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.checkout import ROOT
from support.packaging import BuiltWheel, package_files

KNOWN_VULNERABLE = {
    "jinja2": "3.1.5",  # CVE-2025-27516
    "python-multipart": "0.0.28",  # CVE-2026-53539
    "starlette": "1.0.0",  # CVE-2026-48710
    "weasyprint": "69.0",  # CVE-2026-55073
}
OPTIONAL = {"crm_platform/jobs/procrastinate_worker.py": "procrastinate"}
"""Modules that are loaded only where the library of an extra is wanted."""

OWN = {"crm_platform", "__future__"} | sys.stdlib_module_names


def imported_modules(source: str) -> Iterator[str]:
    """Name the top-level module of every absolute import, also of those inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def allowed_distributions(file: str, requirements: list[Requirement]) -> set[str]:
    """Name what `file` may import: the run-time requirements, and in the test kit for packs also the test extra."""
    kit = file.startswith("crm_platform/testing/")
    named = (found for found in requirements if kit or not found.marker or found.name == OPTIONAL.get(file))
    return {canonicalize_name(found.name) for found in named}


@pytest.fixture
def requirements(built_wheel: BuiltWheel) -> list[Requirement]:
    return [Requirement(line) for line in built_wheel.distribution.requires or []]


def test_every_imported_library_is_declared(requirements: list[Requirement]) -> None:
    owners = packages_distributions()
    undeclared = {}
    for file in sorted(package_files()):
        if not file.endswith(".py"):
            continue
        allowed = allowed_distributions(file, requirements)
        for module in set(imported_modules((ROOT / file).read_text(encoding="utf-8"))) - OWN:
            if not allowed & {canonicalize_name(owner) for owner in owners.get(module, [])}:
                undeclared[file] = module
    assert not undeclared


@pytest.mark.parametrize(("name", "vulnerable"), KNOWN_VULNERABLE.items())
def test_no_vulnerable_version_is_accepted(requirements: list[Requirement], name: str, vulnerable: str) -> None:
    (requirement,) = (found for found in requirements if found.name == name)
    assert not requirement.specifier.contains(vulnerable)


def test_every_requirement_has_a_floor_and_a_sentence_in_the_documentation(requirements: list[Requirement]) -> None:
    documented = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in requirements:
        assert any(clause.operator == ">=" for clause in requirement.specifier), requirement
        assert f"| {requirement.name} |" in documented, requirement


def test_every_library_of_the_browser_has_its_row_in_the_documentation() -> None:
    documented = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    names = {
        name
        for line in documented.splitlines()
        if line.startswith("| ")
        for name in line.split("|")[1].replace(" ", "").split(",")
    }
    asked = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert set(asked) - names == set()
