"""One process under the supervisor: starting it afresh, looking at it, ending it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path
from typing import IO

from crm_platform.serving import heartbeat
from crm_platform.serving.heartbeat import AtWork

PAGE = os.sysconf("SC_PAGE_SIZE")
LAUNCH = "crm_platform.serving.launch"


@dataclass(frozen=True)
class Task:
    """What a process runs: a module of ours with its arguments, and the sockets that it takes over."""

    module: str
    arguments: tuple[str, ...] = ()
    sockets: tuple[int, ...] = ()


@dataclass
class Process:
    """One place for a process. Its standard input is a pipe from the supervisor: a child whose supervisor is gone reads
    the end of it and goes, too."""

    task: Task
    started: int = 0
    child: subprocess.Popen[bytes] | None = None
    shared: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    memory: mmap = field(init=False)

    def __post_init__(self) -> None:
        self.shared.truncate(heartbeat.SIZE)
        self.memory = mmap(self.shared.fileno(), heartbeat.SIZE)

    def start(self) -> None:
        """Start it in a session of its own, so that the terminal's Ctrl-C reaches the supervisor alone."""
        heartbeat.clear(self.memory)
        task = [self.task.module, str(self.shared.fileno()), *self.task.arguments]
        command = [sys.executable, "-P", "-m", LAUNCH, *task]
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, pass_fds=(self.shared.fileno(), *self.task.sockets), start_new_session=True
        )
        self.started += 1

    @property
    def is_ready(self) -> bool:
        return heartbeat.is_ready(self.memory)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self.child.poll() if self.child is not None else 0

    def at_work(self) -> Sequence[AtWork]:
        """The hooks that it is in, those that began first before others; also of a process that has just died."""
        return sorted(heartbeat.at_work(self.memory), key=lambda one: one.since)

    @property
    def resident(self) -> int:
        """The memory in bytes that it holds; 0 where the system does not tell."""
        pid = self.child.pid if self.child is not None else 0
        try:
            return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * PAGE
        except (OSError, IndexError, ValueError):
            return 0

    def ask_to_stop(self) -> None:
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def kill(self) -> None:
        """End it and what it started."""
        if self.child is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


def arguments(argv: Sequence[str]) -> tuple[mmap, list[str]]:
    """In the child: the memory for its heartbeat, and the task's arguments."""
    return mmap(int(argv[1]), heartbeat.SIZE), list(argv[2:])
