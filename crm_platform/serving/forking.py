"""No forks in a process that serves or works: the copy would go on with the same sockets, locks and transactions."""

from __future__ import annotations

import sys

FORKS = frozenset({"os.fork", "os.forkpty"})


def refuse_forks() -> None:
    """From now on `os.fork` raises RuntimeError in this process; programs of their own (subprocess) are fine."""
    sys.addaudithook(_refuse)


def _refuse(event: str, _details: tuple[object, ...]) -> None:
    if event in FORKS:
        raise RuntimeError("A process that serves cannot be forked. Start a program of its own with subprocess.")
