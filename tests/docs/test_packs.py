"""The pages about packs: the steps of the tutorial and of the upgrades run in an environment of their own; the other
blocks are what they show; links lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from crm_platform.testing.quality import Question, promise
from crm_platform.testing.trial import ON_A_SITE
from support.checkout import ROOT
from support.documentation import Block, blocks, run_page, unlike
from support.fresh_environment import FreshEnvironment, make_environment
from support.packaging import BuiltWheel

FOLDER = ROOT / "docs" / "packs"
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
PIP = """#!/bin/sh
exec {python} -m pip --python {environment} "$@" --no-deps --no-index --no-build-isolation --quiet
"""
"""The libraries of the packs are there; nothing is fetched."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, built_wheel: BuiltWheel) -> FreshEnvironment:
    made = make_environment(tmp_path_factory.mktemp("environment"), [built_wheel.archive])
    pip = made.folder / "bin" / "pip"
    pip.write_text(PIP.format(python=sys.executable, environment=made.folder / "bin" / "python"), encoding="utf-8")
    pip.chmod(0o755)
    return made


def tutorial() -> list[Block]:
    """Its steps, and those of the page that goes on with the same pack."""
    return [block for page in ("tutorial.md", "upgrades.md") for block in blocks((FOLDER / page).read_text("utf-8"))]


def run_tutorial(page: list[Block], environment: FreshEnvironment, site_template: Path, folder: Path) -> list[str]:
    shutil.copytree(site_template, folder / "mysite")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    path = f"{environment.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    said = run_page(page, folder, {**clean, "PATH": path, "CRM_SITE": str(folder / "mysite"), "COLUMNS": "200"})
    return list(unlike(page, said))


def test_an_industry_pack_in_an_hour(environment: FreshEnvironment, site_template: Path, tmp_path: Path) -> None:
    """All steps but the whole sheet, whose questions tests/cli asks of a new pack."""
    assert run_tutorial(tutorial(), environment, site_template, tmp_path) == []


@pytest.mark.soak
def test_its_sheet_is_asked_as_well(environment: FreshEnvironment, site_template: Path, tmp_path: Path) -> None:
    page = [Block(("sh",), one.text, one.line) if one.words == ("sh", "slow") else one for one in tutorial()]
    assert run_tutorial(page, environment, site_template, tmp_path) == []


def test_the_quality_file_of_the_page_is_one() -> None:
    (block,) = [one for one in blocks((FOLDER / "quality.md").read_text("utf-8")) if one.words == ("toml",)]
    questions = [Question(name, level, text, list) for name, level, text, _ in ON_A_SITE]
    assert promise(tomllib.loads(block.text), questions) == ("silver", {"permissions": "It has no DocType of its own."})


@pytest.mark.parametrize("page", sorted(FOLDER.glob("*.md")), ids=lambda page: str(page.name))
def test_links_lead_somewhere_and_the_overview_names_the_page(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []
    assert page.name == "README.md" or f"]({page.name})" in (FOLDER / "README.md").read_text(encoding="utf-8")
