"""Where a test run keeps what nobody needs after it: in memory where there is room, because a disk makes it wait."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 what is made in it has a name of its own run
ROOM = 4 * 2**30
"""Bytes that must be free: about twice what the largest run holds at a time."""

AVAILABLE = re.compile(r"^MemAvailable:\s*(\d+) kB$", re.MULTILINE)


def scratch_folder(memory: Path = MEMORY) -> Path:
    """The folder `memory`, or the one for temporary files where it is missing, small, or no place for programs.

    A killed process leaves the same files in either; only a machine that goes down would tell them apart.
    """
    return memory if _is_roomy(memory) else Path(tempfile.gettempdir())


def _is_roomy(memory: Path) -> bool:
    if not os.access(memory, os.W_OK | os.X_OK):
        return False
    found = os.statvfs(memory)
    free = min(found.f_bavail * found.f_frsize, _available())
    return free >= ROOM and not found.f_flag & os.ST_NOEXEC


def _available() -> int:
    """Bytes that programs can still have: a file system in memory may be larger than the memory that is left."""
    found = AVAILABLE.search(Path("/proc/meminfo").read_text(encoding="ascii"))
    return int(found[1]) * 1024 if found else 0
