"""The wheel holds what git tracks, the built interface and nothing stale, and declares its packs and its needs."""

from __future__ import annotations

import hashlib
import tarfile
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import crm_platform
from support.checkout import ROOT, tracked_files
from support.packaging import (
    BUILT_INTERFACE,
    STATIC,
    build_wheel,
    copy_checkout,
    copy_with_built_interface,
    package_files,
    plant,
    run_python,
)

PLANTED_PACKS = ("planted_pack/__init__.py", "planted_pack/pack.py", "only_a_folder/__init__.py")
LAST_VULNERABLE = {
    "jinja2": "3.1.5",  # CVE-2025-27516
    "python-multipart": "0.0.31",  # CVE-2026-42561
    "starlette": "0.49.0",  # CVE-2025-62727
    "weasyprint": "69.0",  # CVE-2026-55073
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], Distribution]:
    """A wheel of the checkout with one pack more, made where an older build had left a module that is no more."""
    source = copy_with_built_interface(tmp_path_factory.mktemp("wheel") / "source")
    plant(source / "build" / "lib" / "crm_platform" / "deleted.py")
    for name in PLANTED_PACKS:
        plant(source / "plugins" / name)
    return build_wheel(source, source.parent / "unpacked")


@pytest.fixture(scope="module")
def wheel_files(built: tuple[set[str], Distribution]) -> set[str]:
    return built[0]


@pytest.fixture(scope="module")
def distribution(built: tuple[set[str], Distribution]) -> Distribution:
    return built[1]


def runtime_requirements(distribution: Distribution) -> dict[str, Requirement]:
    parsed = map(Requirement, distribution.requires or [])
    return {canonicalize_name(found.name): found for found in parsed if "extra" not in str(found.marker)}


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


def test_the_metadata_states_version_licence_and_python(distribution: Distribution) -> None:
    metadata = distribution.metadata
    assert metadata["Version"] == crm_platform.__version__
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Requires-Python"] == ">=3.11"


@pytest.mark.parametrize(("name", "vulnerable"), LAST_VULNERABLE.items())
def test_no_library_may_be_older_than_its_last_security_fix(
    distribution: Distribution, name: str, vulnerable: str
) -> None:
    assert not runtime_requirements(distribution)[name].specifier.contains(vulnerable)


def test_every_requirement_has_a_floor_and_a_sentence_in_the_documentation(distribution: Distribution) -> None:
    documented = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in map(Requirement, distribution.requires or []):
        assert any(clause.operator == ">=" for clause in requirement.specifier), requirement
        assert f"| {requirement.name} |" in documented, requirement


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
