"""The checkout that the tests came with: its root, the files that git tracks, and copies of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from support.requirements import require_binary

ROOT = Path(__file__).resolve().parents[2]


def tracked_files(*folders: str) -> list[Path]:
    """List the tracked files, relative to the root, that are there; a tracked link counts as one file."""
    git = require_binary("git", package="git")
    command = [git, "-c", "safe.directory=*", "ls-files", "-z", "--", *folders]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (Path(name) for name in listing.split("\0") if name)
    return [path for path in paths if (ROOT / path).exists()]


def copy_tracked_files(target: Path, *folders: str) -> None:
    """Copy the tracked files (of `folders`, or all of them) to `target`, links as links."""
    for path in tracked_files(*folders):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path, follow_symlinks=False)
