"""The wheel holds what git tracks, the built interface and nothing stale, and declares its packs."""

from __future__ import annotations

import hashlib
import tarfile
from importlib.metadata import Distribution
from pathlib import Path

import pytest

import crm_platform
from support.checkout import ROOT, tracked_files
from support.packaging import (
    BUILT_INTERFACE,
    PLANTED_PACKS,
    STATIC,
    BuiltWheel,
    copy_checkout,
    package_files,
    plant,
    run_python,
)


@pytest.fixture
def wheel_files(built_wheel: BuiltWheel) -> set[str]:
    return built_wheel.files


@pytest.fixture
def distribution(built_wheel: BuiltWheel) -> Distribution:
    return built_wheel.distribution


def test_the_wheel_holds_what_git_tracks_and_the_built_interface(wheel_files: set[str]) -> None:
    interface = {(STATIC / name).as_posix() for name in BUILT_INTERFACE}
    planted = {f"crm_platform/plugins/{name}" for name in PLANTED_PACKS}
    assert wheel_files == package_files() | interface | planted


def test_a_stale_build_folder_leaks_nothing(wheel_files: set[str]) -> None:
    assert "crm_platform/deleted.py" not in wheel_files


def test_every_folder_with_a_pack_is_an_entry_point_and_no_other(distribution: Distribution) -> None:
    packs = {path.parts[1] for path in tracked_files("plugins") if path.name == "pack.py"} | {"planted_pack"}
    declared = {point.name: point.value for point in distribution.entry_points.select(group="crm_platform")}
    assert declared == {name: f"crm_platform.plugins.{name}.pack:pack" for name in packs}


def test_the_command_is_declared(distribution: Distribution) -> None:
    (command,) = distribution.entry_points.select(group="console_scripts")
    assert (command.name, command.value) == ("crm-platform", "crm_platform.cli:main")


def test_the_test_kit_is_a_pytest_plugin(distribution: Distribution) -> None:
    (plugin,) = distribution.entry_points.select(group="pytest11")
    assert plugin.value == "crm_platform.testing.plugin"


def test_the_metadata_states_version_licence_and_python(distribution: Distribution) -> None:
    metadata = distribution.metadata
    assert metadata["Version"] == crm_platform.__version__
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_sdist_can_build_the_interface(tmp_path: Path) -> None:
    source = copy_checkout(tmp_path / "source")
    plant(source / "frontend" / "node_modules" / "vue" / "package.json")
    built = run_python(source, "setup.py", "--quiet", "sdist")
    assert built.returncode == 0, built.stdout
    (archive,) = (source / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {Path(*Path(name).parts[1:]).as_posix() for name in opened.getnames()}
    front_end = {path.as_posix() for path in tracked_files("frontend")}
    assert names >= package_files() | front_end | {"setup.py", "pyproject.toml", "LICENSE", "README.md"}
    assert not any("node_modules" in name for name in names)


def test_the_package_under_test_is_this_checkout() -> None:
    """A pytest that runs against an old installation would say nothing about the files one sees."""
    installed = Path(crm_platform.__file__).parents[1]
    digests = {name: hashlib.sha256((ROOT / name).read_bytes()).digest() for name in package_files()}
    stale = [
        name
        for name, digest in digests.items()
        if not (installed / name).is_file() or hashlib.sha256((installed / name).read_bytes()).digest() != digest
    ]
    assert not stale, "these files differ from the installed ones: pip install again"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = {line for block in readme.split("```sh\n")[1:] for line in block.split("```")[0].splitlines()}
    assert commands == {"pip install . && crm-platform demo", 'pip install ".[test]" && pytest'}
    assert '  pip install ".[test]" && pytest\n' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
