"""The guide to writing a pack: its files, put together as it says, make a pack that passes its checks and tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.checkout import ROOT
from support.fresh_environment import FreshEnvironment, make_environment
from support.packaging import BuiltWheel, build_wheel

PAGE = (ROOT / "docs" / "how-to" / "write-a-pack.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# file: (\S+)\n")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page."""
    folder = tmp_path_factory.mktemp("birthday")
    for _, text in BLOCK.findall(PAGE):
        named = FILE.match(text)
        if named:
            place = folder / named[1]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text[named.end() :], encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, built_wheel: BuiltWheel, project: Path) -> FreshEnvironment:
    made = build_wheel(project, tmp_path_factory.mktemp("unpacked"))
    return make_environment(tmp_path_factory.mktemp("environment"), [built_wheel.archive, made.archive])


def test_every_block_is_a_file_or_commands() -> None:
    kinds = {kind for kind, text in BLOCK.findall(PAGE) if not FILE.match(text)}
    assert kinds == {"text"}


def test_its_commands_work(environment: FreshEnvironment, project: Path) -> None:
    environment.must("crm-platform", "new-site", "mysite", "--admin-password", "secret-enough", cwd=project)
    commands = [line for kind, text in BLOCK.findall(PAGE) if kind == "text" for line in text.splitlines()]
    ours = [line.split() for line in commands if line.startswith("crm-platform")]
    assert len(ours) == 4
    for program, *arguments in ours:
        environment.must(program, *arguments, cwd=project)


def test_its_tests_pass(environment: FreshEnvironment, project: Path) -> None:
    output = environment.must("python", "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project)
    assert " passed" in output
