"""Worker processes: started afresh when first needed, one job at a time each, replaced after failures and many jobs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import LifoQueue
from typing import Any, BinaryIO, cast

from crm_platform.printing.limits import MEGABYTE, Limits
from crm_platform.printing.wire import Broken, loads, read_frame, write_frame

KEPT_VARIABLES = (
    "LANG",
    "LC_ALL",
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "PYTHONPATH",
)
"""All that a worker inherits: no secrets of the server's environment."""
NO_PROGRAMS = "/nonexistent"
"""A worker's PATH: nothing that a picture asks for (Ghostscript) is found."""
HEAD_LIMIT = MEGABYTE


class WorkerLost(Exception):
    """The worker ended without an answer; `late` when the parent stopped it for the time it took."""

    def __init__(self, *, late: bool) -> None:
        super().__init__()
        self.late = late


def start(memory: int) -> subprocess.Popen[bytes]:
    """A fresh interpreter, not a fork: it shares neither memory nor open files with the server."""
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    command = [sys.executable, "-P", "-m", "crm_platform.printing.worker", str(memory)]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**environment, "PATH": NO_PROGRAMS},
        start_new_session=True,
    )


@dataclass
class Worker:
    """One process and its pipes; it ends when nobody holds this object any more, at the latest with the server."""

    limits: Limits
    process: subprocess.Popen[bytes]
    jobs: int = 0

    def __post_init__(self) -> None:
        self.stop = weakref.finalize(self, _end, self.process)

    def run(self, job: bytes) -> tuple[Mapping[str, Any], bytes]:
        """Head and body of the answer. Raises WorkerLost; the worker is then of no more use."""
        late = threading.Event()
        timer = threading.Timer(self.limits.wall_seconds, self._stop_late, [late])
        timer.start()
        self.jobs += 1
        try:
            write_frame(cast(BinaryIO, self.process.stdin), job)
            answers = cast(BinaryIO, self.process.stdout)
            head = loads(read_frame(answers, HEAD_LIMIT))
            return head, read_frame(answers, self.limits.output)
        except (Broken, OSError):
            raise WorkerLost(late=late.is_set()) from None
        finally:
            timer.cancel()

    def _stop_late(self, late: threading.Event) -> None:
        late.set()
        self.process.kill()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            _close(pipe)


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what was still to be written has nobody to read it


@dataclass
class Pool:
    """At most `size` workers. Thread-safe; `run` waits for a free place."""

    limits: Limits
    size: int
    _places: LifoQueue[Worker | None] = field(init=False)

    def __post_init__(self) -> None:
        self._places = LifoQueue()
        for _ in range(self.size):
            self._places.put(None)

    def run(self, job: bytes) -> tuple[Mapping[str, Any], bytes]:
        """Run a job in a worker. Raises WorkerLost."""
        with self._worker() as worker:
            return worker.run(job)

    def close(self) -> None:
        """Stop all workers; jobs at work are waited for."""
        for _ in range(self.size):
            worker = self._places.get()
            if worker is not None:
                worker.stop()
        for _ in range(self.size):
            self._places.put(None)

    @contextmanager
    def _worker(self) -> Iterator[Worker]:
        worker = self._places.get()
        try:
            if worker is None:
                worker = Worker(self.limits, start(self.limits.memory))
            yield worker
        except BaseException:
            if worker is not None:
                worker.stop()
            worker = None
            raise
        finally:
            if worker is not None and worker.jobs >= self.limits.jobs:
                worker.stop()
                worker = None
            self._places.put(worker)
