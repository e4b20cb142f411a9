"""A fresh virtual environment with chosen wheels; their dependencies come from the running one, not from a network."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FreshEnvironment:
    """A virtual environment in `folder`."""

    folder: Path

    def run(self, program: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment with both outputs in one text; wide, so that no table is cut."""
        command = [str(self.folder / "bin" / program), *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
        return subprocess.run(
            command,
            cwd=cwd or self.folder,
            env={**environment, "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def must(self, program: str, *arguments: str, cwd: Path | None = None) -> str:
        """As `run`; its output, after it went well."""
        done = self.run(program, *arguments, cwd=cwd)
        assert done.returncode == 0, done.stdout
        return done.stdout


def make_environment(folder: Path, wheels: Sequence[Path]) -> FreshEnvironment:
    """Install `wheels`, and put the libraries of the running environment behind them."""
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*install, *map(str, wheels)], check=True)
    site_packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(site_packages) / "libraries.pth").write_text("\n".join(sorted(libraries)) + "\n")
    return FreshEnvironment(folder)
