"""How the build makes the interface: with which Node, and what it says when it cannot."""

from __future__ import annotations

import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from support.packaging import STATIC, copy_checkout, copy_with_built_interface, plant, run_python

# Fakes, because setup.py is under test here: the true npm builds whatever `pip install .` installs.
FAKE_NODE = "#!/bin/sh\necho {version}\n"
FAKE_NPM = """#!/bin/sh
echo "npm $*"
[ "$1" != "$FAKE_NPM_FAILS_AT" ] || exit 1
[ "$1" = ci ] || {{ {mkdir} -p ../{static} && echo "built with $2" >../{static}/index.html; }}
"""


def build_with(source: Path, version: str, fails_at: str = "") -> CompletedProcess[str]:
    """Build the package where the PATH holds nothing but a Node of `version` and an npm that may fail."""
    programs = source.parent / "bin"
    programs.mkdir()
    texts = {"node": FAKE_NODE.format(version=version), "npm": FAKE_NPM.format(mkdir="/bin/mkdir", static=STATIC)}
    for name, text in texts.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    environment = {**os.environ, "PATH": str(programs), "FAKE_NPM_FAILS_AT": fails_at}
    return run_python(source, "setup.py", "build_py", environment=environment)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    checkout = copy_checkout(tmp_path / "source")
    plant(checkout / "frontend" / "package.json")
    return checkout


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.19.0"])
def test_a_node_that_vite_supports_builds_the_interface(source: Path, version: str) -> None:
    built = build_with(source, version)
    assert built.returncode == 0, built.stdout
    assert (source / "build" / "lib" / STATIC / "index.html").read_text() == "built with build\n"
    assert built.stdout.index("npm ci") < built.stdout.index("npm run build")


@pytest.mark.parametrize("version", ["v18.20.8", "v20.18.3", "v21.7.3", "v22.11.0", "nonsense"])
def test_another_node_is_refused_with_the_remedy(source: Path, version: str) -> None:
    built = build_with(source, version)
    assert built.returncode != 0
    assert "no suitable Node and npm on the PATH. Install Node 22.12" in built.stdout


@pytest.mark.parametrize("step", ["ci", "run"])
def test_a_failing_npm_fails_the_build_and_is_named(source: Path, step: str) -> None:
    built = build_with(source, "v24.19.0", fails_at=step)
    assert built.returncode != 0
    assert f"The interface cannot be built: `npm {step} " in built.stdout
    assert not (source / "build" / "lib").exists()


def test_a_node_modules_of_the_developer_is_not_touched(source: Path) -> None:
    plant(source / "frontend" / "node_modules" / "vue" / "package.json")
    assert build_with(source, "v24.19.0").returncode == 0
    assert (source / "frontend" / "node_modules" / "vue" / "package.json").exists()
    assert not (source / "build" / "frontend").exists()


def test_without_the_sources_the_built_interface_is_taken_as_it_is(tmp_path: Path) -> None:
    built = build_with(copy_with_built_interface(tmp_path / "source"), "v24.19.0", fails_at="ci")
    assert built.returncode == 0, built.stdout


def test_without_sources_and_without_a_built_interface_nothing_is_installed(tmp_path: Path) -> None:
    source = copy_with_built_interface(tmp_path / "source")
    (source / STATIC / "index.html").unlink()
    built = build_with(source, "v24.19.0")
    assert built.returncode != 0
    assert "The interface is missing" in built.stdout
