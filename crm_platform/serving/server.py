"""Serving a site: its socket, its processes under the supervisor, and what the operator reads."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from crm_platform.errors import UnavailableError
from crm_platform.serving.engines import AUTOMATIC
from crm_platform.serving.heartbeat import AtWork
from crm_platform.serving.process import Process, Task
from crm_platform.serving.supervisor import HookLimits, Say, Supervisor

HOOK_LIMITS = HookLimits()

BACKLOG = 2048
WEB = "crm_platform.serving.web"
WORK = "crm_platform.serving.work"
STRIKE = "crm_platform.serving.strike"


def serve_site(
    folder: Path,
    host: str,
    port: int,
    *,
    workers: int = 1,
    limits: HookLimits = HOOK_LIMITS,
    say: Say,
    ready: Callable[[str], None] | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT and return the exit code. `ready` gets the address when it answers.

    Raises UnavailableError when the address is taken.
    """
    listener = listen(host, port)
    address = address_of(listener)
    processes = [Process(_web(folder, listener.fileno(), number, workers)) for number in range(workers)]
    announce = ready or (lambda url: say(f"Serving {folder} at {url} – Ctrl-C stops it."))
    supervisor = Supervisor(processes, limits, say, Blame(folder, say), lambda: announce(address))
    supervisor.followers = [_worker(folder, AUTOMATIC)]
    return supervisor.run()


def work_site(folder: Path, *, engine: str = AUTOMATIC, limits: HookLimits = HOOK_LIMITS, say: Say) -> int:
    """Run a worker of the site without serving it, until SIGTERM or SIGINT, and return the exit code.

    `engine` is what wakes it: "auto", "builtin" or "procrastinate".
    """
    announce = partial(say, f"Working for {folder} – Ctrl-C stops it.")
    return Supervisor([_worker(folder, engine)], limits, say, Blame(folder, say), announce).run()


def _worker(folder: Path, engine: str) -> Process:
    """A working process: its place is its own and stays when it is started again, so that it knows what it left."""
    return Process(Task(WORK, (str(folder), uuid4().hex, engine)))


def _web(folder: Path, descriptor: int, number: int, workers: int) -> Task:
    """One of the serving processes; the first one looks whether the site allows so many, and tells of packs."""
    return Task(WEB, (str(folder), str(descriptor), str(number), str(workers)), (descriptor,))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. It outlives the processes that serve it: while one is started again, callers wait."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UnavailableError(
            "{host}:{port} cannot be served: {reason}. Choose another with --port.",
            host=host,
            port=port,
            reason=error.strerror or str(error),
        ) from None
    listener.listen(BACKLOG)
    return listener


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)  # noqa: S104 shown only
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


@dataclass(frozen=True)
class Blame:
    """Records a strike against a pack, in a process of its own: the supervisor stays small and needs no database.

    None is recorded for a job: its own attempts are counted, and bad data of one job must not stop a pack.
    """

    folder: Path
    say: Say

    def __call__(self, work: AtWork, what: str) -> None:
        if work.limit:
            self.say(f"The {work.hook} {what}.")
            return
        self.say(f"Pack {work.pack}: the hook {work.hook} {what}.")
        command = [sys.executable, "-P", "-m", STRIKE, str(self.folder), work.pack, work.hook, what]
        subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
