"""The turn of a writer among all writers of all processes: a lock on a file, served in the order of asking."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

from crm_platform.errors import UnavailableError


@contextmanager
def exclusive(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock on `path`. Raises UnavailableError after `timeout` seconds of waiting."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if not _try(descriptor):
        _Waiter(descriptor).wait(timeout)
    try:
        yield
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass
class _Waiter:
    """Waits in the kernel's queue, in a thread of its own: flock knows no time limit, and polling is unfair."""

    descriptor: int
    _got: Event = field(default_factory=Event)
    _gave_up: bool = False
    _decision: Lock = field(default_factory=Lock)

    def wait(self, timeout: float) -> None:
        Thread(target=self._run, name="file-lock", daemon=True).start()
        self._got.wait(timeout)
        with self._decision:
            if self._got.is_set():
                return
            self._gave_up = True  # the thread closes the descriptor, and with it the lock, once it has it
        raise UnavailableError("The database is busy with other changes. Nothing was saved: try again in a moment.")

    def _run(self) -> None:
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        with self._decision:
            if self._gave_up:
                os.close(self.descriptor)
            self._got.set()
