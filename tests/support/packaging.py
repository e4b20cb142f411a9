"""Builds of the distribution from copies of the checkout, so that no test touches the working tree."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from zipfile import ZipFile

from support.checkout import ROOT, copy_tracked_files, tracked_files

PACKAGE_FOLDERS = ("crm_platform", "plugins", "workflows", "print_formats")
STATIC = Path("crm_platform/desk/static")
PLANTED_PACKS = ("planted_pack/__init__.py", "planted_pack/pack.py", "only_a_folder/__init__.py")
BUILT_INTERFACE = ("index.html", "assets/main.js", ".vite/manifest.json")


def package_files() -> set[str]:
    """Name every tracked file of the package as the wheel does: the top-level folders stand inside the package."""
    paths = [path for path in tracked_files(*PACKAGE_FOLDERS) if not (ROOT / path).is_dir()]
    return {(path if path.parts[0] == "crm_platform" else "crm_platform" / path).as_posix() for path in paths}


def copy_checkout(target: Path) -> Path:
    """Copy all tracked files to `target`."""
    copy_tracked_files(target)
    return target


def copy_with_built_interface(target: Path) -> Path:
    """Copy the tracked files with a stand-in for the built interface in the place of the front end's sources."""
    copy_checkout(target)
    shutil.rmtree(target / "frontend", ignore_errors=True)
    for name in BUILT_INTERFACE:
        plant(target / STATIC / name)
    return target


def plant(path: Path) -> None:
    """Make a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# planted by a test\n")


def run_python(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run this Python in `folder` with both outputs in one text."""
    command = [sys.executable, "-P", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


@dataclass(frozen=True)
class BuiltWheel:
    """The names of a wheel's files, its metadata, and the wheel itself."""

    files: set[str]
    distribution: Distribution
    archive: Path


def build_wheel(source: Path, target: Path) -> BuiltWheel:
    """Build `source` offline and unpack the wheel to `target`."""
    build = run_python(
        source, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index", "-w", "out"
    )
    assert build.returncode == 0, build.stdout
    (archive,) = (source / "out").glob("*.whl")
    with ZipFile(archive) as wheel:
        wheel.extractall(target)
    return unpacked_wheel(source, target)


def unpacked_wheel(source: Path, target: Path) -> BuiltWheel:
    """The wheel that was built from `source` and unpacked to `target`."""
    (archive,) = (source / "out").glob("*.whl")
    with ZipFile(archive) as wheel:
        files = {name for name in wheel.namelist() if ".dist-info/" not in name}
    (metadata,) = target.glob("*.dist-info")
    return BuiltWheel(files, Distribution.at(metadata), archive)


def build_wheel_of_checkout(folder: Path) -> BuiltWheel:
    """Build the checkout with one pack more, where an older build has left a module that is no more."""
    source = copy_with_built_interface(folder / "source")
    plant(source / "build" / "lib" / "crm_platform" / "deleted.py")
    for name in PLANTED_PACKS:
        plant(source / "plugins" / name)
    return build_wheel(source, folder / "unpacked")
